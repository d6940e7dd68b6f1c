/// An ELF file: 64-bit and little-endian, an executable or a shared library. Only the bytes needed for a question are read,
/// so that a libpython of tens of megabytes costs a handful of small reads. Every offset and count in it is a claim.
public struct ELFFile: Sendable {
  public enum Kind: Sendable {
    /// ET_EXEC: linked to fixed addresses.
    case fixedExecutable
    /// ET_DYN: a shared library, or a position independent executable.
    case positionIndependent
  }

  public enum Machine: Equatable, Sendable {
    case x86_64
    case aarch64
    case other(UInt16)
  }

  public let kind: Kind
  public let machine: Machine
  public let segments: [ELFSegment]

  let source: any ELFByteSource
  /// What the dynamic linker may have added to the pointers of the dynamic segment, where that is read from memory.
  private var relocation: UInt64 = 0
  let sectionHeaderOffset: UInt64
  let sectionHeaderCount: UInt16
  let sectionNameIndex: UInt16

  private static let headerSize = 64
  private static let segmentSize = 56
  /// Real files have about a dozen.
  private static let maximumSegmentCount = 512

  public init(source: some ELFByteSource) throws(ELFError) {
    // The program headers follow the header in practice: one read gets both.
    let first = try source.bytes(at: 0, count: Int(min(source.byteCount, 1024)))
    guard first.count >= Self.headerSize, first[0..<4] == [0x7f, 0x45, 0x4c, 0x46] else { throw .notELF }
    guard first[4] == 2 else { throw .unsupported("a 32-bit file") }
    guard first[5] == 1 else { throw .unsupported("a big-endian file") }
    let header = first[..<Self.headerSize]
    switch header.word16(at: 16) {
    case 2: kind = .fixedExecutable
    case 3: kind = .positionIndependent
    case let other: throw .unsupported("neither an executable nor a shared library (e_type \(other))")
    }
    switch header.word16(at: 18) {
    case 62: machine = .x86_64
    case 183: machine = .aarch64
    case let other: machine = .other(other)
    }
    let segmentOffset = header.word64(at: 32)
    let segmentCount = Int(header.word16(at: 56))
    guard segmentCount <= Self.maximumSegmentCount else { throw .malformed("\(segmentCount) program headers") }
    guard segmentCount == 0 || header.word16(at: 54) == Self.segmentSize else {
      throw .malformed("program headers of \(header.word16(at: 54)) bytes")
    }
    let table: ArraySlice<UInt8>
    if segmentOffset <= 1024, Int(segmentOffset) + segmentCount * Self.segmentSize <= first.count {
      table = first[Int(segmentOffset)..<Int(segmentOffset) + segmentCount * Self.segmentSize]
    } else {
      table = try source.bytes(at: segmentOffset, count: segmentCount * Self.segmentSize)[...]
    }
    segments = (0..<segmentCount).map { index in
      ELFSegment(table[(table.startIndex + index * Self.segmentSize)...])
    }
    self.source = source
    sectionHeaderOffset = header.word64(at: 40)
    sectionHeaderCount = header.word16(at: 60)
    sectionNameIndex = header.word16(at: 62)
    guard sectionHeaderCount == 0 || header.word16(at: 58) == 64 else {
      throw .malformed("section headers of \(header.word16(at: 58)) bytes")
    }
  }

  /// Opens a file of this mount namespace.
  public init(path: String) throws(ELFError) { try self.init(source: ELFDescriptor(path: path)) }

  /// What has to be added to an address of the file to get the one in a process that maps it: `start` and `offset` are of
  /// one of its mappings, the first being the surest. Nil where no loaded part of the file holds that offset.
  public func loadBias(mappingStart start: UInt64, offset: UInt64) -> UInt64? {
    if kind == .fixedExecutable { return 0 }
    let loads = segments.filter(\.isLoad)
    // Whatever the page size, the kernel keeps address and offset of a segment at the same distance.
    let segment =
      loads.first { $0.offset & ~4095 == offset }
      ?? loads.first { $0.offset & ~4095 <= offset && offset < $0.offset.addingOrMaximum($0.fileSize) }
    return segment.map { start &- offset &- ($0.address &- $0.offset) }
  }

  /// The same file, as it is read from the memory of a process in which the dynamic linker may have made absolute the
  /// addresses of its tables. (glibc does, musl does not.)
  public func relocated(by loadBias: UInt64) -> ELFFile {
    var copy = self
    copy.relocation = loadBias
    return copy
  }

  /// Where in the file the table is that a pointer of the dynamic segment is to.
  func fileOffset(ofPointer pointer: UInt64) -> UInt64? {
    fileOffset(ofAddress: pointer) ?? (pointer >= relocation ? fileOffset(ofAddress: pointer - relocation) : nil)
  }

  /// Where in the file the byte at an address as linked is; nil where it is not in the file.
  func fileOffset(ofAddress address: UInt64) -> UInt64? {
    for segment in segments where segment.isLoad && address >= segment.address {
      let distance = address - segment.address
      if distance < segment.fileSize { return segment.offset &+ distance }
    }
    return nil
  }
}

extension UInt64 {
  func addingOrMaximum(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
