import RemoteProcess

/// What an object refers to, as far as some of it is wanted.
struct HeapReferences {
  /// By what an object refers to another.
  enum Slot {
    case item
    /// The key's address.
    case value(UInt64)
    case attribute(UInt64)
    case named(String)
    /// Its `__dict__`.
    case namespace
    /// A field of a type in C.
    case inside

    var isNamespace: Bool {
      if case .namespace = self { true } else { false }
    }
  }

  struct Hit {
    let wanted: Int
    let slot: Slot
  }

  let runtime: Runtime
  let memory: HeapMemory
  /// No container of a living process has more items; a torn one may say so.
  private static let itemLimit: UInt64 = 1 << 32
  /// Words looked at in an object whose fields are not known.
  private static let fieldLimit = 4096

  /// Appends what the object refers to of `wanted`.
  func find(
    _ wanted: borrowing AddressTable, in object: UInt64, _ type: TypeObject, _ facts: HeapType, _ hits: inout [Hit]
  ) {
    let layout = runtime.layout
    switch facts.kind {
    case .list:
      guard let items = memory.word(object, layout.list.items) else { return }
      words(wanted, at: items, count: memory.word(object, layout.object.varSize) ?? 0, .item, &hits)
    case .tuple:
      let items = object &+ UInt64(layout.tuple.items)
      words(wanted, at: items, count: memory.word(object, layout.object.varSize) ?? 0, .item, &hits)
    case .dict: dict(wanted, object, &hits)
    case .set: set(wanted, object, &hits)
    case .deque: deque(wanted, object, &hits)
    case .cell: probe(wanted, memory.word(object, layout.cell.reference), .item, &hits)
    case .module: probe(wanted, memory.word(object, layout.module.dict ?? layout.object.size), .namespace, &hits)
    case .type: probe(wanted, memory.word(object, layout.type.dict), .namespace, &hits)
    case .instance, .other: break
    }
    // A subclass of a container has attributes of its own too.
    if type.isHeapType, facts.kind != .type { instance(wanted, object, type, &hits) }
    if facts.kind == .other { fields(wanted, object, facts, type, &hits) }
  }

  @inline(__always)
  private func probe(_ wanted: borrowing AddressTable, _ word: UInt64?, _ slot: Slot, _ hits: inout [Hit]) {
    if let word, word != 0, let found = wanted.find(word) { hits.append(Hit(wanted: found, slot: slot)) }
  }

  private func words(
    _ wanted: borrowing AddressTable, at start: UInt64, count: UInt64, _ slot: Slot, _ hits: inout [Hit]
  ) {
    guard count < Self.itemLimit else { return }
    for index in 0..<count {
      guard let word = memory.word(start &+ index &* 8) else { return }
      probe(wanted, word, slot, &hits)
    }
  }

  private func dict(_ wanted: borrowing AddressTable, _ object: UInt64, _ hits: inout [Hit]) {
    let fields = runtime.layout.dict
    guard let keys = memory.word(object, fields.keys), let values = memory.word(object, fields.values) else { return }
    let split = values == 0 ? nil : values &+ UInt64(fields.valuesItems ?? 0)
    entries(wanted, keys: keys, values: split, &hits)
  }

  /// The layout of a table of keys: see `Runtime.entries`.
  private func entries(
    _ wanted: borrowing AddressTable, keys: UInt64, values: UInt64?, areAttributes: Bool = false,
    _ hits: inout [Hit]
  ) {
    let fields = runtime.layout.dict
    guard let count = memory.word(keys, fields.keysEntryCount), count < Self.itemLimit else { return }
    var hasHash = true
    let indices: Int
    if let log2 = fields.keysLog2IndexBytes, let kind = fields.keysKind {
      guard let shift = memory.byte(keys, log2), shift < 40, let kind = memory.byte(keys, kind) else { return }
      indices = 1 << Int(shift)
      hasHash = kind == 0
    } else {
      guard let word = memory.word(keys, fields.keysSize ?? 8), word < Self.itemLimit else { return }
      let size = Int(word)
      indices = size * (size <= 0xff ? 1 : size <= 0xffff ? 2 : 4)
    }
    let stride: UInt64 = hasHash ? 24 : 16
    let table = keys &+ UInt64(fields.keysHeader + indices)
    for index in 0..<count {
      let entry = table &+ index &* stride
      guard let key = memory.word(entry &+ (hasHash ? 8 : 0)),
        let value = values.map({ memory.word($0 &+ index &* 8) }) ?? memory.word(entry &+ stride &- 8)
      else { return }
      guard key != 0 else { continue }
      probe(wanted, value, areAttributes ? .attribute(key) : .value(key), &hits)
      if !areAttributes { probe(wanted, key, .item, &hits) }
    }
  }

