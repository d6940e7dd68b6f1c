import RemoteProcess

/// What a walk has to know of a type, as plain numbers.
struct HeapType {
  /// How the size of an instance is found, and what it refers to.
  enum Kind: UInt8 {
    case list, tuple, dict, set, deque, cell, module, type
    /// Attributes in a dict, in values beside it, or in slots.
    case instance
    /// Written in C, with fields of its own.
    case other
  }

  let kind: Kind
  /// What lies before an instance, and the instance without its items.
  let fixedSize: Int
  let itemSize: Int
  /// Its items are counted by `lv_tag` (3.12 and later).
  let isTaggedLong: Bool
  var count = 0
  var bytes = 0
}

extension Runtime {
  // Include/object.h `Py_TPFLAGS_MANAGED_WEAKREF` (3.12 and later).
  private static let managedWeakReferenceFlag: UInt64 = 1 << 3

  /// Objects/object.c `_PyType_PreHeaderSize`, Python/sysmodule.c `_PySys_GetSizeOf` and Objects/typeobject.c
  /// `object___sizeof___impl` (3.8 to 3.15).
  func heapType(_ type: TypeObject) -> HeapType {
    let hasManagedDict = layout.constants.managedDictFlag.map { type.flags & UInt64($0) != 0 } ?? false
    let hasWeakReference =
      layout.version >= PythonVersion(3, 12) && type.flags & Self.managedWeakReferenceFlag != 0
    let before = layout.gcHead.size + (hasManagedDict || hasWeakReference ? 16 : 0)
    let kind = kind(of: type, hasManagedDict: hasManagedDict)
    return HeapType(
      kind: kind, fixedSize: before + type.basicSize + inlineValuesSize(of: type),
      // The items of a type are the descriptions of its slots, which `type.__sizeof__` leaves out.
      itemSize: kind == .type ? 0 : min(max(type.itemSize, 0), 1 << 20),
      isTaggedLong: type.isLong && layout.long.tag != nil)
  }

  private func kind(of type: TypeObject, hasManagedDict: Bool) -> HeapType.Kind {
    if type.isType { return .type }
    if type.isDict { return .dict }
    if type.isList { return .list }
    if type.isTuple { return .tuple }
    var base = type
    for _ in 0..<16 {
      if !base.isHeapType || base.name.hasPrefix("collections.") {
        switch base.name {
        case "set", "frozenset": return .set
        case "collections.deque": return .deque
        case "cell": return .cell
        case "module": return .module
        default: break
        }
      }
      guard !base.base.isNull, let next = try? self.type(at: base.base) else { break }
      base = next
    }
    return type.isHeapType && (hasManagedDict || type.dictOffset != 0 || !type.slots.isEmpty) ? .instance : .other
  }

  /// Include/internal/pycore_object.h `_PyInlineValuesSize` (3.13 and later): a byte for each attribute in the order of
  /// their making, then their values and four bytes of state.
  private func inlineValuesSize(of type: TypeObject) -> Int {
    guard let flag = layout.constants.inlineValuesFlag, type.flags & UInt64(flag) != 0, !type.cachedKeys.isNull,
      // dk_usable lies before dk_nentries (Include/internal/pycore_dict.h).
      let usable = try? memory.size(type.cachedKeys + layout.dict.keysEntryCount - 8),
      let used = try? memory.size(type.cachedKeys + layout.dict.keysEntryCount),
      (0...255).contains(usable), (0...255).contains(used)
    else { return 0 }
    let room = usable + used
    return ((room + 7) & ~7) + (room + 1) * 8
  }
}
