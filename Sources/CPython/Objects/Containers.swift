public import RemoteProcess

extension Runtime {
  /// The items of a tuple, at most `limit`.
  public func tupleItems(at address: RemoteAddress, limit: Int) throws(ReadError) -> [RemoteAddress] {
    let count = try itemCount(ofTupleAt: address)
    return try addresses(at: address + layout.tuple.items, count: min(count, limit))
  }

  /// `len()` of a tuple.
  public func itemCount(ofTupleAt address: RemoteAddress) throws(ReadError) -> Int {
    try checkedSize(at: address)
  }

  /// The items of a list, at most `limit`.
  public func listItems(at address: RemoteAddress, limit: Int) throws(ReadError) -> [RemoteAddress] {
    let count = try checkedSize(at: address)
    guard count > 0 else { return [] }
    return try addresses(at: memory.pointer(address + layout.list.items), count: min(count, limit))
  }

  /// `ob_size` of a list or tuple.
  public func checkedSize(at address: RemoteAddress) throws(ReadError) -> Int {
    let count = try memory.size(address + layout.object.varSize)
    guard count >= 0, count < 1 << 40 else { throw .implausible("\(count) items", address) }
    return count
  }

  /// The items of a set or frozenset, at most `limit`, in table order.
  public func setItems(at address: RemoteAddress, limit: Int) throws(ReadError) -> [RemoteAddress] {
    let fields = layout.set
    let used = try memory.size(address + fields.used)
    let mask = try memory.size(address + fields.mask)
    guard used >= 0, mask >= 0, mask < 1 << 40, used <= mask + 1 else {
      throw .implausible("set of \(used) items", address)
    }
    let table = try memory.pointer(address + fields.table)
    var items: [RemoteAddress] = []
    var index = 0
    let batch = 512
    while index <= mask, items.count < min(used, limit) {
      let count = min(batch, mask + 1 - index)
      let words = try memory.wordBlock(table + index * fields.entrySize, count: count * fields.entrySize / 8)
      for entry in 0..<count {
        let key = words[entry * fields.entrySize / 8 + fields.entryKey / 8]
        let hash = words[entry * fields.entrySize / 8 + fields.entryHash / 8]
        // A deleted entry has the dummy key and the hash -1 (Objects/setobject.c).
        if key != 0, hash != UInt64.max, items.count < limit { items.append(RemoteAddress(key)) }
      }
      index += count
    }
    return items
  }

  func addresses(at address: RemoteAddress, count: Int) throws(ReadError) -> [RemoteAddress] {
    try memory.wordBlock(address, count: count).map { RemoteAddress($0) }
  }
}
