/// What a process is to its owner: which application, under which server, in which role.
public struct Application: Codable, Equatable, Sendable {
  /// `shop.app`, `manage`, `worker`: what one calls it as a TARGET.
  public var name: String?
  /// `gunicorn`, `uvicorn`, …; nil for a plain script.
  public var server: String?
  public var role: Role

  public enum Role: String, Codable, Sendable {
    /// Starts and watches others.
    case master
    case worker
    /// The only one.
    case single
  }

  public init(name: String?, server: String?, role: Role = .single) {
    self.name = name
    self.server = server
    self.role = role
  }

  /// Whether a TARGET that is no number means this: the whole name, its module, its first part.
  public func isNamed(_ target: String) -> Bool {
    guard let name else { return false }
    if name == target { return true }
    let module = name.split(separator: ":").first.map(String.init) ?? name
    return module == target || module.split(separator: ".").first.map(String.init) == target
      || module + ".py" == target
  }
}
