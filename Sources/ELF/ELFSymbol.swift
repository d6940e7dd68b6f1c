/// A defined symbol of an ELF file.
public struct ELFSymbol: Equatable, Sendable {
  /// Its address as linked: add the load bias to get the one in the process.
  public let value: UInt64
  public let size: UInt64
}

extension ELFSymbol {
  static let byteCount = 24

  /// Parses an Elf64_Sym; nil where the symbol is undefined here, being another file's.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.word16(at: 6) != 0 else { return nil }
    self.init(value: bytes.word64(at: 8), size: bytes.word64(at: 16))
  }
}
