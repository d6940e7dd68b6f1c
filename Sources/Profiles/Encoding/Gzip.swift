/// Compresses as gzip does (RFC 1952), with the fixed codes of deflate (RFC 1951): within some percent of what zlib makes
/// of a profile, without a library that this static program would have to carry.
enum Gzip {
  static func compressed(_ data: [UInt8]) -> [UInt8] {
    // Deflated, no flags, no time, nothing said of the level, made on Unix.
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    var deflater = Deflater()
    deflater.write(data)
    result += deflater.bytes
    for number in [checksum(data), UInt32(truncatingIfNeeded: data.count)] {
      for shift in [0, 8, 16, 24] as [UInt32] { result.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
    return result
  }

  /// CRC-32.
  static func checksum(_ data: [UInt8]) -> UInt32 {
    let table = (0..<256 as Range<UInt32>).map { byte in
      (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
    return ~data.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
  }
}

/// One deflate block of fixed codes.
private struct Deflater {
  private(set) var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingCount: UInt64 = 0

  private static let window = 32_768
  private static let longest = 258
  private static let shortest = 3
  /// Earlier places that are tried for each byte.
  private static let tries = 48

  /// Where each code of a length or a distance begins, and how many more bits say the rest (RFC 1951, 3.2.5).
  private static let lengths = ranges(
    from: 3, extras: [0, 0, 0, 0, 0, 0, 0, 0] + (1...5).flatMap { [$0, $0, $0, $0] })
  private static let distances = ranges(from: 1, extras: [0, 0, 0, 0] + (1...13).flatMap { [$0, $0] })

  private static func ranges(from first: Int, extras: [Int]) -> [(start: Int, extra: Int)] {
    var start = first
    return extras.map { extra in
      defer { start += 1 << extra }
      return (start, extra)
    }
  }

  mutating func write(_ data: [UInt8]) {
    // The last block, of fixed codes.
    put(0b011, 3)
    var heads = [Int32](repeating: -1, count: 1 << 15)
    var links = [Int32](repeating: -1, count: Self.window)
    var position = 0
    func hash(_ place: Int) -> Int {
      let three = UInt32(data[place]) << 16 | UInt32(data[place + 1]) << 8 | UInt32(data[place + 2])
      return Int((three &* 2_654_435_761) >> 17)
    }
    func remember(_ place: Int) {
      guard place + Self.shortest <= data.count else { return }
      let key = hash(place)
      links[place % Self.window] = heads[key]
      heads[key] = Int32(truncatingIfNeeded: place)
    }
    while position < data.count {
      var best = (length: 0, distance: 0)
      if position + Self.shortest <= data.count {
        let room = min(Self.longest, data.count - position)
        var candidate = Int(heads[hash(position)])
        var left = Self.tries
        while candidate >= 0, candidate < position, position - candidate < Self.window, left > 0 {
          left -= 1
          var length = 0
          while length < room, data[candidate + length] == data[position + length] { length += 1 }
          if length > best.length { best = (length, position - candidate) }
          if length == room { break }
          let next = Int(links[candidate % Self.window])
          guard next < candidate else { break }
          candidate = next
        }
      }
      guard best.length >= Self.shortest else {
        literal(Int(data[position]))
        remember(position)
        position += 1
        continue
      }
      reference(best.length, best.distance)
      for place in position..<position + best.length { remember(place) }
      position += best.length
    }
    literal(256)
    if pendingCount > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
  }

  private mutating func reference(_ length: Int, _ distance: Int) {
    // 258 has a code of its own.
    if length == Self.longest {
      literal(285)
    } else {
      let index = Self.lengths.lastIndex { $0.start <= length } ?? 0
      literal(257 + index)
      put(UInt64(length - Self.lengths[index].start), UInt64(Self.lengths[index].extra))
    }
    let index = Self.distances.lastIndex { $0.start <= distance } ?? 0
    code(UInt64(index), 5)
    put(UInt64(distance - Self.distances[index].start), UInt64(Self.distances[index].extra))
  }

  /// The fixed code of a literal or a length (RFC 1951, 3.2.6).
  private mutating func literal(_ value: Int) {
    switch value {
    case ..<144: code(UInt64(0x30 + value), 8)
    case ..<256: code(UInt64(0x190 + value - 144), 9)
    case ..<280: code(UInt64(value - 256), 7)
    default: code(UInt64(0xC0 + value - 280), 8)
    }
  }

  /// A code stands with its highest bit first.
  private mutating func code(_ value: UInt64, _ count: UInt64) {
    var turned: UInt64 = 0
    for bit in 0..<count where value >> bit & 1 == 1 { turned |= 1 << (count - 1 - bit) }
    put(turned, count)
  }

  private mutating func put(_ value: UInt64, _ count: UInt64) {
    pending |= value << pendingCount
    pendingCount += count
    while pendingCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
  }
}
