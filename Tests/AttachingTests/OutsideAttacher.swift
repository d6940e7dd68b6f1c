import Attaching
import CPython
import RemoteProcess
import TestSupport
import Testing

/// A process that attaches, to be killed or stopped: Tests/OutsideAttacher.
enum OutsideAttacher {
  /// - Parameter through: words before the program's own: `setpriv` and what it is told.
  static func start(_ pid: Int32, dyingAt step: String? = nil, through: [String] = []) throws -> ChildProcess {
    try ChildProcess(through + [try BuiltProgram.path(of: "OutsideAttacher"), "\(pid)"] + [step].compactMap { $0 })
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

  /// Attaches, hears the agent and detaches; all of it must be as it was.
  static func cycle(in pid: Int32, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let agent = try patiently(in: pid)
    #expect(try agent.link.status().pid > 0, sourceLocation: sourceLocation)
    #expect(try agent.detach().isComplete, sourceLocation: sourceLocation)
  }
}

/// What tells a process from another one that has its number later.
struct Identity: Equatable {
  let pid: Int32
  let startTime: UInt64

  init(_ pid: Int32) throws {
    self.pid = pid
    startTime = try ProcessStat(pid: pid).startTime
  }
}
