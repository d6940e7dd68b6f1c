extension ELFFile {
  private static let maximumNoteSize: UInt64 = 1 << 16

  /// The build id: the bytes of the NT_GNU_BUILD_ID note, 20 of them as a rule. Nil where the file has none.
  public func buildID() throws(ELFError) -> [UInt8]? {
    for segment in segments where segment.isNote && segment.fileSize <= Self.maximumNoteSize {
      let notes = try source.bytes(at: segment.offset, count: Int(segment.fileSize))[...]
      var position = 0
      while position + 12 <= notes.count {
        let nameSize = Int(notes.word32(at: position))
        let size = Int(notes.word32(at: position + 4))
        let type = notes.word32(at: position + 8)
        let name = position + 12
        let description = name + (nameSize + 3) & ~3
        guard description + size <= notes.count else { break }
        if type == 3, nameSize == 4, notes[name..<name + 4].elementsEqual([0x47, 0x4e, 0x55, 0]) {
          return Array(notes[description..<description + size])
        }
        position = description + (size + 3) & ~3
      }
    }
    return nil
  }
}
