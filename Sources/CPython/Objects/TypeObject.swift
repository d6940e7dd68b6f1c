public import RemoteProcess

/// A type (`PyTypeObject`), read once.
public final class TypeObject {
  public let address: RemoteAddress
  /// As its author would write it: `str`, `datetime.datetime`, `myapp.models.Order`.
  public let name: String
  public let flags: UInt64
  public let basicSize: Int
  public let itemSize: Int
  public let dictOffset: Int
  public let base: RemoteAddress
  /// Attributes that `__slots__` made: name and offset in the instance, this type's own and its bases'.
  public internal(set) var slots: [(name: String, offset: Int)] = []
  /// `_fields` of a named tuple; nil for any other type.
  public internal(set) var tupleFields: [String]?
  var cachedKeys: RemoteAddress = .null

  init(
    address: RemoteAddress, name: String, flags: UInt64, basicSize: Int, itemSize: Int, dictOffset: Int,
    base: RemoteAddress
  ) {
    self.address = address
    self.name = name
    self.flags = flags
    self.basicSize = basicSize
    self.itemSize = itemSize
    self.dictOffset = dictOffset
    self.base = base
  }

  // Include/object.h, the same in all versions.
  public var isHeapType: Bool { flags & 1 << 9 != 0 }
  public var isLong: Bool { flags & 1 << 24 != 0 }
  public var isList: Bool { flags & 1 << 25 != 0 }
  public var isTuple: Bool { flags & 1 << 26 != 0 }
  public var isBytes: Bool { flags & 1 << 27 != 0 }
  public var isUnicode: Bool { flags & 1 << 28 != 0 }
  public var isDict: Bool { flags & 1 << 29 != 0 }
  public var isException: Bool { flags & 1 << 30 != 0 }
  public var isType: Bool { flags & 1 << 31 != 0 }
}

extension Runtime {
  /// The type of an object.
  public func type(ofObjectAt address: RemoteAddress) throws(ReadError) -> TypeObject {
    guard !address.isNull else { throw .implausible("no object", address) }
    return try type(at: memory.pointer(address + layout.object.type))
  }

  /// The type object at an address, from the cache where it is known.
  public func type(at address: RemoteAddress) throws(ReadError) -> TypeObject {
    if let known = types[address] { return known }
    let type = try readType(at: address)
    types[address] = type
    return type
  }

  private func readType(at address: RemoteAddress) throws(ReadError) -> TypeObject {
    guard !address.isNull, address.rawValue & 7 == 0 else { throw .implausible("not a type", address) }
    let fields = layout.type
    // A type's type is a type, whose type is `type`, which is its own: a random word does not pass this.
    let metatype = try memory.pointer(address + layout.object.type)
    guard !metatype.isNull, try memory.word(metatype + fields.flags) & 1 << 31 != 0 else {
      throw .implausible("not a type", address)
    }
    let flags = try memory.word(address + fields.flags)
    let basicSize = try memory.size(address + fields.basicsize)
    guard basicSize >= 0, basicSize < 1 << 30 else {
      throw .implausible("type with instances of \(basicSize) bytes", address)
    }
    var name = try memory.cString(memory.pointer(address + fields.name))
    let isHeapType = flags & 1 << 9 != 0
    if isHeapType { name = try heapTypeName(at: address) ?? name }
    if name.hasPrefix("builtins.") { name.removeFirst("builtins.".count) }
    let type = TypeObject(
      address: address, name: name, flags: flags, basicSize: basicSize,
      itemSize: try memory.size(address + fields.itemsize),
      dictOffset: try memory.size(address + fields.dictoffset), base: try memory.pointer(address + fields.base))
    if isHeapType {
      type.cachedKeys = try memory.pointer(address + fields.heapCachedKeys)
      type.slots = (try? slots(ofTypeAt: address)) ?? []
      if type.isTuple { type.tupleFields = (try? tupleFields(ofTypeAt: address)) ?? nil }
    }
    return type
  }

  /// `__module__` and `__qualname__` of a class.
  private func heapTypeName(at address: RemoteAddress) throws(ReadError) -> String? {
    let qualname = try string(at: memory.pointer(address + layout.type.heapQualname), limit: 512).text
    let dict = try memory.pointer(address + layout.type.dict)
    guard !dict.isNull, let module = (try? lookUp("__module__", inDictAt: dict)) ?? nil,
      let text = try? string(at: module, limit: 256).text
    else { return qualname }
    return text == "builtins" ? qualname : text + "." + qualname
  }

  /// `_fields` of the class, or of one that it derives from (Lib/collections/__init__.py `namedtuple`).
  private func tupleFields(ofTypeAt address: RemoteAddress) throws(ReadError) -> [String]? {
    var type = address
    for _ in 0..<16 {
      guard !type.isNull, try memory.word(type + layout.type.flags) & 1 << 9 != 0 else { return nil }
      let dict = try memory.pointer(type + layout.type.dict)
      if !dict.isNull, let fields = try lookUp("_fields", inDictAt: dict) {
        var names: [String] = []
        for item in try tupleItems(at: fields, limit: 1024) { names.append(try string(at: item, limit: 256).text) }
        return names
      }
      type = try memory.pointer(type + layout.type.base)
    }
    return nil
  }

  /// `tp_members` of a heap type: one `PyMemberDef` for each slot (Objects/typeobject.c `type_new_slots`), of the type and
  /// of its bases by `tp_base`.
  private func slots(ofTypeAt address: RemoteAddress) throws(ReadError) -> [(name: String, offset: Int)] {
    var result: [(name: String, offset: Int)] = []
    var type = address
    for _ in 0..<64 {
      guard !type.isNull, try memory.word(type + layout.type.flags) & 1 << 9 != 0 else { break }
      let members = try memory.pointer(type + layout.type.members)
      if !members.isNull {
        for index in 0..<256 {
          // struct PyMemberDef { const char *name; int type; Py_ssize_t offset; int flags; const char *doc; }
          let member = members + index * 40
          let name = try memory.pointer(member)
          guard !name.isNull else { break }
          let kind = try memory.int(member + 8)
          let offset = try memory.size(member + 16)
          // T_OBJECT 6, T_OBJECT_EX 16 (Include/structmember.h, descrobject.h); negative offsets are relative to a header.
          guard kind == 6 || kind == 16, offset >= layout.object.size, offset < 1 << 20 else { continue }
          result.append((try memory.cString(name, limit: 256), offset))
        }
      }
      type = try memory.pointer(type + layout.type.base)
    }
    return result
  }
}
