import Glibc

/// One look at a process: every piece of memory is read once and kept, so that many small reads cost few system calls and
/// all agree with each other.
///
/// Memory is kept in granules (1 KiB; 64 bytes where a recording is made or replayed). As many bytes cost the kernel
/// hardly more than a word does, and the fields of one object, the frames of one stack chunk and the objects of one arena
/// lie together. What must be seen anew is asked for with `refresh`.
///
/// Not Sendable: a look belongs to the one who looks.
public final class Snapshot {
  public let memory: any MemoryReader
  /// Bytes that are read together; a power of two.
  public let granule: Int
  /// Granules kept at most; beyond it the look forgets and reads again.
  private let limit: Int

  private var slots = AddressMap<UnsafeMutableRawPointer>()
  private var blocks: [Block] = []
  /// The block that is being filled, and the granules of it that are given out.
  private var current = 0
  private var usedOfCurrent = 0
  /// Granules of the blocks before it.
  private var filled = 0
  private var free: [UnsafeMutableRawPointer] = []
  private let shift: UInt64

  private struct Block {
    let start: UnsafeMutableRawPointer
    let granules: Int
  }

  /// The first block is small, each further one half of what there is, up to this: a look at one thread takes few pages.
  private static let firstBlock = 16
  private static let largestBlock = 128
  /// Granules that stay mapped when everything is forgotten: the next look, which may hold a thread, has them at hand.
  private static let keptBlocks = 256

  private var lastNumber = UInt64.max
  private var lastPointer: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - granule: bytes read together, a power of two from 16 to 65,536.
  ///   - limit: bytes kept at most (64 MiB).
  public init(_ memory: any MemoryReader, granule: Int = 1024, limit: Int = 64 << 20) {
    precondition(granule >= 16 && granule <= 65_536 && granule & (granule - 1) == 0, "a granule is a power of two")
    self.memory = memory
    self.granule = granule
    self.limit = max(limit / granule, Self.largestBlock)
    shift = UInt64(granule.trailingZeroBitCount)
    lastPointer = Self.allocate(granule * Self.firstBlock)
    blocks.append(Block(start: lastPointer, granules: Self.firstBlock))
  }

  deinit {
    for block in blocks { munmap(block.start, granule * block.granules) }
  }

