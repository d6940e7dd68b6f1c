public import RemoteProcess

/// One entry of a dict.
public struct DictEntry: Equatable, Sendable {
  public let key: RemoteAddress
  public let value: RemoteAddress
}

extension Runtime {
  /// A dict's table with more slots than this is a torn one.
  private static let entryLimit = 1 << 32

  /// `len()` of a dict.
  public func count(ofDictAt address: RemoteAddress) throws(ReadError) -> Int {
    let used = try memory.size(address + layout.dict.used)
    guard used >= 0, used < Self.entryLimit else { throw .implausible("dict of \(used) entries", address) }
    return used
  }

  /// The entries of a dict in insertion order, at most `limit`.
  public func dictEntries(at address: RemoteAddress, limit: Int = 1 << 20) throws(ReadError) -> [DictEntry] {
    let keys = try memory.pointer(address + layout.dict.keys)
    let values = try memory.pointer(address + layout.dict.values)
    let used = try count(ofDictAt: address)
    return try entries(
      keysAt: keys, valuesAt: values.isNull ? nil : values + (layout.dict.valuesItems ?? 0), limit: min(limit, used))
  }

  /// The value of a `str` key, nil where there is none.
  public func lookUp(_ key: String, inDictAt address: RemoteAddress) throws(ReadError) -> RemoteAddress? {
    let entries = try dictEntries(at: address, limit: 1 << 17)
    if entries.count > 16 {
      memory.prefetch(entries.map { ($0.key, layout.unicode.asciiSize + 32) })
    }
    let length = key.unicodeScalars.count
    for entry in entries {
      guard let found = try? memory.size(entry.key + layout.unicode.length), found == length,
        let text = try? string(at: entry.key, limit: length)
      else { continue }
      if text.text == key { return entry.value }
    }
    return nil
  }

  /// The live entries of a keys table (`PyDictKeysObject`), whose values lie beside the keys or, in a split table, in an
  /// array of the instance.
  ///
  ///     up to 3.10: header | indices (1, 2, 4 or 8 bytes each, by size) | entries {hash, key, value}
  ///     from 3.11:  header | indices (1 << dk_log2_index_bytes bytes)   | entries {hash, key, value} or {key, value}
  func entries(
    keysAt keys: RemoteAddress, valuesAt values: RemoteAddress?, limit: Int
  ) throws(ReadError) -> [DictEntry] {
    let fields = layout.dict
    guard !keys.isNull, limit > 0 else { return [] }
    let count = try memory.size(keys + fields.keysEntryCount)
    guard count >= 0, count < Self.entryLimit else { throw .implausible("dict keys of \(count) entries", keys) }
    let indices: Int
    var hasHash = true
    if let log2 = fields.keysLog2IndexBytes, let kind = fields.keysKind {
      let shift = Int(try memory.byte(keys + log2))
      guard shift < 40 else { throw .implausible("dict keys with 2^\(shift) bytes of indices", keys) }
      indices = 1 << shift
      // DICT_KEYS_GENERAL 0 keeps the hash, DICT_KEYS_UNICODE 1 and DICT_KEYS_SPLIT 2 do not (pycore_dict.h).
      hasHash = try memory.byte(keys + kind) == 0
    } else {
      let size = try memory.size(keys + (fields.keysSize ?? 8))
      guard size > 0, size < Self.entryLimit, size & (size - 1) == 0 else {
        throw .implausible("dict of size \(size)", keys)
      }
      indices = size * (size <= 0xff ? 1 : size <= 0xffff ? 2 : size <= 0xffff_ffff ? 4 : 8)
    }
    let stride = hasHash ? 3 : 2
    let table = keys + fields.keysHeader + indices
    var result: [DictEntry] = []
    result.reserveCapacity(min(count, limit))
    var index = 0
    while index < count, result.count < limit {
      let batch = min(count - index, 1024)
      let words = try memory.wordBlock(table + index * stride * 8, count: batch * stride)
      let splitValues = try values.map { (base) throws(ReadError) in
        try memory.wordBlock(base + index * 8, count: batch)
      }
      for entry in 0..<batch where result.count < limit {
        let key = words[entry * stride + (hasHash ? 1 : 0)]
        let value = splitValues?[entry] ?? words[entry * stride + stride - 1]
        if key != 0, value != 0 { result.append(DictEntry(key: RemoteAddress(key), value: RemoteAddress(value))) }
      }
      index += batch
    }
    return result
  }
}
