/// Why an ELF file could not be read.
public enum ELFError: Error, Equatable, CustomStringConvertible {
  /// It does not begin as an ELF file does.
  case notELF
  /// An ELF file of a sort that is not read here, said in words.
  case unsupported(String)
  /// The file says something that cannot be true, said in words.
  case malformed(String)
  /// The kernel refused.
  case failed(errno: Int32)

  public var description: String {
    switch self {
    case .notELF: "not an ELF file"
    case .unsupported(let what): "an ELF file of a kind that is not supported: \(what)"
    case .malformed(let what): "a damaged ELF file: \(what)"
    case .failed(let errno): "cannot read the ELF file: errno \(errno)"
    }
  }
}
