/// Numbers for secrets, the same for equal ones, so that a reader sees that two values are one without seeing it.
///
/// It keeps hashes under a key that is drawn at start and never leaves the process; the table is bounded.
struct Pseudonyms: Sendable {
  private var numbers: [UInt64: Int] = [:]
  private let capacity: Int

  init(capacity: Int = 65_536) { self.capacity = capacity }

  /// Nil where the table is full.
  mutating func number(of secret: some Collection<UInt8>) -> Int? {
    let hash =
      secret.withContiguousStorageIfAvailable { Self.hash(UnsafeRawBufferPointer($0)) }
      ?? Array(secret).withUnsafeBytes(Self.hash)
    if let number = numbers[hash] { return number }
    guard numbers.count < capacity else { return nil }
    let number = numbers.count + 1
    numbers[hash] = number
    return number
  }

  /// `Hasher` is SipHash under a random key of the process (https://developer.apple.com/documentation/swift/hasher).
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }
}
