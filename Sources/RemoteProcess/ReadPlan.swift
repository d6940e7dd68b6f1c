import CLinux

/// Ranges that are read together again and again: put in order, and near ones joined, once for all readings.
///
/// The kernel pins the pages of every range of the target for itself, which takes it three times as long as to copy a page.
/// Ranges less than a page apart are therefore read as one, and the gap between them is thrown away: it lies on the pages
/// of the two, so it can be read where they can.
public final class ReadPlan {
  /// In the order in which they were added.
  @exclusivity(unchecked) public private(set) var requests: [ReadRequest] = []
  /// Where in the order a reading begins that comes after what stands before it.
  @exclusivity(unchecked) private var barriers: [Int] = []
  /// Whether the last reading had every range.
  @exclusivity(unchecked) public private(set) var isWhole = false

  @exclusivity(unchecked) private var isJoined = false
  @exclusivity(unchecked) private var local: [clinux_range] = []
  @exclusivity(unchecked) private var remote: [clinux_range] = []
  @exclusivity(unchecked) private var calls: [Call] = []
  private let gap = UnsafeMutableRawPointer.allocate(byteCount: ReadPlan.pageSize, alignment: 16)

  /// One system call: how many ranges of either side, and of how many bytes.
  private struct Call {
    var localCount = 0
    var remoteCount = 0
    var byteCount = 0
  }

  /// The smallest there is: with larger ones, too, what is nearer lies on no other page.
  private static let pageSize = 4096

  public init() {}

  deinit { gap.deallocate() }

  public func removeAll() {
    requests.removeAll(keepingCapacity: true)
    barriers.removeAll(keepingCapacity: true)
    isJoined = false
  }

  public func append(_ request: ReadRequest) {
    requests.append(request)
    isJoined = false
  }

  /// What is added from here on is read after all that was added before; between barriers there is no order.
  public func appendBarrier() { barriers.append(requests.count) }

  /// Whether the last reading had all of these.
  public func isRead(_ range: Range<Int>) -> Bool { isWhole || requests[range].allSatisfy(\.isRead) }

  /// Reads range after range as `MemoryReader` does, and knows of each whether it was read.
  func readSingly(from memory: some MemoryReader) throws(MemoryReadError) {
    isWhole = false
    for index in requests.indices { requests[index].isRead = false }
    try memory.read(&requests)
    isWhole = requests.allSatisfy(\.isRead)
  }

  /// Reads everything by as few calls as there are; false where a range could not be read, or was not read to its end.
  ///
  /// - Parameter call: reads ranges of the target, the third and fourth, into those here, and returns for how many bytes.
  func read(
    _ call: (UnsafePointer<clinux_range>, Int, UnsafePointer<clinux_range>, Int) throws(MemoryReadError) -> Int
  ) throws(MemoryReadError) -> Bool {
    if !isJoined { join() }
    isWhole = false
    var localIndex = 0
    var remoteIndex = 0
    for next in calls {
      let count = try local.withUnsafeBufferPointer { (local) throws(MemoryReadError) in
        try remote.withUnsafeBufferPointer { (remote) throws(MemoryReadError) in
          guard let here = local.baseAddress, let there = remote.baseAddress else { return 0 }
          return try call(here + localIndex, next.localCount, there + remoteIndex, next.remoteCount)
        }
      }
      guard count == next.byteCount else { return false }
      localIndex += next.localCount
      remoteIndex += next.remoteCount
    }
    isWhole = true
    return true
  }

  // MARK: - Joining

  private func join() {
    isJoined = true
    local.removeAll(keepingCapacity: true)
    remote.removeAll(keepingCapacity: true)
    calls.removeAll(keepingCapacity: true)
    var start = 0
    for end in barriers + [requests.count] where end > start {
      var mayJoin = false
      for index in (start..<end).sorted(by: { requests[$0].address < requests[$1].address }) {
        mayJoin = add(requests[index], mayJoin) || mayJoin
      }
      start = end
    }
  }

  /// Returns whether there was anything to add.
  private func add(_ request: ReadRequest, _ mayJoin: Bool) -> Bool {
    guard let place = request.destination.baseAddress, !request.destination.isEmpty else { return false }
    let count = request.destination.count
    let isFull = calls.last.map {
      $0.localCount + 2 > LiveMemory.maximumRangeCount || $0.byteCount + count > LiveMemory.maximumByteCount
    }
    if isFull != false { calls.append(Call()) }
    let last = calls.count - 1
    if mayJoin, isFull == false, let previous = remote.last {
      let end = previous.address &+ previous.length
      let distance = request.address.rawValue &- end
      if request.address.rawValue >= end, distance < UInt64(Self.pageSize) {
        if distance > 0 { addLocal(gap, Int(distance), last) }
        addLocal(place, count, last)
        remote[remote.count - 1].length += distance + UInt64(count)
        return true
      }
    }
    addLocal(place, count, last)
    remote.append(clinux_range(address: request.address.rawValue, length: UInt64(count)))
    calls[last].remoteCount += 1
    return true
  }

  private func addLocal(_ place: UnsafeMutableRawPointer, _ count: Int, _ call: Int) {
    local.append(clinux_range(address: UInt64(UInt(bitPattern: place)), length: UInt64(count)))
    calls[call].localCount += 1
    calls[call].byteCount += count
  }
}
