extension ELFFile {
  private static let sectionSize = 64
  private static let maximumNamesSize = 1 << 20

  /// The section of that name, nil where there is none, as in a file whose section headers were cut off.
  public func section(named name: String) throws(ELFError) -> ELFSection? {
    try sections().first { $0.name == name }
  }

  /// All sections, in the order of the file, which is what other sections refer to.
  func sections() throws(ELFError) -> [ELFSection] {
    guard sectionHeaderCount > 0, sectionHeaderOffset > 0, source.isWholeFile else { return [] }
    let count = Int(sectionHeaderCount)
    let table = try source.bytes(at: sectionHeaderOffset, count: count * Self.sectionSize)
    func header(_ index: Int) -> ArraySlice<UInt8> { table[(index * Self.sectionSize)...].prefix(Self.sectionSize) }
    guard sectionNameIndex < sectionHeaderCount else {
      throw .malformed("the section of section names is \(sectionNameIndex) of \(count)")
    }
    let namesHeader = header(Int(sectionNameIndex))
    let namesSize = namesHeader.word64(at: 32)
    guard namesSize <= Self.maximumNamesSize else { throw .malformed("section names of \(namesSize) bytes") }
    let names = try source.bytes(at: namesHeader.word64(at: 24), count: Int(namesSize))
    return (0..<count).map { index in
      let bytes = header(index)
      // The longest names in use have some 20 characters.
      let name = names.dropFirst(Int(bytes.word32(at: 0))).prefix(256).prefix { $0 != 0 }
      return ELFSection(
        name: String(decoding: name, as: UTF8.self), type: bytes.word32(at: 4), address: bytes.word64(at: 16),
        offset: bytes.word64(at: 24), size: bytes.word64(at: 32), link: bytes.word32(at: 40))
    }
  }
}
