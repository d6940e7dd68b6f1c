import Catalog
import Crypto
import JSON

/// An entry as a line of the log, chained to the one before it.
///
///     {"number":7, …,"previous":"<64 hex digits>","hash":"<64 hex digits>"}\n
///
/// `hash` is SHA-256 over the bytes of the line before `,"hash":`; they hold `previous`, the hash of the line before. So the
/// last hash stands for every byte of the whole log, and who changes, drops or moves a line must make all that follow anew.
struct AuditRecord: Equatable {
  let entry: AuditEntry
  let previous: String
  let hash: String

  /// What the first entry of all is chained to.
  static let root = String(repeating: "0", count: 64)
  /// Bytes of a line at most; a longer one is not ours.
  static let lengthLimit = 1 << 20

  private struct Body: Codable {
    let entry: AuditEntry
    let previous: String

    enum Keys: String, CodingKey { case previous }

    init(_ entry: AuditEntry, previous: String) {
      self.entry = entry
      self.previous = previous
    }

    init(from decoder: any Decoder) throws {
      entry = try AuditEntry(from: decoder)
      previous = try decoder.container(keyedBy: Keys.self).decode(String.self, forKey: .previous)
    }

    func encode(to encoder: any Encoder) throws {
      try entry.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(previous, forKey: .previous)
    }
  }

  private static let seam = ",\"hash\":\""

  /// The line of an entry, with its end, and its hash.
  static func line(of entry: AuditEntry, previous: String) throws -> (line: String, hash: String) {
    let body = String(try JSONText().text(of: Body(entry, previous: previous)).dropLast())
    let hash = hash(of: body.utf8)
    return (body + seam + hash + "\"}\n", hash)
  }

  /// Reads a line, without its end. Nil where it is none of ours, or its hash is not that of its bytes.
  init?(line: some BidirectionalCollection<UInt8>) {
    let tail = Self.seam.utf8.count + 64 + 2
    guard line.count > tail, line.count <= Self.lengthLimit else { return nil }
    let end = line.index(line.endIndex, offsetBy: -tail)
    let rest = String(decoding: line[end...], as: UTF8.self)
    let hash = Self.hash(of: line[..<end])
    guard rest == Self.seam + hash + "\"}",
      let body = try? JSONReader().decode(Body.self, from: Array(line[..<end]) + [UInt8(ascii: "}")])
    else { return nil }
    entry = body.entry
    previous = body.previous
    self.hash = hash
  }

  static func hash(of bytes: some Sequence<UInt8>) -> String {
    var hasher = SHA256()
    let copy = Array(bytes)
    copy.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return hasher.finalize().hexadecimal
  }
}

extension Sequence<UInt8> {
  /// Two digits for each byte.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension [UInt8] {
  /// Nil where it is not made of pairs of digits.
  init?(hexadecimal text: String) {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text {
      guard let digit = character.hexDigitValue.map(UInt8.init) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    guard high == nil else { return nil }
    self = bytes
  }
}
