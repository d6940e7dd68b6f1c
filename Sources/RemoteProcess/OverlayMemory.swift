/// Memory of which one range is elsewhere: the part of a C stack that a greenlet left is kept in a copy, and is read there
/// as if it were still in its place.
public struct OverlayMemory: MemoryReader {
  private let base: any MemoryReader
  private let start: UInt64
  private let end: UInt64
  private let copy: UInt64

  /// Reads in `start..<end` go to as many bytes at `copy` of the base; all others go through.
  public init(_ base: any MemoryReader, start: RemoteAddress, end: RemoteAddress, copy: RemoteAddress) {
    self.base = base
    self.start = start.rawValue
    self.end = max(start, end).rawValue
    self.copy = copy.rawValue
  }

  public func read(at address: RemoteAddress, into destination: UnsafeMutableRawBufferPointer) throws(MemoryReadError) {
    var position = address.rawValue
    var rest = destination
    while !rest.isEmpty {
      let count = min(rest.count, distanceToEdge(from: position))
      do {
        try base.read(at: place(of: position), into: UnsafeMutableRawBufferPointer(rebasing: rest[..<count]))
      } catch .unmapped {
        throw .unmapped(address, count: destination.count)
      }
      rest = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
      position &+= UInt64(count)
    }
  }

  public func read(_ requests: inout [ReadRequest]) throws(MemoryReadError) {
    var moved = requests.map { request in
      let isWhole = request.destination.count <= distanceToEdge(from: request.address.rawValue)
      // One that lies across an edge is read for itself; of no bytes, it costs nothing here.
      let destination = isWhole ? request.destination : UnsafeMutableRawBufferPointer(start: nil, count: 0)
      return ReadRequest(address: place(of: request.address.rawValue), destination: destination)
    }
    try base.read(&moved)
    for index in requests.indices {
      if moved[index].destination.count == requests[index].destination.count {
        requests[index].isRead = moved[index].isRead
      } else {
        do {
          try read(at: requests[index].address, into: requests[index].destination)
          requests[index].isRead = true
        } catch .unmapped {
          requests[index].isRead = false
        }
      }
    }
  }

  private func place(of address: UInt64) -> RemoteAddress {
    RemoteAddress(address >= start && address < end ? copy &+ (address - start) : address)
  }

  /// How many bytes from here on are in the same place, at least one.
  private func distanceToEdge(from address: UInt64) -> Int {
    let edge = address < start ? start : address < end ? end : UInt64.max
    return max(1, Int(clamping: edge - address))
  }
}
