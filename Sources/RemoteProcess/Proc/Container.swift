import Glibc

/// The container a process lives in, told from its control group and mounts: no runtime is asked.
public struct Container: Equatable, Sendable {
  public enum Runtime: String, Sendable {
    case docker
    case containerd
    case crio = "cri-o"
    case podman
    case lxc
    case nspawn = "systemd-nspawn"
    /// In a Kubernetes pod, by a runtime that left no sign of itself.
    case unknown
  }

  public private(set) var runtime: Runtime
  /// The runtime's id, mostly 64 hexadecimal digits, or its name with lxc and nspawn.
  public private(set) var identifier: String?
  /// The uid of the Kubernetes pod, with hyphens.
  public private(set) var podUID: String?

  public var isKubernetes: Bool { podUID != nil }
  /// The first 12 characters, as the runtimes' own lists show them.
  public var shortIdentifier: String? { identifier.map { String($0.prefix(12)) } }

  /// What an engineer looks for it by: `docker 0123456789ab`, `containerd pod 1111…`; the runtime alone where it has no name.
  public var label: String {
    let runtime = self.runtime == .unknown ? "kubernetes" : self.runtime.rawValue
    if let shortIdentifier { return runtime + " " + shortIdentifier }
    return podUID.map { runtime + " pod " + $0 } ?? runtime
  }

  /// Whether it says more than where the reader is itself. Inside a container every process has the container's signs; one
  /// that is told by its id is worth a word all the same, and so is one with another root directory.
  ///
  /// - Parameter own: the reader's; nil outside of any.
  public func isWorthShowing(own: Container?, sharesRoot: Bool) -> Bool {
    identifier != nil || podUID != nil || self != own || !sharesRoot
  }

  /// The container of a process as a list of processes shows it; nil where there is nothing to be said of it.
  public static func shown(of pid: Int32, own: Container?) -> Container? {
    guard let container = Container(pid: pid) else { return nil }
    let sharesRoot = sameDirectory("/proc/\(pid)/root", "/proc/self/root")
    return container.isWorthShowing(own: own, sharesRoot: sharesRoot) ? container : nil
  }

  /// False where either may not be looked at: the root of a container of somebody else's.
  private static func sameDirectory(_ left: String, _ right: String) -> Bool {
    var facts = (stat(), stat())
    // The link itself is followed: what counts is where it leads.
    guard stat(left, &facts.0) == 0, stat(right, &facts.1) == 0 else { return false }
    return facts.0.st_dev == facts.1.st_dev && facts.0.st_ino == facts.1.st_ino
  }

  /// Nil where the process is in no container that can be told.
  public init?(pid: Int32) {
    let groups = (try? ProcDescriptor.contents(of: "/proc/\(pid)/cgroup", pid: pid)) ?? []
    let mounts = (try? ProcDescriptor.contents(of: "/proc/\(pid)/mountinfo", pid: pid, limit: 4 << 20)) ?? []
    self.init(groups: groups, mounts: mounts, signs: Self.isOnMachine(pid) ? nil : Self.signs(in: "/proc/\(pid)/root"))
  }

  /// Whether a process has the machine's own files, or its numbering of processes. A machine whose disk was made of an image
  /// has the sign file of a container, and so it is seen by what was merely put into namespaces of its own.
  private static func isOnMachine(_ pid: Int32) -> Bool {
    if Namespaces(pid: pid).isInitialPid == true { return true }
    guard Namespaces.own().isInitialPid == true else { return false }
    // The reader is on the machine itself, mostly with its root; the first process is in any case, but not for all to see.
    return ["self", "1"].contains { sameDirectory("/proc/\(pid)/root", "/proc/\($0)/root") }
  }

  /// The files by which runtimes mark the root of a container.
  private static func signs(in root: String) -> Runtime? {
    if access(root + "/.dockerenv", F_OK) == 0 { return .docker }
    return access(root + "/run/.containerenv", F_OK) == 0 ? .podman : nil
  }

  init?(groups: [UInt8], mounts: [UInt8], signs: Runtime?) {
    var found = Signs()
    for line in groups.split(separator: 0x0a).prefix(64) {
      // 0::/system.slice/docker-0123...abc.scope
      let fields = line.split(separator: 0x3a, maxSplits: 2, omittingEmptySubsequences: false)
      if fields.count == 3 { found.readGroup(String(decoding: fields[2], as: UTF8.self)) }
    }
    for line in mounts.split(separator: 0x0a).prefix(16_384) {
      let fields = line.split(separator: 0x20, maxSplits: 5)
      guard fields.count == 6, Self.mountPoints.contains(where: { fields[4].elementsEqual($0.utf8) }) else { continue }
      found.readMount(String(decoding: fields[3], as: UTF8.self))
    }
    guard let runtime = found.runtime ?? signs ?? (found.podUID == nil ? nil : .unknown) else { return nil }
    self.runtime = runtime
    identifier = found.identifier
    podUID = found.podUID
  }

