/// How long calls took: how many fell into which bucket of nanoseconds.
///
/// Buckets are log-linear, as HdrHistogram's are (http://hdrhistogram.org): 32 to each octave, so that one is at most
/// 1/32 (3.125 %) as wide as the values in it are large, and times below 64 ns are kept as they are. 1888 of them reach up to
/// 292 years. The index of a time `v`, in the words of Python, which is what counts in a target:
///
///     s = v.bit_length() - 6
///     i = v if s <= 0 else (s << 5) + (v >> s)
///
/// `v >> s` are the six highest bits, 32 to 63; each further octave begins 32 indices after the last. So bucket `i` holds,
/// with `s = (i >> 5) - 1`, for `s > 0` the `1 << s` values from `(i - (s << 5)) << s` on.
///
/// As JSON it is `{"INDEX": COUNT}`.
public struct LatencyHistogram: Equatable, Sendable {
  /// Every index that a time can have.
  public static let indices = 0..<1888

  /// How many calls fell into a bucket, by its index; those with none are not there.
  public private(set) var buckets: [Int: Int]

  /// What has no such index, or a count below one, is left out: it comes from another process.
  public init(buckets: [Int: Int] = [:]) {
    self.buckets = buckets.filter { Self.indices.contains($0.key) && $0.value > 0 }
  }

  // MARK: - Buckets

  /// The index of the bucket that a time falls into; one below zero, as of a clock that was set, counts as none.
  public static func index(of nanoseconds: Int) -> Int {
    let value = Swift.max(0, nanoseconds)
    let shift = Int.bitWidth - value.leadingZeroBitCount - 6
    return shift <= 0 ? value : (shift << 5) + (value >> shift)
  }

  /// The times, in nanoseconds, that fall into the bucket of an index.
  public static func values(at index: Int) -> ClosedRange<Int> {
    precondition(indices.contains(index), "an index of a bucket is below \(indices.upperBound)")
    let shift = (index >> 5) - 1
    guard shift > 0 else { return index...index }
    let lowest = (index - (shift << 5)) << shift
    return lowest...(lowest + ((1 << shift) - 1))
  }

  // MARK: - Counting

  public mutating func record(_ nanoseconds: Int, count: Int = 1) {
    guard count > 0 else { return }
    buckets[Self.index(of: nanoseconds), default: 0].add(count)
  }

  public mutating func merge(_ other: LatencyHistogram) {
    for (index, count) in other.buckets { buckets[index, default: 0].add(count) }
  }

  /// What came after an earlier state of the same histogram. Nil where that is none: a count fell.
  public func subtracting(_ earlier: LatencyHistogram) -> LatencyHistogram? {
    var rest = buckets
    for (index, count) in earlier.buckets {
      guard let now = rest[index], now >= count else { return nil }
      rest[index] = now == count ? nil : now - count
    }
    return LatencyHistogram(buckets: rest)
  }

  // MARK: - Asking

  public var count: Int { buckets.values.reduce(into: 0) { $0.add($1) } }

  /// The longest time, at most 3.2 % too long; nil where there is none.
  public var max: Int? { buckets.keys.max().map { Self.values(at: $0).upperBound } }

  /// The time that the share `q` of the calls did not exceed, at most 1.6 % off: the middle of its bucket. Nil where there is
  /// none.
  public func quantile(_ q: Double) -> Int? { quantiles([q]).first }

  /// The same for several shares, which rise; none where there is no call.
  public func quantiles(_ shares: [Double]) -> [Int] {
    let total = count
    guard total > 0 else { return [] }
    let sorted = buckets.sorted { $0.key < $1.key }
    var found: [Int] = []
    var place = 0
    var seen = sorted[0].value
    for share in shares {
      let wanted = (share * Double(total)).rounded(.up)
      while Double(seen) < wanted, place + 1 < sorted.count {
        place += 1
        seen.add(sorted[place].value)
      }
      let values = Self.values(at: sorted[place].key)
      found.append(values.lowerBound + (values.upperBound - values.lowerBound) / 2)
    }
    return found
  }

  /// The times, in nanoseconds, that monitoring is told counts for: two in each octave from 66 µs to 52 s. Each is the
  /// longest of a bucket, so that the counts are exact.
  public static let bounds: [Int] = (16...35).flatMap { [1 << $0, 3 << ($0 - 1)] }.map { $0 - 1 }

  /// How many calls took at most as long as each of `bounds`.
  public var countsWithinBounds: [Int] {
    let sorted = buckets.sorted { $0.key < $1.key }
    var place = 0
    var seen = 0
    return Self.bounds.map { bound in
      let last = Self.index(of: bound)
      while place < sorted.count, sorted[place].key <= last {
        seen.add(sorted[place].value)
        place += 1
      }
      return seen
    }
  }
}

extension LatencyHistogram: Codable {
  /// - Throws: for what `init(buckets:)` would leave out.
  public init(from decoder: any Decoder) throws {
    let buckets = try [Int: Int](from: decoder)
    self.init(buckets: buckets)
    guard self.buckets.count == buckets.count else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no such bucket, or nothing in it"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(buckets)
  }
}

extension Int {
  /// Counts come from other processes: more than there can be is the most that there can be, and traps nobody.
  mutating func add(_ other: Int) {
    let (sum, isOver) = addingReportingOverflow(other)
    self = isOver ? .max : sum
  }
}
