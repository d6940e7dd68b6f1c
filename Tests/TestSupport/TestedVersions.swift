/// The CPythons that the project promises to read, and which of them this machine could try.
public enum TestedVersions {
  /// Each layout that has a name of its own.
  public static let promised = [
    "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.13t", "3.14", "3.14t", "3.15", "3.15t",
  ]

  /// Those without an interpreter on this machine.
  public static var missing: [String] {
    promised.filter { PythonInterpreter.named($0) == nil }
  }

  /// One line for each promised version: which build stands for it, or that it was not tested.
  public static var report: [String] {
    promised.map { name in
      if let python = PythonInterpreter.named(name) { return "tested: \(python)" }
      return "not tested: \(name) (no interpreter found)"
    }
  }
}
