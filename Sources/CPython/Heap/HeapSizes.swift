/// How many bytes an object takes, as `sys.getsizeof` says it: with the collector's header and its own tables, without
/// the objects that it refers to.
struct HeapSizes {
  private let layout: Layout

  init(_ layout: Layout) { self.layout = layout }

  /// No table of a living object is larger; a torn one may say so.
  private static let largest: UInt64 = 1 << 40

  func size(of object: UInt64, type: HeapType, in memory: HeapMemory) -> Int {
    var size = type.fixedSize
    if type.itemSize > 0 {
      var count = memory.word(object, layout.object.varSize).map { Int64(bitPattern: $0).magnitude } ?? 0
      if type.isTaggedLong { count >>= 3 }
      if count < Self.largest { size += Int(count) * type.itemSize }
    }
    switch type.kind {
    case .list:
      // PyListObject.allocated lies behind ob_item (Include/cpython/listobject.h, 3.8 to 3.15).
      if let allocated = memory.word(object, layout.list.items + 8), allocated < Self.largest {
        size += Int(allocated) * 8
      }
    case .dict: size += dictTables(of: object, in: memory)
    case .set:
      // PySetObject.smalltable lies behind hash and finger; a set with eight entries or fewer uses it.
      if let table = memory.word(object, layout.set.table), let mask = memory.word(object, layout.set.mask),
        table != object &+ UInt64(layout.set.table + 24), mask < Self.largest
      {
        size += (Int(mask) + 1) * layout.set.entrySize
      }
    case .deque:
      // Modules/_collectionsmodule.c `deque_sizeof`.
      if let left = memory.word(object, layout.deque.leftIndex), let count = memory.word(object, layout.object.varSize),
        left < 64, count < Self.largest
      {
        let blocks = (Int(left) + Int(count) + layout.deque.blockLength - 1) / layout.deque.blockLength
        size += blocks * (layout.deque.blockRightLink + 8)
      }
    case .type: size += typeKeys(of: object, in: memory)
    case .tuple, .cell, .module, .instance, .other: break
    }
    return size
  }

  /// Objects/dictobject.c `_PyDict_SizeOf`: keys that instances share are a part of their type.
  private func dictTables(of object: UInt64, in memory: HeapMemory) -> Int {
    let fields = layout.dict
    guard let keys = memory.word(object, fields.keys), let values = memory.word(object, fields.values) else { return 0 }
    var size = 0
    if values != 0 {
      // An embedded array is a part of its instance (3.13 and later): the byte before `valid` says so.
      let isEmbedded = fields.valuesValid.flatMap { memory.byte(values, $0 - 1) } ?? 0
      if isEmbedded == 0 { size += room(ofKeys: keys, in: memory) * 8 }
    }
    // dk_refcnt, the first word of the keys in all versions.
    if memory.word(keys) == 1 { size += keysSize(keys, in: memory) }
    return size
  }

  private func typeKeys(of object: UInt64, in memory: HeapMemory) -> Int {
    guard let flags = memory.word(object, layout.type.flags), flags & 1 << 9 != 0,
      let keys = memory.word(object, layout.type.heapCachedKeys), keys != 0
    else { return 0 }
    return keysSize(keys, in: memory)
  }

  /// How many entries fit: `dk_nentries + dk_usable`, which lies before it.
  private func room(ofKeys keys: UInt64, in memory: HeapMemory) -> Int {
    guard let used = memory.word(keys, layout.dict.keysEntryCount),
      let usable = memory.word(keys, layout.dict.keysEntryCount - 8), used < 1 << 32, usable < 1 << 32
    else { return 0 }
    return Int(used + usable)
  }

  /// Objects/dictobject.c `_PyDict_KeysSize`.
  private func keysSize(_ keys: UInt64, in memory: HeapMemory) -> Int {
    let fields = layout.dict
    if let log2 = fields.keysLog2Size, let log2Bytes = fields.keysLog2IndexBytes, let kind = fields.keysKind {
      guard let size = memory.byte(keys, log2), let bytes = memory.byte(keys, log2Bytes),
        let kind = memory.byte(keys, kind), size < 40, bytes < 40
      else { return 0 }
      return fields.keysHeader + (1 << Int(bytes)) + Self.usable(1 << Int(size)) * (kind == 0 ? 24 : 16)
    }
    guard let size = memory.word(keys, fields.keysSize ?? 8), size < 1 << 40 else { return 0 }
    let count = Int(size)
    let width = count <= 0xff ? 1 : count <= 0xffff ? 2 : count <= 0xffff_ffff ? 4 : 8
    return fields.keysHeader + count * width + Self.usable(count) * 24
  }

  /// `USABLE_FRACTION`.
  private static func usable(_ size: Int) -> Int { size * 2 / 3 }
}
