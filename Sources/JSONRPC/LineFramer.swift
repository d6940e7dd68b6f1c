/// Cuts what comes in into lines, and keeps no more of an unfinished one than a line may have.
public struct LineFramer: Sendable {
  private var pending: [UInt8] = []
  private let limit: Int
  /// How far the unfinished line was searched for its end.
  private var searched = 0

  public init(limit: Int) { self.limit = limit }

  public struct TooLong: Error, Equatable, Sendable {
    public let limit: Int
  }

  /// Takes more bytes; returns the lines that are whole by now, without their ends.
  public mutating func take(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [[UInt8]] {
    pending += bytes
    var lines: [[UInt8]] = []
    var start = 0
    while let end = pending[max(start, searched)...].firstIndex(of: 0x0a) {
      guard end - start <= limit else { throw TooLong(limit: limit) }
      lines.append(Array(pending[start..<end]))
      start = end + 1
      searched = start
    }
    pending.removeSubrange(..<start)
    searched = pending.count
    guard pending.count <= limit else { throw TooLong(limit: limit) }
    return lines
  }
}
