extension ELFFile {
  /// The defined symbol of that name: an exported one, or one that only the whole symbol table has, which a stripped file
  /// has not. A miss costs a pass through that table.
  public func symbol(named name: String) throws(ELFError) -> ELFSymbol? {
    if let symbol = try exportedSymbol(named: name) { return symbol }
    return try search(Array(name.utf8), section: ".symtab")
  }

  /// The defined symbol of that name that other files may use: by the hash tables of the dynamic linker, which takes some
  /// five small reads, found or not.
  public func exportedSymbol(named name: String) throws(ELFError) -> ELFSymbol? {
    let name = Array(name.utf8)
    guard let dynamic = try dynamic(), let symbols = dynamic.symbols, let strings = dynamic.strings else { return nil }
    let table = SymbolTable(symbols: symbols, strings: strings, stringsSize: dynamic.stringsSize ?? 0)
    if let gnuHash = dynamic.gnuHash { return try lookUp(name, in: table, gnuHash: gnuHash) }
    if let hash = dynamic.hash { return try lookUp(name, in: table, hash: hash) }
    return try search(name, section: ".dynsym")
  }

  /// Where the symbols and their names are in the file.
  struct SymbolTable {
    let symbols: UInt64
    let strings: UInt64
    let stringsSize: UInt64
  }

  // MARK: - By hash

  /// A chain of one bucket has a few entries; a longer one is a hostile file.
  private static let maximumChainCount = 1 << 14

  /// ### DT_GNU_HASH
  ///     +---------+--------+-------------+-------------+-----------+-----------+-----------+
  ///     | buckets | first  | bloom words | bloom shift | bloom     | buckets   | chain     |
  ///     | 4       | symbol | 4           | 4           | 8 a word  | 4 each    | 4 each    |
  ///     +---------+--------+-------------+-------------+-----------+-----------+-----------+
  private func lookUp(_ name: [UInt8], in table: SymbolTable, gnuHash: UInt64) throws(ELFError) -> ELFSymbol? {
    var hash: UInt32 = 5381
    for byte in name { hash = hash &* 33 &+ UInt32(byte) }
    let header = try source.bytes(at: gnuHash, count: 16)[...]
    let bucketCount = UInt64(header.word32(at: 0))
    let firstSymbol = UInt64(header.word32(at: 4))
    let bloomCount = UInt64(header.word32(at: 8))
    guard bucketCount > 0, bloomCount > 0 else { return nil }

    let bloomOffset = gnuHash &+ 16
    let word = try word64(at: bloomOffset &+ 8 &* (UInt64(hash / 64) % bloomCount))
    let shifted = header.word32(at: 12) < 32 ? hash >> header.word32(at: 12) : 0
    guard word >> UInt64(hash % 64) & 1 == 1, word >> UInt64(shifted % 64) & 1 == 1 else { return nil }

    let bucketOffset = bloomOffset &+ 8 &* bloomCount
    var symbol = UInt64(try word32(at: bucketOffset &+ 4 &* (UInt64(hash) % bucketCount)))
    guard symbol >= firstSymbol, symbol > 0 else { return nil }
    let chainOffset = bucketOffset &+ 4 &* bucketCount
    var seen = 0
    while seen < Self.maximumChainCount {
      let offset = chainOffset &+ 4 &* (symbol - firstSymbol)
      guard offset < source.byteCount else { throw .malformed("a hash chain leaves the file") }
      let links = try source.bytes(at: offset, count: Int(min(64, source.byteCount - offset)) & ~3)[...]
      guard !links.isEmpty else { throw .malformed("a hash chain leaves the file") }
      for position in stride(from: 0, to: links.count, by: 4) {
        let link = links.word32(at: position)
        if link | 1 == hash | 1, let found = try self.symbol(symbol, named: name, in: table) { return found }
        if link & 1 == 1 { return nil }
        symbol += 1
        seen += 1
      }
    }
    throw .malformed("a hash chain without end")
  }

  /// ### DT_HASH
  ///     +-------------+-------------+--------------+-------------+
  ///     | bucketCount | chain count | buckets      | chain       |
  ///     | 4           | 4           | 4 each       | 4 a symbol  |
  ///     +-------------+-------------+--------------+-------------+
  private func lookUp(_ name: [UInt8], in table: SymbolTable, hash hashOffset: UInt64) throws(ELFError) -> ELFSymbol? {
    var hash: UInt32 = 0
    for byte in name {
      hash = hash << 4 &+ UInt32(byte)
      let high = hash & 0xf000_0000
      hash ^= high >> 24
      hash &= ~high
    }
    let header = try source.bytes(at: hashOffset, count: 8)[...]
    let bucketCount = UInt64(header.word32(at: 0))
    guard bucketCount > 0 else { return nil }
    var symbol = UInt64(try word32(at: hashOffset &+ 8 &+ 4 &* (UInt64(hash) % bucketCount)))
    for _ in 0..<Self.maximumChainCount {
      if symbol == 0 { return nil }
      if let found = try self.symbol(symbol, named: name, in: table) { return found }
      symbol = UInt64(try word32(at: hashOffset &+ 8 &+ 4 &* bucketCount &+ 4 &* symbol))
    }
    throw .malformed("a hash chain without end")
  }

