import RemoteProcess

/// Many small ranges read once more, past every cache and in few system calls: neighbours are joined.
final class Reread {
  private let buffer: UnsafeMutableRawBufferPointer
  private var pieces: [Piece] = []

  private struct Piece {
    let start: UInt64
    var end: UInt64
    var offset = 0
    var isRead = false
  }

  /// Ranges nearer than this are read as one: a range costs a third of a microsecond, a kilobyte a tenth.
  private static let gap: UInt64 = 1024

  /// A range of addresses. (An array of `Range` would cost a search for its conformances, see `AddressMap`.)
  struct Span {
    let lowerBound: UInt64
    let upperBound: UInt64

    var isEmpty: Bool { lowerBound == upperBound }
    var count: Int { Int(truncatingIfNeeded: upperBound - lowerBound) }
  }

  /// A range for here; empty where it would run over the end of the address space, as garbage may.
  static func range(at address: RemoteAddress, count: Int) -> Span {
    let (end, overflows) = address.rawValue.addingReportingOverflow(UInt64(count))
    return overflows ? Span(lowerBound: 0, upperBound: 0) : Span(lowerBound: address.rawValue, upperBound: end)
  }

  init(_ ranges: [Span], memory: any MemoryReader) {
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = pieces.last, range.lowerBound < last.end || range.lowerBound - last.end <= Self.gap {
        pieces[pieces.count - 1].end = max(last.end, range.upperBound)
      } else {
        pieces.append(Piece(start: range.lowerBound, end: range.upperBound))
      }
    }
    var total = 0
    for index in pieces.indices {
      pieces[index].offset = total
      total += Int(pieces[index].end - pieces[index].start)
    }
    buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(total, 1), alignment: 16)
    var requests: [ReadRequest] = []
    requests.reserveCapacity(pieces.count)
    for piece in pieces {
      let bytes = buffer[piece.offset..<piece.offset + Int(piece.end - piece.start)]
      requests.append(
        ReadRequest(
          address: RemoteAddress(piece.start), destination: UnsafeMutableRawBufferPointer(rebasing: bytes)))
    }
    do throws(MemoryReadError) { try memory.read(&requests) } catch { return }
    for (index, request) in requests.enumerated() { pieces[index].isRead = request.isRead }
  }

  deinit { buffer.deallocate() }

  /// The bytes of a range that was asked for, good as long as this object; nil where they could not be read.
  func bytes(at address: UInt64, count: Int) -> UnsafeRawBufferPointer? {
    var low = 0
    var high = pieces.count
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, pieces[low - 1].isRead, pieces[low - 1].end >= address,
      pieces[low - 1].end - address >= UInt64(count)
    else { return nil }
    let offset = pieces[low - 1].offset + Int(address - pieces[low - 1].start)
    return UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + count])
  }
}
