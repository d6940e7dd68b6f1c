/// Asks again and again what one thread does, through descriptors that are kept open: 1.1 microseconds for the place and 0.8
/// for the schedule, where opening each time costs 9. Made for samplers; `ThreadActivity` is for one look.
///
/// Two descriptors are held for each. They stay those of this thread, also when its number goes to another one.
public final class ThreadObserver: Sendable {
  public let pid: Int32
  public let tid: Int32
  private let placeFile: ProcDescriptor
  private let scheduleFile: ProcDescriptor

  public init(pid: Int32, tid: Int32) throws(ProcessError) {
    self.pid = pid
    self.tid = tid
    placeFile = try ProcDescriptor("/proc/\(pid)/task/\(tid)/syscall", pid: pid)
    scheduleFile = try ProcDescriptor("/proc/\(pid)/task/\(tid)/schedstat", pid: pid)
  }

  /// Running, or blocked, and in which call.
  public func place() throws(ProcessError) -> ThreadPlace { try Self.parse(placeFile) { ThreadPlace($0) } }

  public func schedule() throws(ProcessError) -> ThreadSchedule { try Self.parse(scheduleFile) { ThreadSchedule($0) } }

  static func parse<Content>(
    _ file: ProcDescriptor, _ parse: (UnsafeRawBufferPointer) -> Content?
  ) throws(ProcessError) -> Content {
    // The longest line is `syscall`'s: 3 digits and 8 words of up to 19 characters.
    let result = withUnsafeTemporaryAllocation(byteCount: 256, alignment: 8) {
      buffer -> Result<Content?, ProcessError> in
      do throws(ProcessError) {
        let count = try file.read(into: buffer)
        return .success(parse(UnsafeRawBufferPointer(rebasing: buffer[..<count])))
      } catch {
        return .failure(error)
      }
    }
    guard let content = try result.get() else { throw .malformed(path: file.path) }
    return content
  }
}
