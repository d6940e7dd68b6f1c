/// A program header: a part of the file and where it goes in memory.
public struct ELFSegment: Equatable, Sendable {
  /// The p_type: 1 is PT_LOAD, 2 PT_DYNAMIC, 4 PT_NOTE.
  public let type: UInt32
  public let flags: UInt32
  public let offset: UInt64
  public let address: UInt64
  public let fileSize: UInt64
  public let memorySize: UInt64

  public var isLoad: Bool { type == 1 }
  var isDynamic: Bool { type == 2 }
  var isNote: Bool { type == 4 }

  /// Parses the 56 bytes of an Elf64_Phdr.
  init(_ bytes: ArraySlice<UInt8>) {
    type = bytes.word32(at: 0)
    flags = bytes.word32(at: 4)
    offset = bytes.word64(at: 8)
    address = bytes.word64(at: 16)
    fileSize = bytes.word64(at: 32)
    memorySize = bytes.word64(at: 40)
  }
}
