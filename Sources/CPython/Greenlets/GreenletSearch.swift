import RemoteProcess

/// Finds objects of certain types in the memory of a process, without any list of them: by the word that each begins with, the
/// address of its type.
///
/// CPython keeps objects of up to 512 bytes in pools of equal size (Objects/obmalloc.c), and a pool says in its header which size
/// that is. So one range of 48 bytes a pool tells which pools can have such objects, and only those are read.
///
///     struct pool_header { ref.count 0 | freeblock 8 | nextpool 16 | prevpool 24 | arenaindex 32 | szidx 36 | nextoffset 40 |
///                          maxnextoffset 44 }   48 bytes; blocks of (szidx + 1) * 16 bytes follow
struct GreenletSearch {
  let memory: any MemoryReader
  let layout: Layout
  /// Addresses of the types, and the sizes of their instances.
  private let types: [UInt64: Int]
  /// Most words are no address of a type: one bit for each hash of one keeps them from being looked up.
  private var filter = [UInt64](repeating: 0, count: 1024)

  init(memory: any MemoryReader, layout: Layout, types: [UInt64: Int]) {
    self.memory = memory
    self.layout = layout
    self.types = types
    for type in types.keys { filter[Int(type >> 10 & 1023)] |= 1 << (type >> 4 & 63) }
  }

  /// Instances at most.
  static let limit = 100_000
  /// Bytes that are read at most where pools do not help.
  static let byteLimit = 4 << 30

  private static let headerSize = 48
  /// Ranges of one call, and bytes of one read.
  private static let batch = 1024
  private static let pieceSize = 1 << 20

  /// POOL_SIZE: a page up to 3.9, 16 KiB since (POOL_BITS 14, where arenas are found by a radix tree).
  private var poolSize: Int { layout.version < PythonVersion(hex: 0x030a_0000) ? 4096 : 16_384 }

  /// The addresses of what looks like an instance. The ranges are private writable memory without a file.
  func candidates(in ranges: [Range<UInt64>]) throws(MemoryReadError) -> [RemoteAddress] {
    guard !types.isEmpty else { return [] }
    // Above are the kernel's own addresses: sums stay within bounds.
    let ranges = ranges.map { $0.clamped(to: 0..<1 << 62) }
    if !layout.isFreeThreaded, let sizes = poolSizes {
      let found = try inPools(in: ranges, sizes: sizes)
      if !found.isEmpty { return found }
    }
    // Free-threaded builds, and those that run with PYTHONMALLOC=malloc, have no pools.
    return try everywhere(in: ranges)
  }

  // MARK: - By pools

  /// The `szidx` that instances can have: with the head of the garbage collector before them, and since 3.11 two words more
  /// for types with a managed dict. Nil where instances are too large for pools.
  private var poolSizes: Set<UInt32>? {
    var sizes: Set<UInt32> = []
    for size in types.values {
      for before in [16, 32] {
        guard size > 0, size + before <= 512 else { return nil }
        sizes.insert(UInt32((size + before + 15) / 16 - 1))
      }
    }
    return sizes
  }

  private func inPools(in ranges: [Range<UInt64>], sizes: Set<UInt32>) throws(MemoryReadError) -> [RemoteAddress] {
    var found: [RemoteAddress] = []
    var pools: [UInt64] = []
    for range in ranges {
      var next = (range.lowerBound &+ UInt64(poolSize - 1)) & ~UInt64(poolSize - 1)
      while next < range.upperBound, range.upperBound - next >= UInt64(poolSize) {
        pools.append(next)
        next += UInt64(poolSize)
        if pools.count == Self.batch {
          try look(atPools: pools, sizes, &found)
          pools.removeAll(keepingCapacity: true)
        }
      }
      if found.count >= Self.limit { return found }
    }
    try look(atPools: pools, sizes, &found)
    return found
  }

  private func look(
    atPools pools: [UInt64], _ sizes: Set<UInt32>, _ found: inout [RemoteAddress]
  ) throws(MemoryReadError) {
    guard !pools.isEmpty else { return }
    let headers = try Pieces(pools.map { ($0, Self.headerSize) }, memory)
    var right: [(UInt64, Int)] = []
    for (index, pool) in pools.enumerated() {
      guard let header = headers[index], isPool(header, sizes) else { continue }
      right.append((pool, poolSize))
    }
    guard !right.isEmpty else { return }
    let contents = try Pieces(right, memory)
    for (index, pool) in right.enumerated() {
      if let bytes = contents[index] { scan(bytes, at: pool.0, &found) }
    }
  }

  private func isPool(_ header: UnsafeRawBufferPointer, _ sizes: Set<UInt32>) -> Bool {
    let count = header.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
    let index = header.loadUnaligned(fromByteOffset: 36, as: UInt32.self)
    let next = header.loadUnaligned(fromByteOffset: 40, as: UInt32.self)
    let last = header.loadUnaligned(fromByteOffset: 44, as: UInt32.self)
    guard sizes.contains(index), count > 0 else { return false }
    let size = (index + 1) * 16
    return count <= UInt32(poolSize) / size && next <= UInt32(poolSize) && last == UInt32(poolSize) - size
  }

  // MARK: - By all of the memory

  private func everywhere(in ranges: [Range<UInt64>]) throws(MemoryReadError) -> [RemoteAddress] {
    var found: [RemoteAddress] = []
    var remaining = Self.byteLimit
    for range in ranges {
      var next = range.lowerBound
      while next < range.upperBound, remaining > 0, found.count < Self.limit {
        let count = Int(min(range.upperBound - next, UInt64(min(Self.pieceSize, remaining))))
        // A piece that has gone meanwhile is left out.
        if let bytes = try Pieces([(next, count)], memory)[0] { scan(bytes, at: next, &found) }
        next += UInt64(count)
        remaining -= count
      }
    }
    return found
  }

  private func scan(_ bytes: UnsafeRawBufferPointer, at start: UInt64, _ found: inout [RemoteAddress]) {
    for offset in stride(from: 0, to: bytes.count & ~7, by: 8) {
      let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      guard filter[Int(word >> 10 & 1023)] & 1 << (word >> 4 & 63) != 0, types[word] != nil else { continue }
      let object = RemoteAddress(start &+ UInt64(offset)) - layout.object.type
      if object.rawValue & 15 == 0, found.count < Self.limit { found.append(object) }
    }
  }

  // MARK: - Reading

  /// Ranges that are read together into one buffer.
  private final class Pieces {
    private let buffer: UnsafeMutableRawBufferPointer
    private var requests: [ReadRequest] = []

    init(_ ranges: [(start: UInt64, count: Int)], _ memory: any MemoryReader) throws(MemoryReadError) {
      buffer = .allocate(byteCount: max(ranges.reduce(0) { $0 + $1.count }, 1), alignment: 16)
      var offset = 0
      for range in ranges {
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + range.count])
        requests.append(ReadRequest(address: RemoteAddress(range.start), destination: part))
        offset += range.count
      }
      try memory.read(&requests)
    }

    deinit { buffer.deallocate() }

    /// Nil where it could not be read.
    subscript(index: Int) -> UnsafeRawBufferPointer? {
      requests[index].isRead ? UnsafeRawBufferPointer(requests[index].destination) : nil
    }
  }
}