  /// A block of granules. It is populated at once: the kernel would fault in each page of it by itself as it is written,
  /// which costs more than the reading.
  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE
    guard let block = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), block != MAP_FAILED else {
      preconditionFailure("no memory for what is read: \(byteCount) bytes")
    }
    return block
  }

  // MARK: - Reading

  public func uint64(at address: RemoteAddress) throws(MemoryReadError) -> UInt64 {
    try load(address, as: UInt64.self)
  }

  public func uint32(at address: RemoteAddress) throws(MemoryReadError) -> UInt32 {
    try load(address, as: UInt32.self)
  }

  public func uint16(at address: RemoteAddress) throws(MemoryReadError) -> UInt16 {
    try load(address, as: UInt16.self)
  }

  public func uint8(at address: RemoteAddress) throws(MemoryReadError) -> UInt8 {
    try load(address, as: UInt8.self)
  }

  /// Copies a range, whatever granules it spans.
  public func fill(
    _ destination: UnsafeMutableRawBufferPointer, from address: RemoteAddress
  ) throws(MemoryReadError) {
    var done = 0
    while done < destination.count {
      let here = address + done
      let inside = Int(here.rawValue & UInt64(granule - 1))
      let count = min(granule - inside, destination.count - done)
      let source = try pointer(toGranule: here.rawValue >> shift) + inside
      UnsafeMutableRawBufferPointer(rebasing: destination[done..<done + count])
        .copyMemory(from: UnsafeRawBufferPointer(start: source, count: count))
      done += count
    }
  }

  /// Runs `body` on the bytes of a range, where they are kept if they lie together. They are good for the call only.
  public func withBytes<Result>(
    at address: RemoteAddress, count: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(MemoryReadError) -> Result {
    let inside = Int(address.rawValue & UInt64(granule - 1))
    guard count > 0, inside + count <= granule else {
      return try bytes(at: address, count: count).withUnsafeBytes(body)
    }
    return body(UnsafeRawBufferPointer(start: try pointer(toGranule: address.rawValue >> shift) + inside, count: count))
  }

  /// The bytes of a range. The caller bounds `count`: it comes from the target.
  public func bytes(at address: RemoteAddress, count: Int) throws(MemoryReadError) -> [UInt8] {
    guard count > 0 else { return [] }
    if count > 4 * granule { prefetch([(address, count)]) }
    var failure: MemoryReadError?
    let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(MemoryReadError) {
        try fill(UnsafeMutableRawBufferPointer(buffer), from: address)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  /// The words of a range, `count` of them.
  public func words(at address: RemoteAddress, count: Int) throws(MemoryReadError) -> [UInt64] {
    guard count > 0 else { return [] }
    if count * 8 > 4 * granule { prefetch([(address, count * 8)]) }
    var failure: MemoryReadError?
    let result = [UInt64](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(MemoryReadError) {
        try fill(UnsafeMutableRawBufferPointer(buffer), from: address)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }

  // MARK: - What is kept

  /// Whether these bytes are what is kept (or is now read) of a range.
  public func keeps(_ bytes: UnsafeRawBufferPointer, at address: RemoteAddress) -> Bool {
    var done = 0
    while done < bytes.count {
      let here = address + done
      let inside = Int(here.rawValue & UInt64(granule - 1))
      let count = min(granule - inside, bytes.count - done)
      guard let kept = try? pointer(toGranule: here.rawValue >> shift), let other = bytes.baseAddress,
        memcmp(kept + inside, other + done, count) == 0
      else { return false }
      done += count
    }
    return true
  }

  /// Whether a range is here, so that reading it costs no system call.
  public func holds(_ address: RemoteAddress, count: Int) -> Bool {
    guard count > 0 else { return true }
    let first = address.rawValue >> shift
    let last = (address.rawValue &+ UInt64(count - 1)) >> shift
    guard last >= first, last - first < UInt64(limit) else { return false }
    return (first...last).allSatisfy { $0 == lastNumber || slots[$0] != nil }
  }

  /// Reads what is not yet here of many ranges, in as few system calls as there are. What cannot be read is left out:
  /// whoever needs it meets the error then.
  public func prefetch(_ ranges: [(address: RemoteAddress, count: Int)]) {
    var missing: [UInt64] = []
    for range in ranges where range.count > 0 {
      let first = range.address.rawValue >> shift
      let last = (range.address.rawValue &+ UInt64(range.count - 1)) >> shift
      guard last >= first, last - first < UInt64(limit / 2) else { continue }
      for number in first...last where slots[number] == nil { missing.append(number) }
    }
    guard !missing.isEmpty else { return }
    Self.sort(&missing)
    if keptGranules + missing.count > limit {
      forgetAll()
      missing.removeLast(max(0, missing.count - limit / 2))
    }
    var runs: [(number: UInt64, count: Int, slot: UnsafeMutableRawPointer)] = []
    for number in missing {
      if let run = runs.last, number < run.number &+ UInt64(run.count) { continue }
      let slot = takeSlot()
      // Neighbours there that are neighbours here are one range for the kernel.
      if let run = runs.last, number == run.number &+ UInt64(run.count), slot == run.slot + run.count * granule {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((number, 1, slot))
      }
    }
    var requests = runs.map { run in
      ReadRequest(
        address: RemoteAddress(run.number << shift),
        destination: UnsafeMutableRawBufferPointer(start: run.slot, count: run.count * granule))
    }
    do throws(MemoryReadError) { try memory.read(&requests) } catch {
      for index in requests.indices { requests[index].isRead = false }
    }
    for (run, request) in zip(runs, requests) {
      for index in 0..<run.count {
        let slot = run.slot + index * granule
        if request.isRead { slots[run.number &+ UInt64(index)] = slot } else { free.append(slot) }
      }
    }
  }

  /// Sorts by ever smaller steps (Shell, Ciura's gaps). The library's own sort is made for more than some dozens of numbers,
  /// and the types that it needs cost more to make than these take to sort.
  private static func sort(_ numbers: inout [UInt64]) {
    guard numbers.count < 1024 else { return numbers.sort() }
    for gap in [701, 301, 132, 57, 23, 10, 4, 1] where gap < numbers.count {
      for index in gap..<numbers.count {
        let number = numbers[index]
        var place = index
        while place >= gap, numbers[place - gap] > number {
          numbers[place] = numbers[place - gap]
          place -= gap
        }
        numbers[place] = number
      }
    }
  }

  /// Forgets the granules of these ranges, so that they are read anew.
  public func forget(_ ranges: [(address: RemoteAddress, count: Int)]) {
    lastNumber = UInt64.max
    for range in ranges where range.count > 0 {
      let first = range.address.rawValue >> shift
      let last = (range.address.rawValue &+ UInt64(range.count - 1)) >> shift
      guard last >= first, last - first < UInt64(limit) else { continue }
      for number in first...last {
        if let slot = slots[number] {
          slots[number] = nil
          free.append(slot)
        }
      }
    }
  }

  /// Forgets everything: the next look.
  public func forgetAll() {
    slots.removeAll()
    free.removeAll(keepingCapacity: true)
    lastNumber = UInt64.max
    var granules = 0
    for (index, block) in blocks.enumerated() {
      granules += block.granules
      guard index > 0, granules > Self.keptBlocks else { continue }
      for block in blocks[index...] { munmap(block.start, granule * block.granules) }
      blocks.removeSubrange(index...)
      break
    }
    (current, usedOfCurrent, filled) = (0, 0, 0)
  }

  private var keptGranules: Int { filled + usedOfCurrent - free.count }

  // MARK: - Granules

  @inline(__always)
  private func load<T: BitwiseCopyable>(_ address: RemoteAddress, as type: T.Type) throws(MemoryReadError) -> T {
    let inside = Int(address.rawValue & UInt64(granule - 1))
    guard inside + MemoryLayout<T>.size <= granule else { return try loadAcross(address, as: type) }
    let number = address.rawValue >> shift
    if number == lastNumber { return lastPointer.loadUnaligned(fromByteOffset: inside, as: type) }
    return try pointer(toGranule: number).loadUnaligned(fromByteOffset: inside, as: type)
  }

  private func loadAcross<T: BitwiseCopyable>(
    _ address: RemoteAddress, as type: T.Type
  ) throws(MemoryReadError) -> T {
    var failure: MemoryReadError?
    let value = withUnsafeTemporaryAllocation(byteCount: MemoryLayout<T>.size, alignment: 16) { buffer -> T? in
      do throws(MemoryReadError) {
        try fill(buffer, from: address)
        return buffer.loadUnaligned(as: type)
      } catch {
        failure = error
        return nil
      }
    }
    guard let value else { throw failure ?? .unmapped(address, count: MemoryLayout<T>.size) }
    return value
  }

  private func pointer(toGranule number: UInt64) throws(MemoryReadError) -> UnsafeMutableRawPointer {
    if number == lastNumber { return lastPointer }
    if let kept = slots[number] {
      lastNumber = number
      lastPointer = kept
      return kept
    }
    let slot = takeSlot()
    do {
      try memory.read(
        at: RemoteAddress(number << shift), into: UnsafeMutableRawBufferPointer(start: slot, count: granule))
    } catch {
      free.append(slot)
      throw error
    }
    slots[number] = slot
    lastNumber = number
    lastPointer = slot
    return slot
  }

  /// Room for one more granule. Where the look has grown to its limit it starts over: nothing points into its blocks
  /// across two reads.
  private func takeSlot() -> UnsafeMutableRawPointer {
    if let slot = free.popLast() { return slot }
    if usedOfCurrent == blocks[current].granules {
      if filled + usedOfCurrent >= limit { forgetAll() } else { nextBlock() }
    }
    let slot = blocks[current].start + usedOfCurrent * granule
    usedOfCurrent += 1
    return slot
  }

  private func nextBlock() {
    if current + 1 == blocks.count {
      let granules = min(max(Self.firstBlock, (filled + blocks[current].granules) / 2), Self.largestBlock)
      blocks.append(Block(start: Self.allocate(granule * granules), granules: granules))
    }
    filled += blocks[current].granules
    current += 1
    usedOfCurrent = 0
  }
}
