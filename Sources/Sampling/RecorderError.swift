/// Why a recording of its own could not be begun, ended or shown.
public enum RecorderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no safe place for what is recorded; says of each that was tried why.
  case noDirectory([String])
  /// The process is being recorded already.
  case alreadyRecorded(pid: Int32, by: Int32)
  /// No recorder runs for any of these processes.
  case notRecorded([Int32])
  /// Nothing was kept of the last recording, or there was none.
  case nothingKept([Int32])
  /// Several recordings are meant.
  case several([Int32])
  /// The recorder lives where its process cannot be seen: another PID namespace.
  case unseen(pid: Int32)
  /// It did not end in time.
  case doesNotEnd(pid: Int32)
  case failed(String)

  public var description: String {
    switch self {
    case .noDirectory(let reasons): "no place to keep a recording: " + reasons.joined(separator: "; ")
    case .alreadyRecorded(let pid, let recorder) where recorder > 0:
      "process \(pid) is being recorded already, by process \(recorder)"
    case .alreadyRecorded(let pid, _): "process \(pid) is being recorded already"
    case .notRecorded(let pids): "no recording of \(Self.list(pids)) runs"
    case .nothingKept(let pids): "there is no recording of \(Self.list(pids))"
    case .several(let recorders):
      "\(recorders.count) recordings are meant: those of the processes \(Self.list(recorders))"
    case .unseen(let pid): "the recorder of process \(pid) belongs to another PID namespace"
    case .doesNotEnd(let pid): "the recorder, process \(pid), does not end"
    case .failed(let words): words
    }
  }

  private static func list(_ pids: [Int32]) -> String { pids.map(String.init).joined(separator: ", ") }
}
