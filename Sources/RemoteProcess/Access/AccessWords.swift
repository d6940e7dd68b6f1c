import Glibc

/// The words for what `AccessCheck` found: what was seen, and what to do about it on the host, in Docker or in Kubernetes.
struct AccessWords {
  let evidence: AccessEvidence
  let surroundings: Surroundings
  let users: UserNames

  // MARK: - What was seen

  func evidence(of cause: AccessCause) -> String {
    let process = "process \(evidence.pid)"
    switch cause {
    case .noSuchProcess:
      return "there is no \(process)"
        + (surroundings.isInitialPidNamespace ? "" : " in this PID namespace, which does not show those outside of it")
    case .isThread(let owner): return "\(evidence.pid) is a thread of process \(owner)"
    case .zombie(let parent): return "\(process) has ended; its parent \(parent) has not waited for it yet"
    case .kernelThread: return "\(process) is a kernel thread"
    case .otherUser(let target, let own):
      return "\(process) runs as \(user(target)), this one as \(user(own)) without CAP_SYS_PTRACE"
    case .moreCapabilities: return "\(process) has capabilities that this one lacks"
    case .notDumpable:
      return "\(process) hides its memory (it is not dumpable), and this one lacks CAP_SYS_PTRACE"
    case .yama(let scope): return "/proc/sys/kernel/yama/ptrace_scope is \(scope): " + Self.meaning(ofScope: scope)
    case .seccomp:
      return evidence.ownProbe == ENOSYS
        ? "this kernel, or a seccomp filter, does not know the system call process_vm_readv"
        : "a seccomp filter denies the system call process_vm_readv to this process"
    case .hiddenByProc:
      return "/proc is mounted with hidepid=\(surroundings.hidepid ?? "") and does not show \(process)"
    case .otherUserNamespace:
      return "this one is root in its own user namespace only, and \(process) is outside of it"
    case .traced(let tracer):
      return "\(process) is traced by \(evidence.tracerName.map { "\($0) (" } ?? "process ")\(tracer)"
        + (evidence.tracerName == nil ? "" : ")")
    case .unexplained(let code):
      return "the kernel refused (errno \(code)), for none of the reasons known here: a security module, probably"
    }
  }

  private func user(_ uid: UInt32) -> String { users[uid].map { "\($0) (uid \(uid))" } ?? "uid \(uid)" }

  private static func meaning(ofScope scope: Int) -> String {
    switch scope {
    case 1: "only its own children may be read without CAP_SYS_PTRACE"
    case 2: "nothing may be read without CAP_SYS_PTRACE"
    default: "nothing may be read, until the machine is restarted"
    }
  }

  // MARK: - What to do

  func fixes(of cause: AccessCause) -> [String] {
    switch cause {
    case .noSuchProcess: surroundings.isInitialPidNamespace ? ["ispy ps"] : ["ispy ps"] + otherPidNamespace
    case .isThread(let owner): ["use \(owner) as the target"]
    case .zombie, .kernelThread: []
    case .otherUser(let target, _): otherUser(target)
    case .moreCapabilities, .notDumpable: capability
    case .yama(3): ["set kernel.yama.ptrace_scope to 0 in /etc/sysctl.d and restart the machine"]
    case .yama: capability + ["sysctl kernel.yama.ptrace_scope=0"]
    case .seccomp: seccomp
    case .hiddenByProc: capability + ["mount -o remount,hidepid=0 /proc"]
    case .otherUserNamespace: ["run ispy on the host, outside of the user namespace: sudo ispy"]
    case .traced(let tracer): ["end process \(tracer) first, or do without --stop"]
    case .unexplained: ["look for a denial in the kernel's log: journalctl -k --grep 'denied|avc'"]
    }
  }

  private func otherUser(_ uid: UInt32) -> [String] {
    if surroundings.isKubernetes { return kubernetes }
    let asUser: String
    switch surroundings.container?.runtime {
    case .docker, .podman: asUser = "\(runtime) exec --user \(uid) \(containerName) ispy"
    case .some: asUser = "run ispy as user \(user(uid))"
    case nil: asUser = "sudo -u \(users[uid] ?? "'#\(uid)'") ispy"
    }
    // Root's own processes are read as root, whichever of the two is meant.
    return uid == 0 && asUser.hasPrefix("sudo") ? capability : [asUser] + capability
  }

  /// How CAP_SYS_PTRACE is had.
  private var capability: [String] {
    if surroundings.isKubernetes { return kubernetes }
    switch surroundings.container?.runtime {
    case .docker, .podman:
      return [
        "\(runtime) exec --privileged --user 0 \(containerName) ispy", "\(runtime) run --cap-add SYS_PTRACE",
        "run ispy on the host, as root",
      ]
    case .some: return ["give the container the capability SYS_PTRACE", "run ispy on the host, as root"]
    case nil: return surroundings.isRoot ? ["run ispy with CAP_SYS_PTRACE, which this root shell lacks"] : ["sudo ispy"]
    }
  }

  private var seccomp: [String] {
    if surroundings.isKubernetes {
      return [kubectlDebug("sysadmin"), "securityContext: {seccompProfile: {type: Unconfined}}"]
    }
    switch surroundings.container?.runtime {
    case .docker, .podman:
      return ["\(runtime) run --cap-add SYS_PTRACE", "\(runtime) run --security-opt seccomp=unconfined"]
    case .some: return ["allow process_vm_readv in the container's seccomp profile", "run ispy on the host, as root"]
    case nil: return ["run ispy outside of the sandbox (SystemCallFilter= of its systemd unit, for one)"]
    }
  }

  private var otherPidNamespace: [String] {
    if surroundings.isKubernetes {
      return [kubectlDebug("general"), "shareProcessNamespace: true in the pod's spec"]
    }
    switch surroundings.container?.runtime {
    case .docker, .podman:
      return ["\(runtime) run --pid=container:NAME --cap-add SYS_PTRACE", "run ispy on the host, as root"]
    default: return ["run ispy on the host, as root"]
    }
  }

  private var kubernetes: [String] {
    [kubectlDebug("general"), "securityContext: {capabilities: {add: [SYS_PTRACE]}}"]
  }

  /// An ephemeral container beside the one of the target. The profile `general` has SYS_PTRACE, `sysadmin` everything.
  private func kubectlDebug(_ profile: String) -> String {
    "kubectl debug -it \(podName) --image=IMAGE --target=CONTAINER --profile=\(profile)"
  }

  private var runtime: String { surroundings.container?.runtime.rawValue ?? "" }
  private var containerName: String { surroundings.container?.shortIdentifier ?? "CONTAINER" }

  /// A pod's host name is its own name.
  private var podName: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "POD" }
    return withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
