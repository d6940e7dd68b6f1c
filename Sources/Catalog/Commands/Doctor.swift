import Attaching
import CPython
import RemoteProcess

extension CatalogEntry {
  /// `ispy doctor`: what is missing to read a target, and what would help.
  static let doctor = CatalogEntry(
    CommandSpecification(
      name: "doctor", rung: .observe, summary: "Say what is missing to read a target, and the exact words to fix it",
      discussion: """
        Tries to read the target as dump would, and says at which step it fails: whether there is such a process, whether it \
        is alive, whether the kernel allows it to be read (user, capability, Yama, seccomp, user namespace, hidepid), whether \
        it is Python of a known version and build, and whether its threads could be stopped for --stop. Each failure comes \
        with what was seen and with the commands that would help here: on a host, in Docker, in Kubernetes.

        Without a target it says what this ispy may read on this host in general.
        """,
      parameters: [.targets(isRequired: false)], takesMissingTargets: true,
      cost: "reads one byte of its memory, and what finding Python takes",
      examples: [
        .init("ispy doctor", "what this ispy may read here"),
        .init("ispy doctor 4711", "why process 4711 cannot be read"),
      ], schema: "ispyd.doctor/1"), result: DoctorResult.self
  ) { arguments, context throws(CommandError) in
    let surroundings: Surroundings
    do throws(ProcessError) { surroundings = try Surroundings() } catch {
      throw CommandError(
        .failed, "what this ispy may do could not be read: \(error)", hint: "is /proc mounted here?")
    }
    // A pid is examined whatever it is: that there is no such process is an answer too.
    let known = Set(context.targets.map(\.pid))
    let missing = arguments.all("target").compactMap { Int32($0) }.filter { !known.contains($0) }
    return DoctorResult(
      reader: reader(surroundings), targets: (context.targets.map(\.pid) + missing).map { target($0) })
  }

  // MARK: - The reader

  private static func reader(_ surroundings: Surroundings) -> [DoctorCheck] {
    var checks: [DoctorCheck] = []
    let user = UserNames().name(of: surroundings.status.users.effective)
    checks.append(
      surroundings.hasPtraceCapability
        ? DoctorCheck("capability", .passed, "running as \(user) with CAP_SYS_PTRACE: processes of every user")
        : DoctorCheck(
          "capability", .noted, "running as \(user) without CAP_SYS_PTRACE: only processes of the same user",
          fixes: surroundings.isRoot ? [] : ["sudo ispy"]))
    switch surroundings.yamaScope {
    case nil: checks.append(DoctorCheck("yama", .passed, "this kernel has no Yama"))
    case 0?: checks.append(DoctorCheck("yama", .passed, "kernel.yama.ptrace_scope is 0"))
    case let scope?:
      let isLifted = surroundings.hasPtraceCapability && scope < 3
      checks.append(
        DoctorCheck(
          "yama", isLifted ? .passed : .failed,
          "kernel.yama.ptrace_scope is \(scope)" + (isLifted ? ", which CAP_SYS_PTRACE lifts" : ""),
          fixes: isLifted ? [] : ["sysctl kernel.yama.ptrace_scope=0"]))
    }
    let place = surroundings.container?.label
    checks.append(
      surroundings.isInitialPidNamespace
        ? DoctorCheck("processes", .passed, "all processes of this machine are in sight")
        : DoctorCheck(
          "processes", .noted, "in a PID namespace of its own\(place.map { " (\($0))" } ?? ""): others are out of sight"
        ))
    if !surroundings.isInitialUserNamespace {
      checks.append(
        DoctorCheck("user namespace", .noted, "capabilities count inside of this user namespace only"))
    }
    if let hidepid = surroundings.hidepid {
      checks.append(
        DoctorCheck(
          "/proc", .noted, "/proc is mounted with hidepid=\(hidepid)", fixes: ["mount -o remount,hidepid=0 /proc"]))
    }
    return checks
  }

  // MARK: - A target

  private static func target(_ pid: Int32) -> DoctorTarget {
    let arguments = (try? ProcessArguments(pid: pid).arguments) ?? []
    var target = DoctorTarget(
      pid: pid, commandLine: arguments.joined(separator: " "), checks: [], isReadable: false, isStoppable: false)
    guard let access = try? AccessCheck(pid: pid) else {
      target.checks.append(DoctorCheck("access", .failed, "nothing of process \(pid) could be examined"))
      target.failure = .failed
      return target
    }
    for finding in access.findings {
      target.checks.append(
        DoctorCheck(
          finding.cause.preventsReading ? "access" : "stopping", finding.cause.preventsReading ? .failed : .noted,
          finding.evidence, fixes: finding.fixes))
      if finding.cause.preventsReading, target.failure == nil { target.failure = CommandError.Cause(finding.cause) }
    }
    guard access.isReadable else { return target }
    target.checks.insert(DoctorCheck("access", .passed, "the memory of process \(pid) can be read"), at: 0)
    if let state = (try? ProcessStat(pid: pid))?.state, state.isStopped {
      target.checks.append(
        DoctorCheck("state", .noted, "the process is stopped (SIGSTOP): it can be read", fixes: ["kill -CONT \(pid)"]))
    }
    addPython(to: &target)
    target.isStoppable = target.isReadable && access.isStoppable
    if target.isStoppable {
      target.checks.append(DoctorCheck("stopping", .passed, "its threads can be held for --stop"))
      target.checks.append(attaching(pid))
    }
    return target
  }

  /// Whether an agent could come in. Nothing is tried.
  private static func attaching(_ pid: Int32) -> DoctorCheck {
    if ProcessTable.role(of: pid) == .master {
      return DoctorCheck(
        "attaching", .noted, "it starts and watches workers: an agent is for them",
        fixes: ["ispy attach \(pid)/children"])
    }
    do {
      try AttachedAgent.check(PythonProcess(pid: pid))
      return DoctorCheck("attaching", .passed, "an agent can be attached")
    } catch {
      return DoctorCheck("attaching", .noted, "no agent can be attached: \(error)")
    }
  }

  private static func addPython(to target: inout DoctorTarget) {
    do throws(DiscoveryError) {
      let process = try PythonProcess(pid: target.pid)
      let version = process.location.version.description + (process.location.layout.isFreeThreaded ? "t" : "")
      target.checks.append(DoctorCheck("python", .passed, "CPython \(version) in \(process.location.path)"))
      do throws(ReadError) {
        let interpreters = try process.runtime.interpreters()
        var threads = 0
        for interpreter in interpreters { threads += try process.runtime.threads(of: interpreter).count }
        target.checks.append(
          DoctorCheck(
            "threads", .passed,
            "\(threads) Python thread\(threads == 1 ? "" : "s")"
              + (interpreters.count == 1 ? "" : " in \(interpreters.count) interpreters")))
        target.isReadable = true
      } catch {
        target.checks.append(DoctorCheck("threads", .failed, error.description, fixes: ["try once more"]))
        target.failure = .failed
      }
    } catch {
      let error = CommandError(error)
      target.checks.append(
        DoctorCheck("python", .failed, error.message, fixes: error.cause == .notPython ? ["ispy ps"] : []))
      target.failure = error.cause
    }
  }
}

extension CommandError.Cause {
  init(_ cause: AccessCause) {
    switch cause {
    case .noSuchProcess, .isThread: self = .noSuchProcess
    case .zombie: self = .zombie
    case .kernelThread: self = .notPython
    default: self = .notPermitted
    }
  }
}
