import Glibc

/// Who the reader is and where it runs, as far as that decides what it may read.
public struct Surroundings: Sendable {
  public internal(set) var status: ProcessStatus
  public internal(set) var container: Container?
  /// In a Kubernetes pod.
  public internal(set) var isKubernetes: Bool
  /// Whether it sees the pids of the whole machine.
  public internal(set) var isInitialPidNamespace: Bool
  /// Whether its capabilities count for the whole machine.
  public internal(set) var isInitialUserNamespace: Bool
  /// `/proc/sys/kernel/yama/ptrace_scope`; nil where the kernel has no Yama.
  public internal(set) var yamaScope: Int?
  /// The `hidepid` of the mount of `/proc`, where it hides anything.
  public internal(set) var hidepid: String?

  public init() throws(ProcessError) {
    let pid = getpid()
    status = try ProcessStatus(pid: pid)
    container = Container(pid: pid)
    isKubernetes = container?.isKubernetes == true || getenv("KUBERNETES_SERVICE_HOST") != nil
    let namespaces = Namespaces.own()
    isInitialPidNamespace = namespaces.isInitialPid ?? true
    isInitialUserNamespace = namespaces.isInitialUser ?? true
    yamaScope = Self.yama()
    hidepid = Self.hidepid(try ProcDescriptor.contents(of: "/proc/self/mountinfo", pid: pid, limit: 4 << 20))
  }

  /// CAP_SYS_PTRACE, number 19.
  public var hasPtraceCapability: Bool { status.hasCapability(19) }
  public var isRoot: Bool { status.users.effective == 0 }
  public var isInContainer: Bool { container != nil || isKubernetes }

  private static func yama() -> Int? {
    let contents = try? ProcDescriptor.contents(of: "/proc/sys/kernel/yama/ptrace_scope", pid: 0)
    return contents?.first.map { Int($0) - 0x30 }
  }

  /// `22 20 0:5 / /proc rw,nosuid - proc proc rw,hidepid=invisible`: the last mount on a place is the one in force.
  static func hidepid(_ mounts: [UInt8]) -> String? {
    var value: String?
    for line in mounts.split(separator: 0x0a) {
      let fields = line.split(separator: 0x20)
      guard fields.count >= 5, fields[4].elementsEqual("/proc".utf8), let options = fields.last else { continue }
      let words = String(decoding: options, as: UTF8.self).split(separator: ",")
      value = words.first { $0.hasPrefix("hidepid=") }.map { String($0.dropFirst(8)) }
    }
    return value == "0" || value == "off" ? nil : value
  }
}
