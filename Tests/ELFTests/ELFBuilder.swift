/// Makes small ELF files of every shape that the reader knows, byte by byte after the format's own tables: an oracle that
/// shares no code with the reader.
struct ELFBuilder {
  enum Lookup: CaseIterable, Sendable {
    /// DT_GNU_HASH, as linkers write by default.
    case gnuHash
    /// DT_HASH, as musl's and old linkers do.
    case hash
    /// Neither: the section headers lead to the dynamic symbols.
    case sections
    /// No dynamic segment at all: an executable linked statically.
    case staticTable
  }

  var lookup = Lookup.gnuHash
  var isFixed = false
  var machine: UInt16 = 62
  var baseAddress: UInt64 = 0
  /// Defined symbols: name, value, size.
  var symbols: [(name: String, value: UInt64, size: UInt64)] = []
  /// Symbols that are another file's.
  var undefined: [String] = []
  var buildID: [UInt8] = []
  var hasSections = true

  private static let sectionNames = ["", ".dynsym", ".dynstr", ".symtab", ".strtab", ".shstrtab", ".PyRuntime"]

  func build() -> [UInt8] {
    var file = [UInt8](repeating: 0, count: 64 + 3 * 56)
    func align() { while file.count % 8 != 0 { file.append(0) } }

    // Linkers sort the hashed symbols by bucket, behind the undefined ones.
    let buckets: UInt32 = 3
    let defined =
      lookup == .gnuHash
      ? symbols.sorted { Self.gnuHash($0.name) % buckets < Self.gnuHash($1.name) % buckets } : symbols
    var strings: [UInt8] = [0]
    var table = [UInt8](repeating: 0, count: 24)
    for name in undefined {
      table += Self.bytes(UInt32(strings.count)) + [0x12, 0] + Self.bytes(UInt16(0)) + Self.bytes(UInt64(0), UInt64(0))
      strings += Array(name.utf8) + [0]
    }
    for symbol in defined {
      table += Self.bytes(UInt32(strings.count)) + [0x11, 0] + Self.bytes(UInt16(1))
      table += Self.bytes(symbol.value, symbol.size)
      strings += Array(symbol.name.utf8) + [0]
    }
    let symbolOffset = file.count
    file += table
    let stringOffset = file.count
    file += strings
    align()

    let gnuOffset = file.count
    let first = UInt32(1 + undefined.count)
    if lookup == .gnuHash { file += Self.gnuTable(defined.map(\.name), first: first, buckets: buckets) }
    align()
    let hashOffset = file.count
    if lookup == .hash { file += Self.hashTable(undefined + defined.map(\.name)) }
    align()

    let dynamicOffset = file.count
    var dynamic: [UInt64] = [5, baseAddress + UInt64(stringOffset), 6, baseAddress + UInt64(symbolOffset)]
    dynamic += [10, UInt64(strings.count)]
    if lookup == .gnuHash { dynamic += [0x6fff_fef5, baseAddress + UInt64(gnuOffset)] }
    if lookup == .hash { dynamic += [4, baseAddress + UInt64(hashOffset)] }
    dynamic += [0, 0]
    if lookup == .staticTable { dynamic = [] }
    for word in dynamic { file += Self.bytes(word) }

    let noteOffset = file.count
    if !buildID.isEmpty {
      // Another's note first, of a length that needs padding.
      file += Self.bytes(UInt32(5)) + Self.bytes(UInt32(2)) + Self.bytes(UInt32(7)) + Array("other".utf8) + [0, 0, 0]
      file += [9, 9, 0, 0]
      file += Self.bytes(UInt32(4)) + Self.bytes(UInt32(buildID.count)) + Self.bytes(UInt32(3))
      file += Array("GNU\0".utf8) + buildID
    }
    align()
    let loaded = file.count

    if hasSections { addSections(&file, symbolOffset, table.count, stringOffset, strings.count) }
    let sectionOffset = hasSections ? file.count - Self.sectionNames.count * 64 : 0
    header(&file, sectionOffset: sectionOffset)
    segment(&file, 0, type: 1, offset: 0, count: loaded)
    segment(&file, 1, type: 2, offset: dynamicOffset, count: dynamic.count * 8)
    segment(&file, 2, type: 4, offset: noteOffset, count: buildID.isEmpty ? 0 : loaded - noteOffset)
    return file
  }