  /// The symbol of that number, where it is defined and has that name.
  private func symbol(_ index: UInt64, named name: [UInt8], in table: SymbolTable) throws(ELFError) -> ELFSymbol? {
    let bytes = try source.bytes(
      at: table.symbols &+ index &* UInt64(ELFSymbol.byteCount), count: ELFSymbol.byteCount)[...]
    let offset = UInt64(bytes.word32(at: 0))
    // A name that does not fit is another's.
    guard offset.addingOrMaximum(UInt64(name.count) + 1) <= table.stringsSize else { return nil }
    let found = try source.bytes(at: table.strings &+ offset, count: name.count + 1)
    guard found.last == 0, found.dropLast().elementsEqual(name) else { return nil }
    return ELFSymbol(bytes)
  }

  private func word32(at offset: UInt64) throws(ELFError) -> UInt32 {
    try source.bytes(at: offset, count: 4)[...].word32(at: 0)
  }

  private func word64(at offset: UInt64) throws(ELFError) -> UInt64 {
    try source.bytes(at: offset, count: 8)[...].word64(at: 0)
  }

  // MARK: - Through a whole table

  /// The largest programs there are, with all their debugging symbols, have some 100 MB.
  private static let maximumTableSize: UInt64 = 1 << 30

  /// Finds the places of the name in the strings first, then looks for a symbol that points to one of them: both tables
  /// pass through a small buffer once.
  private func search(_ name: [UInt8], section: String) throws(ELFError) -> ELFSymbol? {
    guard !name.isEmpty, name.count <= 4096, !name.contains(0) else { return nil }
    let all = try sections()
    guard let symbols = all.first(where: { $0.name == section && ($0.type == 2 || $0.type == 11) }) else { return nil }
    guard symbols.link < all.count, all[Int(symbols.link)].type == 3 else {
      throw .malformed("\(section) has no names")
    }
    let strings = all[Int(symbols.link)]
    let places = try places(of: name, in: strings)
    guard !places.isEmpty else { return nil }
    var result: ELFSymbol?
    try forEachChunk(of: symbols, step: 65_536 / 24 * 24, overlap: 0) { chunk, _ in
      for start in stride(from: 0, to: chunk.count - 23, by: 24) where places.contains(chunk.word32(at: start)) {
        if let symbol = ELFSymbol(chunk[(chunk.startIndex + start)...]) {
          result = symbol
          return false
        }
      }
      return true
    }
    return result
  }

  /// The offsets in the strings where the name ends a string. More than a few are a hostile file.
  private func places(of name: [UInt8], in strings: ELFSection) throws(ELFError) -> [UInt32] {
    let pattern = name + [0]
    var places: [UInt32] = []
    try forEachChunk(of: strings, step: 65_536, overlap: pattern.count - 1) { chunk, offset in
      chunk.withUnsafeBufferPointer { bytes in
        var start = 0
        while start + pattern.count <= bytes.count {
          if bytes[start] == pattern[0], bytes[start..<start + pattern.count].elementsEqual(pattern) {
            if let place = UInt32(exactly: offset + UInt64(start)) { places.append(place) }
          }
          start += 1
        }
      }
      return places.count < 64
    }
    return places
  }

  /// Hands the bytes of a section on, piece by piece, until `body` has enough. Pieces share `overlap` bytes.
  private func forEachChunk(
    of section: ELFSection, step: Int, overlap: Int, _ body: (ArraySlice<UInt8>, UInt64) throws(ELFError) -> Bool
  ) throws(ELFError) {
    guard section.offset <= source.byteCount, section.size <= source.byteCount - section.offset else {
      throw .malformed("\(section.name) lies outside of the file")
    }
    guard section.size <= Self.maximumTableSize else { throw .malformed("\(section.name) of \(section.size) bytes") }
    var offset: UInt64 = 0
    while offset < section.size {
      let count = Int(min(UInt64(step + overlap), section.size - offset))
      let chunk = try source.bytes(at: section.offset + offset, count: count)
      guard try body(chunk[...], offset) else { return }
      offset += UInt64(step)
    }
  }
}
