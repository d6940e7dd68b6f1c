extension Profile.Function {
  /// Whose code a function is, told by where its file lies.
  public enum Origin: String, Sendable {
    case application
    /// The standard library, and packages that were installed.
    case library
    /// No function.
    case mark
  }

  /// The page tells it by the same places (Page/model.js).
  public var origin: Origin {
    if isMark { return .mark }
    if file.hasPrefix("<frozen") { return .library }
    let folders = Array(file.split(separator: "/").dropLast())
    let isLibrary = folders.indices.contains { index in
      folders[index] == "site-packages" || folders[index] == "dist-packages"
        // lib/python3.13
        || (index > 0 && folders[index].hasPrefix("python3") && folders[index - 1].hasPrefix("lib"))
    }
    return isLibrary ? .library : .application
  }

  /// Seen, but not to be trusted.
  public var isUncertain: Bool { isMark && (name == "[uncertain]" || name == "[unreadable]") }
}