  private func header(_ file: inout [UInt8], sectionOffset: Int) {
    let fields: [UInt8] =
      [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + Self.bytes(UInt64(0)) + Self.bytes(UInt16(isFixed ? 2 : 3))
      + Self.bytes(machine) + Self.bytes(UInt32(1)) + Self.bytes(UInt64(0), 64, UInt64(sectionOffset))
      + Self.bytes(UInt32(0)) + Self.bytes(UInt16(64)) + Self.bytes(UInt16(56)) + Self.bytes(UInt16(3))
      + Self.bytes(UInt16(64)) + Self.bytes(UInt16(hasSections ? Self.sectionNames.count : 0))
      + Self.bytes(UInt16(hasSections ? 5 : 0))
    file.replaceSubrange(0..<64, with: fields)
  }

  private func segment(_ file: inout [UInt8], _ index: Int, type: UInt32, offset: Int, count: Int) {
    let address = baseAddress + UInt64(offset)
    let fields =
      Self.bytes(type) + Self.bytes(UInt32(4)) + Self.bytes(UInt64(offset), address, address)
      + Self.bytes(UInt64(count), UInt64(count), 8)
    file.replaceSubrange(64 + index * 56..<64 + index * 56 + 56, with: fields)
  }

  private func addSections(
    _ file: inout [UInt8], _ symbols: Int, _ symbolCount: Int, _ strings: Int, _ stringCount: Int
  ) {
    var names: [UInt8] = []
    var places: [UInt32] = []
    for name in Self.sectionNames {
      places.append(UInt32(names.count))
      names += Array(name.utf8) + [0]
    }
    let namesOffset = file.count
    file += names
    while file.count % 8 != 0 { file.append(0) }
    let hasDynamic = lookup != .staticTable
    let rows: [(type: UInt32, offset: Int, count: Int, link: UInt32)] = [
      (0, 0, 0, 0),
      (hasDynamic ? 11 : 8, symbols, symbolCount, 2), (3, strings, stringCount, 0),
      (hasDynamic ? 8 : 2, symbols, symbolCount, 4), (3, strings, stringCount, 0),
      (3, namesOffset, names.count, 0), (1, 64, 40, 0),
    ]
    for (row, place) in zip(rows, places) {
      file += Self.bytes(place) + Self.bytes(row.type)
      file += Self.bytes(UInt64(0), baseAddress + UInt64(row.offset), UInt64(row.offset), UInt64(row.count))
      file += Self.bytes(row.link) + Self.bytes(UInt32(0)) + Self.bytes(UInt64(8), 24)
    }
  }

  // MARK: - Hash tables

  static func gnuHash(_ name: String) -> UInt32 { name.utf8.reduce(5381) { $0 &* 33 &+ UInt32($1) } }

  private static func gnuTable(_ names: [String], first: UInt32, buckets: UInt32) -> [UInt8] {
    let hashes = names.map(gnuHash)
    let shift: UInt32 = 5
    var bloom = [UInt64](repeating: 0, count: 2)
    for hash in hashes { bloom[Int(hash / 64 % 2)] |= 1 << UInt64(hash % 64) | 1 << UInt64(hash >> shift % 64) }
    let starts = (0..<buckets).map { bucket in
      hashes.firstIndex { $0 % buckets == bucket }.map { UInt32($0) + first } ?? 0
    }
    let chain = hashes.indices.map { index -> UInt32 in
      let isLast = index + 1 == hashes.count || hashes[index + 1] % buckets != hashes[index] % buckets
      return hashes[index] & ~1 | (isLast ? 1 : 0)
    }
    return bytes(buckets) + bytes(first) + bytes(UInt32(2)) + bytes(shift) + bloom.flatMap { bytes($0) }
      + starts.flatMap { bytes($0) } + chain.flatMap { bytes($0) }
  }

  private static func hashTable(_ names: [String]) -> [UInt8] {
    let bucketCount = 2
    var buckets = [UInt32](repeating: 0, count: bucketCount)
    var chain = [UInt32](repeating: 0, count: names.count + 1)
    for (index, name) in names.enumerated() {
      var hash: UInt32 = 0
      for byte in name.utf8 {
        hash = hash << 4 &+ UInt32(byte)
        let high = hash & 0xf000_0000
        if high != 0 { hash ^= high >> 24 }
        hash &= ~high
      }
      let bucket = Int(hash) % bucketCount
      chain[index + 1] = buckets[bucket]
      buckets[bucket] = UInt32(index + 1)
    }
    return bytes(UInt32(bucketCount)) + bytes(UInt32(chain.count)) + (buckets + chain).flatMap { bytes($0) }
  }

  private static func bytes<Number: FixedWidthInteger>(_ numbers: Number...) -> [UInt8] {
    numbers.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
  }
}
