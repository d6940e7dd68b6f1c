public import RemoteProcess

/// Where an instance keeps its attributes.
enum InstanceAttributes {
  /// A dict object.
  case dict(RemoteAddress)
  /// Values beside the instance, keys in its type (inline or split values without a dict).
  case values(RemoteAddress, keys: RemoteAddress)
  case none
}

extension Runtime {
  /// The attributes of an instance: `__dict__` or what stands for it, then slots. Nothing is computed: properties,
  /// descriptors and `__getattr__` are code, and code does not run here.
  public func attributes(
    ofObjectAt address: RemoteAddress, limit: Int = 1 << 16
  ) throws(ReadError) -> [(name: String, value: RemoteAddress)] {
    let type = try type(ofObjectAt: address)
    var result: [(name: String, value: RemoteAddress)] = []
    var found: [DictEntry] = []
    switch try instanceAttributes(ofObjectAt: address, type: type) {
    case .dict(let dict): found = try dictEntries(at: dict, limit: limit)
    case .values(let values, let keys): found = try entries(keysAt: keys, valuesAt: values, limit: limit)
    case .none: break
    }
    for entry in found {
      guard let name = try? string(at: entry.key, limit: 256).text else { continue }
      result.append((name, entry.value))
    }
    for slot in type.slots where result.count < limit {
      let value = try memory.pointer(address + slot.offset)
      if !value.isNull { result.append((slot.name, value)) }
    }
    return result
  }

  /// One attribute by name; nil where the instance has none.
  public func attribute(_ name: String, ofObjectAt address: RemoteAddress) throws(ReadError) -> RemoteAddress? {
    let type = try type(ofObjectAt: address)
    if let slot = type.slots.first(where: { $0.name == name }) {
      let value = try memory.pointer(address + slot.offset)
      return value.isNull ? nil : value
    }
    switch try instanceAttributes(ofObjectAt: address, type: type) {
    case .dict(let dict): return try lookUp(name, inDictAt: dict)
    case .values(let values, let keys):
      for entry in try entries(keysAt: keys, valuesAt: values, limit: 1 << 16) {
        if let text = try? string(at: entry.key, limit: 256), text.text == name { return entry.value }
      }
      return nil
    case .none: return nil
    }
  }

  /// Reads together what the attributes of many objects lie in, and other objects besides: a call or two for each level in
  /// place of one for each object.
  func prefetchAttributes(of objects: [RemoteAddress], and others: [RemoteAddress] = []) {
    // Before the object lie the pointers of managed dicts, behind it the first of its values.
    memory.prefetch(objects.map { ($0 - 32, 256) } + others.map { ($0, 32) })
    var dicts: [RemoteAddress] = []
    var tables: [(address: RemoteAddress, count: Int)] = []
    for object in objects {
      guard let type = try? type(ofObjectAt: object) else { continue }
      switch try? instanceAttributes(ofObjectAt: object, type: type) {
      case .dict(let dict): dicts.append(dict)
      case .values(let values, _): tables.append((values, 256))
      case nil, .some(.none): break
      }
    }
    memory.prefetch(dicts.map { ($0, 64) } + tables)
    tables = []
    for dict in dicts {
      for offset in [layout.dict.keys, layout.dict.values] {
        if let table = try? memory.pointer(dict + offset), !table.isNull { tables.append((table, 512)) }
      }
    }
    memory.prefetch(tables)
  }

  /// Objects/object.c `_PyObject_GetDictPtr` and its kin: a slot of the instance up to 3.10; since 3.11 a managed dict before
  /// it, or values that have not yet become a dict.
  func instanceAttributes(
    ofObjectAt address: RemoteAddress, type: TypeObject
  ) throws(ReadError) -> InstanceAttributes {
    if let flag = layout.constants.managedDictFlag, type.flags & UInt64(flag) != 0 {
      return try managedAttributes(ofObjectAt: address, type: type)
    }
    var offset = type.dictOffset
    guard offset != 0 else { return .none }
    if offset < 0 {
      // Variable-sized instances keep the slot behind their items.
      let count = try memory.size(address + layout.object.varSize).magnitude
      guard count < 1 << 32, type.itemSize >= 0, type.itemSize < 1 << 20 else { return .none }
      let size = (type.basicSize + Int(count) * type.itemSize + 7) & ~7
      offset += size
      guard offset > 0 else { return .none }
    }
    let dict = try memory.pointer(address + offset)
    return dict.isNull ? .none : .dict(dict)
  }

  private func managedAttributes(
    ofObjectAt address: RemoteAddress, type: TypeObject
  ) throws(ReadError) -> InstanceAttributes {
    if layout.version < PythonVersion(hex: 0x030c_0000) {
      // 3.11: the dict at -24, the values at -32 (Include/internal/pycore_object.h).
      let dict = try memory.pointer(address - 24)
      if !dict.isNull { return .dict(dict) }
      let values = try memory.pointer(address - 32)
      return values.isNull ? .none : .values(values, keys: type.cachedKeys)
    }
    if layout.version < PythonVersion(hex: 0x030d_0000) {
      // 3.12: one word at -24; its low bit says that it points (one off) to values (PyDictOrValues).
      let word = try memory.word(address - 24)
      if word == 0 { return .none }
      return word & 1 == 1
        ? .values(RemoteAddress(word &+ 1), keys: type.cachedKeys) : .dict(RemoteAddress(word))
    }
    let dict = try memory.pointer(address - (layout.isFreeThreaded ? 8 : 24))
    if !dict.isNull { return .dict(dict) }
    guard let flag = layout.constants.inlineValuesFlag, type.flags & UInt64(flag) != 0,
      let valid = layout.dict.valuesValid, let items = layout.dict.valuesItems
    else { return .none }
    let values = address + type.basicSize
    guard try memory.byte(values + valid) != 0 else { return .none }
    return .values(values + items, keys: type.cachedKeys)
  }
}
