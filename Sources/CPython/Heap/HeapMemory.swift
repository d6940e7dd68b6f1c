import Glibc
import RemoteProcess

/// Memory of the target in large blocks, for a walk over all of its objects: one system call for 64 KiB in place of one
/// for each object, and never more than 128 MiB kept.
///
/// A `Snapshot` reads little and keeps it; here much is read and most of it forgotten. What cannot be read is nil and no
/// error: a walk meets stale pointers all the time.
final class HeapMemory {
  /// Set where the process ended or may not be read any more: then nothing more is to be had.
  private(set) var failure: MemoryReadError?

  private let memory: any MemoryReader
  private let sets: Int
  private let blocks: UnsafeMutableRawPointer
  private let numbers: UnsafeMutablePointer<UInt64>
  /// Which pages of a block could be read: a mapping begins and ends at a page and not at a block.
  private let pages: UnsafeMutablePointer<UInt16>
  private let hands: UnsafeMutablePointer<UInt8>
  private var lastNumber = UInt64.max
  private var lastBlock: UnsafeMutableRawPointer
  private var lastPages: UInt16 = 0

  private static let shift: UInt64 = 16
  private static let size = 1 << 16
  private static let pageSize = 4096
  private static let ways = 4

  init(_ memory: any MemoryReader, limit: Int = 128 << 20) {
    self.memory = memory
    let count = limit / Self.size
    sets = count / Self.ways
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    guard let room = mmap(nil, limit, PROT_READ | PROT_WRITE, flags, -1, 0), room != MAP_FAILED else {
      preconditionFailure("no memory for what is read: \(limit) bytes")
    }
    blocks = room
    lastBlock = room
    numbers = .allocate(capacity: count)
    numbers.initialize(repeating: UInt64.max, count: count)
    pages = .allocate(capacity: count)
    pages.initialize(repeating: 0, count: count)
    hands = .allocate(capacity: sets)
    hands.initialize(repeating: 0, count: sets)
  }

  deinit {
    munmap(blocks, sets * Self.ways * Self.size)
    numbers.deallocate()
    pages.deallocate()
    hands.deallocate()
  }

  /// The word at an address; nil where it cannot be read, or where no word of CPython's would lie.
  @inline(__always)
  func word(_ address: UInt64) -> UInt64? {
    guard address & 7 == 0 else { return nil }
    let number = address >> Self.shift
    if number != lastNumber { find(number) }
    let inside = Int(address & UInt64(Self.size - 1))
    guard lastPages & (1 << UInt16(truncatingIfNeeded: inside >> 12)) != 0 else { return nil }
    return lastBlock.load(fromByteOffset: inside, as: UInt64.self)
  }

  @inline(__always)
  func word(_ address: UInt64, _ offset: Int) -> UInt64? { word(address &+ UInt64(bitPattern: Int64(offset))) }

  func byte(_ address: UInt64, _ offset: Int) -> UInt8? {
    let place = address &+ UInt64(bitPattern: Int64(offset))
    return word(place & ~7).map { UInt8(truncatingIfNeeded: $0 >> ((place & 7) * 8)) }
  }

  /// A C `int`.
  func int(_ address: UInt64, _ offset: Int) -> Int32? {
    let place = address &+ UInt64(bitPattern: Int64(offset))
    return word(place & ~7).map { Int32(truncatingIfNeeded: $0 >> ((place & 4) * 8)) }
  }

  /// The block of this address is read anew when it is needed next.
  func forget(_ address: UInt64) {
    let number = address >> Self.shift
    lastNumber = .max
    lastPages = 0
    let first = set(of: number) * Self.ways
    for slot in first..<first + Self.ways where numbers[slot] == number { numbers[slot] = .max }
  }

  func forgetAll() {
    lastNumber = .max
    lastPages = 0
    numbers.update(repeating: UInt64.max, count: sets * Self.ways)
  }

  // MARK: - Blocks

  private func set(of number: UInt64) -> Int {
    Int(truncatingIfNeeded: (number &* 0x9e37_79b9_7f4a_7c15) >> 32) % sets
  }

  private func find(_ number: UInt64) {
    let set = set(of: number)
    let first = set * Self.ways
    for slot in first..<first + Self.ways where numbers[slot] == number { return use(slot, number) }
    let slot = first + Int(hands[set])
    hands[set] = UInt8((Int(hands[set]) + 1) % Self.ways)
    numbers[slot] = number
    pages[slot] = read(number, into: blocks + slot * Self.size)
    use(slot, number)
  }

  private func use(_ slot: Int, _ number: UInt64) {
    lastNumber = number
    lastBlock = blocks + slot * Self.size
    lastPages = pages[slot]
  }

  private func read(_ number: UInt64, into block: UnsafeMutableRawPointer) -> UInt16 {
    let start = RemoteAddress(number << Self.shift)
    do throws(MemoryReadError) {
      try memory.read(at: start, into: UnsafeMutableRawBufferPointer(start: block, count: Self.size))
      return .max
    } catch {
      guard !note(error) else { return 0 }
    }
    var requests = (0..<Self.size / Self.pageSize).map { page in
      ReadRequest(
        address: start + page * Self.pageSize,
        destination: UnsafeMutableRawBufferPointer(start: block + page * Self.pageSize, count: Self.pageSize))
    }
    do throws(MemoryReadError) { try memory.read(&requests) } catch {
      _ = note(error)
      return 0
    }
    return requests.indices.reduce(0) { requests[$1].isRead ? $0 | 1 << UInt16($1) : $0 }
  }

  /// Whether this error is the end of all reading.
  private func note(_ error: MemoryReadError) -> Bool {
    switch error {
    case .notPermitted, .processGone:
      failure = error
      return true
    default: return false
    }
  }
}
