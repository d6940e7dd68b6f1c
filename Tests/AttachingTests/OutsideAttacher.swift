import Attaching
import CPython
import TestSupport

/// A process that attaches, to be killed or stopped: Tests/OutsideAttacher.
enum OutsideAttacher {
  static func start(_ pid: Int32, dyingAt step: String? = nil) throws -> ChildProcess {
    try ChildProcess([try BuiltProgram.path(of: "OutsideAttacher"), "\(pid)"] + [step].compactMap { $0 })
  }
}

extension AttachPatience {
  /// The tests run beside others, on machines that have no time for the target.
  static let long: AttachPatience = {
    var patience = AttachPatience()
    patience.safePoint = .seconds(30)
    patience.door = .seconds(30)
    patience.answer = .seconds(30)
    patience.leave = .seconds(30)
    patience.welcome = .seconds(30)
    return patience
  }()
}

extension AttachedAgent {
  static func patiently(in pid: Int32) throws -> AttachedAgent {
    try AttachedAgent(in: PythonProcess(pid: pid), patience: .long)
  }
}
