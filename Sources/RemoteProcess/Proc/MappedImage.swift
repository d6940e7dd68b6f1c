import ELF

/// An ELF file as a process has it mapped, for where the file itself cannot be had: it was replaced by an upgrade, or lies
/// in a container's file system that shows other inodes than the kernel does.
struct MappedImage: ELFByteSource {
  /// A part of the file, and where it is in memory.
  private struct Part {
    let offset: UInt64
    let count: UInt64
    let address: RemoteAddress
  }

  private let parts: [Part]
  private let memory: any MemoryReader

  /// The mappings of the same file as `mapping`, those that can be read.
  init(_ mapping: MemoryMapping, among mappings: [MemoryMapping], memory: any MemoryReader) {
    self.memory = memory
    parts = mappings.lazy
      .filter { $0.inode == mapping.inode && $0.device == mapping.device && $0.permissions.contains(.read) }
      .map { Part(offset: $0.offset, count: $0.count, address: $0.start) }
  }

  var byteCount: UInt64 { parts.map { $0.offset &+ $0.count }.max() ?? 0 }

  var isWholeFile: Bool { false }

  func read(at offset: UInt64, into destination: UnsafeMutableRawBufferPointer) throws(ELFError) {
    // A page may be mapped twice, as code and before as data: the first is the one that nobody wrote to.
    var done = 0
    while done < destination.count {
      let position = offset &+ UInt64(done)
      guard let part = parts.first(where: { $0.offset <= position && position - $0.offset < $0.count }) else {
        throw .malformed("offset \(position) is not mapped")
      }
      let skipped = position - part.offset
      let count = min(destination.count - done, Int(clamping: part.count - skipped))
      do {
        try memory.read(
          at: RemoteAddress(part.address.rawValue &+ skipped),
          into: UnsafeMutableRawBufferPointer(rebasing: destination[done..<done + count]))
      } catch {
        throw .malformed("offset \(position) cannot be read from memory: \(error)")
      }
      done += count
    }
  }
}
