public import RemoteProcess

extension Runtime {
  /// `sys.modules`, a dict.
  public func modules(of interpreter: Interpreter) throws(ReadError) -> RemoteAddress {
    try memory.pointer(interpreter.address + layout.interpreter.modules)
  }

  /// The namespace of `sys`, a dict.
  public func sysNamespace(of interpreter: Interpreter) throws(ReadError) -> RemoteAddress {
    try memory.pointer(interpreter.address + layout.interpreter.sysdict)
  }

  /// The namespace of a module by its full name; nil where it is not imported.
  public func namespace(ofModule name: String, in interpreter: Interpreter) throws(ReadError) -> RemoteAddress? {
    let modules = try modules(of: interpreter)
    guard !modules.isNull, let module = try lookUp(name, inDictAt: modules) else { return nil }
    return try namespace(ofModuleAt: module)
  }

  /// `__dict__` of a module object; nil where the object is no module.
  public func namespace(ofModuleAt module: RemoteAddress) throws(ReadError) -> RemoteAddress? {
    // Subclasses of the module type (lazy modules) keep the field.
    var type = try type(ofObjectAt: module)
    for _ in 0..<16 {
      if type.name == "module" {
        let dict = try memory.pointer(module + (layout.module.dict ?? layout.object.size))
        return dict.isNull ? nil : dict
      }
      guard !type.base.isNull else { return nil }
      type = try self.type(at: type.base)
    }
    return nil
  }

  /// `sys.getfilesystemencoding()` (Python/sysmodule.c: `interp->unicode.fs_codec.encoding`).
  public func fileSystemEncoding(of interpreter: Interpreter) throws(ReadError) -> String {
    let place = interpreter.address + layout.interpreter.fileSystemEncoding
    let name = try memory.cString(memory.pointer(place), limit: 64)
    // Names of codecs: `utf-8`, `iso8859-1`.
    guard (2...32).contains(name.utf8.count), name.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2d }) else {
      throw .implausible("no name of an encoding", place)
    }
    return name
  }

  /// The names that `threading` gave its threads, by `threading.get_ident()`.
  public func threadNames(in interpreter: Interpreter) throws(ReadError) -> [UInt64: String] {
    var names: [UInt64: String] = [:]
    for (ident, name) in try namedThreads(in: interpreter) { names[ident] = name }
    return names
  }

  /// The same as a list.
  public func namedThreads(in interpreter: Interpreter) throws(ReadError) -> [(ident: UInt64, name: String)] {
    guard let threading = try namespace(ofModule: "threading", in: interpreter),
      let active = try lookUp("_active", inDictAt: threading)
    else { return [] }
    let entries = try dictEntries(at: active, limit: Self.threadLimit)
    prefetchAttributes(of: entries.map(\.value), and: entries.map(\.key))
    let found = entries.compactMap { entry -> (ident: UInt64, name: RemoteAddress)? in
      guard let ident = try? unsignedInteger(at: entry.key),
        let name = (try? attribute("_name", ofObjectAt: entry.value)) ?? nil
      else { return nil }
      return (ident, name)
    }
    memory.prefetch(found.map { ($0.name, 128) })
    return found.compactMap { ident, name in
      (try? string(at: name, limit: 200)).map { (ident, $0.text) }
    }
  }
}

extension UInt8 {
  fileprivate var isASCIIWord: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
