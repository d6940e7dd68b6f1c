/// A section header. Stripped files keep them, but nothing at run time needs them.
public struct ELFSection: Equatable, Sendable {
  public let name: String
  /// The sh_type: 2 is SHT_SYMTAB, 8 SHT_NOBITS, 11 SHT_DYNSYM.
  public let type: UInt32
  /// Its address as linked: add the load bias to get the one in the process.
  public let address: UInt64
  public let offset: UInt64
  public let size: UInt64
  /// The index of a related section: of a symbol table its strings.
  let link: UInt32
}
