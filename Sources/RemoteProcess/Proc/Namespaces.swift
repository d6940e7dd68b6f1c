/// In which namespaces a process lives, as the numbers of `/proc/PID/ns`. Nil where they may not be read.
public struct Namespaces: Equatable, Sendable {
  public let pid: UInt64?
  public let mount: UInt64?
  public let user: UInt64?
  public let network: UInt64?

  public init(pid: Int32) { self.init(directory: "/proc/\(pid)/ns", owner: pid) }

  /// Those of the reader.
  public static func own() -> Namespaces { Namespaces(directory: "/proc/self/ns", owner: 0) }

  private init(directory: String, owner: Int32) {
    func number(_ name: String) -> UInt64? {
      // pid:[4026531836]
      guard let link = try? ProcDescriptor.link("\(directory)/\(name)", pid: owner) else { return nil }
      return UInt64(link.drop { $0 != "[" }.dropFirst().dropLast())
    }
    pid = number("pid")
    mount = number("mnt")
    user = number("user")
    network = number("net")
  }

  /// Whether the process is in the machine's own PID namespace, by its number in `include/linux/proc_ns.h`.
  public var isInitialPid: Bool? { pid.map { $0 == 0xefff_fffc } }
  /// Whether it is in the machine's own user namespace.
  public var isInitialUser: Bool? { user.map { $0 == 0xefff_fffd } }

  /// Whether both are known and differ.
  public static func differ(_ left: UInt64?, _ right: UInt64?) -> Bool {
    guard let left, let right else { return false }
    return left != right
  }
}
