public import CPython
import RemoteProcess

/// A process that a command is to look at.
///
/// With the moment of its start it names one process for good: whatever is decided of it cannot come to hold for another
/// one that the kernel gave its pid meanwhile.
public struct Target: Sendable {
  public let pid: Int32
  /// In clock ticks since the machine started.
  public let startTime: UInt64
  /// What it says that it is: by its arguments, which it may have chosen.
  public let application: Application
  public let commandLine: String
  /// Known already where the process table was needed to find it.
  let location: RuntimeLocation?

  public init(
    pid: Int32, startTime: UInt64, application: Application, commandLine: String, location: RuntimeLocation? = nil
  ) {
    self.pid = pid
    self.startTime = startTime
    self.application = application
    self.commandLine = commandLine
    self.location = location
  }

  /// Opens it for reading.
  func open() throws(CommandError) -> PythonProcess {
    do throws(DiscoveryError) {
      let memory = try PythonProcess.memory(pid: pid)
      guard memory.startTime == startTime else { throw DiscoveryError.noSuchProcess(pid: pid) }
      guard let location else { return try PythonProcess(memory: memory) }
      return PythonProcess(pid: pid, memory: memory, location: location)
    } catch {
      throw CommandError(error)
    }
  }
}
