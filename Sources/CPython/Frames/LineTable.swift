/// Maps an instruction to its source line: `co_lnotab` (3.8, 3.9), `co_linetable` (3.10) and the location table (3.11+).
///
/// Formats: Objects/lnotab_notes.txt of 3.8 and 3.10, Objects/locations.md (InternalDocs/code_objects.md) of 3.11 and later.
public struct LineTable: Sendable, Equatable {
  let bytes: [UInt8]
  let firstLine: Int
  let format: Format

  enum Format { case deltas, ranges, locations }

  init(bytes: [UInt8], firstLine: Int, version: PythonVersion) {
    self.bytes = bytes
    self.firstLine = firstLine
    format =
      version < PythonVersion(3, 10) ? .deltas : version < PythonVersion(hex: 0x030b_0000) ? .ranges : .locations
  }

  /// The line of the instruction at a byte offset into the bytecode; nil where it has none.
  public func line(atOffset offset: Int) -> Int? {
    switch format {
    case .deltas: lineByDeltas(offset)
    case .ranges: lineByRanges(offset)
    case .locations: lineByLocations(offset)
    }
  }

  /// Pairs of (bytecode delta, signed line delta): a line holds until the next pair's address.
  private func lineByDeltas(_ offset: Int) -> Int? {
    var address = 0
    var line = firstLine
    var index = 0
    while index + 1 < bytes.count {
      address &+= Int(bytes[index])
      if address > offset { break }
      line &+= Int(Int8(bitPattern: bytes[index + 1]))
      index += 2
    }
    return line
  }

  /// Pairs of (length, signed line delta), where -128 means a range without a line (PEP 626).
  private func lineByRanges(_ offset: Int) -> Int? {
    var end = 0
    var line = firstLine
    var index = 0
    while index + 1 < bytes.count {
      let delta = Int8(bitPattern: bytes[index + 1])
      if delta != -128 { line &+= Int(delta) }
      end &+= Int(bytes[index])
      if offset < end { return delta == -128 ? nil : line }
      index += 2
    }
    return nil
  }

  /// Entries of one head byte `1ccccnnn` and what its code says: `c` the kind, `n` + 1 code units.
  private func lineByLocations(_ offset: Int) -> Int? {
    var cursor = Cursor(bytes: bytes)
    var end = 0
    var line = firstLine
    while let head = cursor.next() {
      guard head & 0x80 != 0 else { return nil }
      let kind = Int(head >> 3) & 15
      var hasLine = true
      switch kind {
      case 15: hasLine = false
      case 14:
        line &+= cursor.signedVarint()
        _ = cursor.varint()
        _ = cursor.varint()
        _ = cursor.varint()
      case 13: line &+= cursor.signedVarint()
      case 10, 11, 12:
        line &+= kind - 10
        cursor.skip(2)
      default: cursor.skip(1)
      }
      end &+= (Int(head & 7) + 1) * 2
      if offset < end { return hasLine ? line : nil }
    }
    return nil
  }

  /// Walks the bytes of a location table; behind the end everything is zero.
  private struct Cursor {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> UInt8? {
      guard index < bytes.count else { return nil }
      defer { index += 1 }
      return bytes[index]
    }

    mutating func skip(_ count: Int) { index += count }

    /// Six bits a byte, least significant first; bit 6 says that more follow.
    mutating func varint() -> Int {
      var value = 0
      var shift = 0
      while let byte = next() {
        if shift < 60 { value |= Int(byte & 63) << shift }
        shift += 6
        if byte & 64 == 0 { break }
      }
      return value
    }

    mutating func signedVarint() -> Int {
      let value = varint()
      return value & 1 == 1 ? -(value >> 1) : value >> 1
    }
  }
}