  private func set(_ wanted: borrowing AddressTable, _ object: UInt64, _ hits: inout [Hit]) {
    let fields = runtime.layout.set
    guard let table = memory.word(object, fields.table), let mask = memory.word(object, fields.mask),
      mask < Self.itemLimit
    else { return }
    for index in 0...mask {
      guard let key = memory.word(table &+ index &* UInt64(fields.entrySize)) else { return }
      probe(wanted, key, .item, &hits)
    }
  }

  private func deque(_ wanted: borrowing AddressTable, _ object: UInt64, _ hits: inout [Hit]) {
    let fields = runtime.layout.deque
    guard var block = memory.word(object, fields.leftBlock), var index = memory.word(object, fields.leftIndex),
      var left = memory.word(object, runtime.layout.object.varSize), left < Self.itemLimit
    else { return }
    while left > 0, block != 0, index < UInt64(fields.blockLength) {
      let count = min(left, UInt64(fields.blockLength) - index)
      words(wanted, at: block &+ UInt64(fields.blockData) &+ index &* 8, count: count, .item, &hits)
      left -= count
      index = 0
      guard let next = memory.word(block, fields.blockRightLink) else { return }
      block = next
    }
  }

  /// Attributes beside the instance and slots: `Runtime.instanceAttributes`, by blocks.
  private func instance(
    _ wanted: borrowing AddressTable, _ object: UInt64, _ type: TypeObject, _ hits: inout [Hit]
  ) {
    for slot in type.slots { probe(wanted, memory.word(object, slot.offset), .named(slot.name), &hits) }
    let layout = runtime.layout
    guard let flag = layout.constants.managedDictFlag, type.flags & UInt64(flag) != 0 else {
      if type.dictOffset > 0 { probe(wanted, memory.word(object, type.dictOffset), .namespace, &hits) }
      return
    }
    guard let word = memory.word(object, -24) else { return }
    let keys = type.cachedKeys.rawValue
    if layout.version >= PythonVersion(3, 13) {
      if word != 0 { return probe(wanted, word, .namespace, &hits) }
      guard let flag = layout.constants.inlineValuesFlag, type.flags & UInt64(flag) != 0,
        let valid = layout.dict.valuesValid, let items = layout.dict.valuesItems,
        memory.byte(object, type.basicSize + valid) ?? 0 != 0
      else { return }
      entries(wanted, keys: keys, values: object &+ UInt64(type.basicSize + items), areAttributes: true, &hits)
    } else if layout.version >= PythonVersion(3, 12) {
      if word & 1 == 0 { return probe(wanted, word, .namespace, &hits) }
      entries(wanted, keys: keys, values: word &+ 1, areAttributes: true, &hits)
    } else {
      if word != 0 { return probe(wanted, word, .namespace, &hits) }
      guard let values = memory.word(object, -32), values != 0 else { return }
      entries(wanted, keys: keys, values: values, areAttributes: true, &hits)
    }
  }

  /// An object of a type in C: any of its words that is the address of something wanted refers to it.
  private func fields(
    _ wanted: borrowing AddressTable, _ object: UInt64, _ facts: HeapType, _ type: TypeObject, _ hits: inout [Hit]
  ) {
    var bytes = type.basicSize
    if facts.itemSize == 8, let count = memory.word(object, runtime.layout.object.varSize), count < 1 << 16 {
      bytes += Int(count) * 8
    }
    let start = runtime.layout.object.size
    guard bytes > start else { return }
    words(
      wanted, at: object &+ UInt64(start), count: UInt64(min((bytes - start) / 8, Self.fieldLimit)), .inside, &hits)
  }
}
