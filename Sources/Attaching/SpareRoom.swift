import CPython
import ELF
import RemoteProcess

/// Room in a target that belongs to nobody: behind the end of a file's segment, up to the end of the page, the kernel maps
/// bytes that no code and no data of it is in. What is written there is in no one's way.
struct SpareRoom: Equatable, Sendable {
  let address: RemoteAddress
  let count: Int

  /// A cache line: what is written here shares none with what others use.
  private static let alignment: UInt64 = 64

  func prefix(_ count: Int) -> SpareRoom { SpareRoom(address: address, count: min(count, self.count)) }

  /// What is behind its first `count` bytes, aligned as rooms are.
  func dropping(_ count: Int) -> SpareRoom {
    let step = min((count + Int(Self.alignment) - 1) & ~(Int(Self.alignment) - 1), self.count)
    return SpareRoom(address: address + step, count: self.count - step)
  }

  func contains(_ address: RemoteAddress) -> Bool { self.address <= address && address < self.address + count }

  func contains(_ other: SpareRoom) -> Bool {
    contains(other.address) && other.count <= count && other.address + other.count <= address + count
  }

  /// Every room behind a segment with these permissions, free or not.
  ///
  /// - Parameter images: the files to look at, likeliest first.
  static func all(
    _ permissions: MemoryMapping.Permissions, in images: [TargetImage], mappings: [MemoryMapping]
  ) -> [SpareRoom] {
    images.flatMap { image in
      image.file.segments.compactMap { segment in
        guard segment.isLoad, self.permissions(of: segment) == permissions else { return nil }
        let end = image.loadBias &+ segment.address &+ segment.memorySize
        let start = (end &+ alignment &- 1) & ~(alignment - 1)
        // The last byte of the segment tells the mapping: one byte on may be another's.
        guard end > 0, let mapping = mappings.first(where: { $0.contains(RemoteAddress(end - 1)) }),
          mapping.permissions == permissions
        else { return nil }
        let last = min(mapping.end.rawValue, pageEnd(end))
        return start < last ? SpareRoom(address: RemoteAddress(start), count: Int(last - start)) : nil
      }
    }
  }

  private static func pageEnd(_ address: UInt64) -> UInt64 { (address &+ 4095) & ~4095 }

  private static func permissions(of segment: ELFSegment) -> MemoryMapping.Permissions {
    // p_flags: 1 execute, 2 write, 4 read.
    var permissions: MemoryMapping.Permissions = []
    if segment.flags & 4 != 0 { permissions.insert(.read) }
    if segment.flags & 2 != 0 { permissions.insert(.write) }
    if segment.flags & 1 != 0 { permissions.insert(.execute) }
    return permissions
  }

  /// What is there now; nil where it cannot be read.
  func bytes(in memory: LiveMemory) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    do {
      try bytes.withUnsafeMutableBytes { buffer in try memory.read(at: address, into: buffer) }
    } catch {
      return nil
    }
    return bytes
  }

  func isZero(in memory: LiveMemory) -> Bool { bytes(in: memory)?.allSatisfy { $0 == 0 } ?? false }
}
