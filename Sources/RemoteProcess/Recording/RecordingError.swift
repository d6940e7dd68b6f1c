/// Why a recording of memory could not be loaded.
public enum RecordingError: Error, Equatable, CustomStringConvertible {
  /// It does not begin as one does.
  case notRecording
  /// It says something that cannot be true, said in words.
  case malformed(String)

  public var description: String {
    switch self {
    case .notRecording: "not a recording of memory"
    case .malformed(let what): "a damaged recording of memory: \(what)"
    }
  }
}
