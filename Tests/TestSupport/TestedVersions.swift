/// The CPythons that the project promises to read. Those that this machine has not are named at the end of the tests.
public enum TestedVersions {
  /// Each layout that has a name of its own.
  public static let promised = [
    "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.13t", "3.14", "3.14t", "3.15", "3.15t",
  ]

  /// Those that are tried on musl, too: the oldest way to a thread's native id, and the one since 3.11.
  public static let promisedOnMusl = ["3.9", "3.11"]
}