  /// Files that every runtime lays over those of the image, from a directory named after the container. Inside of a
  /// control group namespace they are the only sign.
  private static let mountPoints = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"]

  // MARK: - Signs

  private struct Signs {
    var runtime: Runtime?
    var identifier: String?
    var podUID: String?

    /// The path of a control group: the innermost container counts.
    mutating func readGroup(_ path: String) {
      var previous: Substring = ""
      for part in path.split(whereSeparator: { $0 == "/" || $0 == ":" }) {
        defer { previous = part }
        if let uid = Self.podUID(part) { podUID = uid }
        let name = part.hasSuffix(".scope") ? part.dropLast(6) : part
        if let (prefix, runtime) = Self.prefixes.first(where: { name.hasPrefix($0.0) }) {
          let rest = name.dropFirst(prefix.count)
          if Self.isIdentifier(rest) { take(runtime, rest) }
        } else if name.hasPrefix("lxc.payload.") {
          take(.lxc, name.dropFirst(12))
        } else if previous == "lxc" {
          take(.lxc, name)
        } else if previous == "machine.slice", name.hasPrefix("machine-") {
          take(.nspawn, name.dropFirst(8))
        } else if Self.isIdentifier(name) {
          take(previous == "docker" ? .docker : runtime ?? (podUID == nil ? .containerd : nil), name)
        } else if part == "cri-containerd" {
          runtime = .containerd
        }
      }
    }

    /// The place in its file system of what is mounted over a file of the image.
    mutating func readMount(_ root: String) {
      let parts = root.split(separator: "/")
      for (directory, part) in zip(parts, parts.dropFirst()) {
        if directory == "pods", podUID == nil { podUID = Self.isPodUID(part) ? String(part) : nil }
        if directory == "sandboxes", root.contains("io.containerd") { runtime = runtime ?? .containerd }
        guard Self.isIdentifier(part), runtime == nil || identifier == nil else { continue }
        if directory == "containers", parts.contains("docker") {
          take(.docker, part)
        } else if directory == "overlay-containers" {
          take(runtime ?? .podman, part)
        }
      }
    }

    private mutating func take(_ runtime: Runtime?, _ identifier: some StringProtocol) {
      self.runtime = runtime ?? self.runtime
      self.identifier = String(identifier)
    }

    private static let prefixes: [(String, Runtime)] = [
      ("docker-", .docker), ("cri-containerd-", .containerd), ("nerdctl-", .containerd), ("crio-", .crio),
      ("libpod-", .podman),
    ]

    private static func isIdentifier(_ text: some StringProtocol) -> Bool {
      text.utf8.count == 64 && text.utf8.allSatisfy(isHexadecimal)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 6 }

    /// `pod<uid>` of the cgroupfs driver; `kubepods-burstable-pod<uid>.slice` of systemd's, where a hyphen is a `_`.
    private static func podUID(_ part: Substring) -> String? {
      let isSlice = part.hasPrefix("kubepods") && part.hasSuffix(".slice")
      var uid = Substring(isSlice ? part.dropLast(6) : part)
      if isSlice {
        guard let start = uid.end(ofLast: "-pod") else { return nil }
        uid = uid[start...]
      } else {
        guard uid.hasPrefix("pod") else { return nil }
        uid = uid.dropFirst(3)
      }
      let plain = String(uid.map { $0 == "_" ? "-" : $0 })
      return isPodUID(plain) ? plain : nil
    }

    /// A UUID; or the bare hash of a static pod.
    private static func isPodUID(_ text: some StringProtocol) -> Bool {
      (text.utf8.count == 36 || text.utf8.count == 32) && text.utf8.allSatisfy { isHexadecimal($0) || $0 == 0x2d }
    }
  }
}

extension Substring {
  /// Where the text behind the last occurrence of `pattern` begins.
  fileprivate func end(ofLast pattern: String) -> Index? {
    var start = endIndex
    while start > startIndex {
      start = index(before: start)
      if self[start...].hasPrefix(pattern) { return index(start, offsetBy: pattern.count) }
    }
    return nil
  }
}
