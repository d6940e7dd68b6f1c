public import RemoteProcess
public import Values

/// Turns objects of the target into plain `Value`s, within bounds, and without running anything: no `repr`, no property, no
/// `__getattr__`.
///
/// A value that cannot be read becomes `.unread`; decoding as a whole never fails.
public final class Decoder {
  public let runtime: Runtime
  public let limits: Limits
  let standard: StandardLibraryLayout
  private var remaining: Int
  private var path: [RemoteAddress] = []

  /// What bounds a decoded value.
  public struct Limits: Sendable, Equatable {
    /// Containers within containers.
    public var depth: Int
    /// Items, entries or attributes of one container.
    public var width: Int
    /// Code points of a text, bytes of a bytes.
    public var length: Int
    /// Objects in all, over the life of the decoder.
    public var objects: Int

    public init(depth: Int = 3, width: Int = 20, length: Int = 200, objects: Int = 100_000) {
      self.depth = depth
      self.width = width
      self.length = length
      self.objects = objects
    }
  }

  public init(_ runtime: Runtime, limits: Limits = Limits()) {
    self.runtime = runtime
    self.limits = limits
    standard = StandardLibraryLayout(runtime.layout)
    remaining = limits.objects
  }

  /// Decodes what a variable of a frame holds.
  public func value(_ value: StackValue) -> Value {
    switch value {
    case .object(let address): self.value(at: address)
    case .taggedInteger(let number): Value(type: "int", content: .integer(String(number)))
    }
  }

  /// Decodes the object at an address.
  public func value(at address: RemoteAddress) -> Value {
    do throws(ReadError) {
      let type = try runtime.type(ofObjectAt: address)
      guard remaining > 0 else { return Value(type: type.name, address: address.rawValue, content: .cut) }
      remaining -= 1
      do throws(ReadError) {
        return Value(
          type: type.name, address: address.rawValue, content: try content(at: address, type: type))
      } catch {
        return Value(type: type.name, address: address.rawValue, content: .unread(error.description))
      }
    } catch {
      return Value(type: "?", address: address.rawValue, content: .unread(error.description))
    }
  }

  // MARK: - By type

  private func content(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> Value.Content {
    // The commonest by their flags, without comparing names.
    if !type.isHeapType {
      if type.isUnicode { return try text(at: address) }
      if type.isLong, type.name == "int" { return .integer(try runtime.integerText(at: address)) }
    }
    if !type.isHeapType, let simple = try builtin(at: address, named: type.name) { return simple }
    if let known = try standardLibrary(at: address, type: type) { return known }
    if type.isUnicode { return try text(at: address) }
    if type.isLong { return .integer(try runtime.integerText(at: address)) }
    if type.isBytes { return try bytes(at: address) }
    if type.isType { return .named(try runtime.type(at: address).name) }
    if type.isTuple || type.isList || type.isDict {
      return try nested(address) { () throws(ReadError) in
        try container(at: address, type: type)
      }
    }
    if type.isException { return try nested(address) { () throws(ReadError) in try exception(at: address) } }
    return try nested(address) { () throws(ReadError) in try instance(at: address, type: type) }
  }

  /// The types of the interpreter itself, by exact name.
  private func builtin(at address: RemoteAddress, named name: String) throws(ReadError) -> Value.Content? {
    let layout = runtime.layout
    switch name {
    case "NoneType": return .singleton("None")
    case "ellipsis": return .singleton("Ellipsis")
    case "NotImplementedType": return .singleton("NotImplemented")
    case "bool": return .bool(try runtime.integer(at: address).word == 1)
    case "float":
      return .float(Double(bitPattern: try runtime.memory.word(address + layout.float.value)))
    case "complex":
      return .complex(
        real: Double(bitPattern: try runtime.memory.word(address + layout.float.value)),
        imaginary: Double(bitPattern: try runtime.memory.word(address + layout.float.value + 8)))
    case "bytearray": return try byteArray(at: address)
    case "set", "frozenset":
      return try nested(address) { () throws(ReadError) in
        let count = try runtime.memory.size(address + layout.set.used)
        let items = try runtime.setItems(at: address, limit: limits.width)
        return .sequence(decode(items), count: count)
      }
    case "function":
      let module = try? runtime.string(at: runtime.memory.pointer(address + layout.function.module), limit: 256)
      let qualname = try runtime.string(at: runtime.memory.pointer(address + layout.function.qualname), limit: 512)
      return .named(module.map { $0.text + "." + qualname.text } ?? qualname.text)
    case "method":
      let function = try runtime.memory.pointer(address + layout.method.function)
      return .named(try callableName(at: function))
    case "builtin_function_or_method": return .named(try builtinName(at: address))
    case "module":
      guard let namespace = try runtime.namespace(ofModuleAt: address),
        let name = try runtime.lookUp("__name__", inDictAt: namespace)
      else { return .opaque }
      return .named(try runtime.string(at: name, limit: 256).text)
    case "slice":
      return try nested(address) { () throws(ReadError) in
        var parts: [(name: String, value: RemoteAddress)] = []
        for (name, offset) in [("start", layout.slice.start), ("stop", layout.slice.stop), ("step", layout.slice.step)]
        {
          parts.append((name, try runtime.memory.pointer(address + offset)))
        }
        return .object(fields(parts), count: parts.count)
      }
    case "code": return .named(try runtime.codeObject(at: address).qualifiedName)
    case "coroutine", "generator", "async_generator":
      return .named(
        try runtime.string(at: runtime.memory.pointer(address + layout.generator.qualname), limit: 512).text)
    case "cell":
      let content = try runtime.memory.pointer(address + layout.cell.reference)
      return content.isNull ? .opaque : value(at: content).content
    default: return nil
    }
  }

  private func callableName(at address: RemoteAddress) throws(ReadError) -> String {
    guard try runtime.type(ofObjectAt: address).name == "function" else { return "?" }
    let qualname = try runtime.memory.pointer(address + runtime.layout.function.qualname)
    return try runtime.string(at: qualname, limit: 512).text
  }

  /// `PyCFunctionObject.m_ml->ml_name` (Include/cpython/methodobject.h).
  private func builtinName(at address: RemoteAddress) throws(ReadError) -> String {
    let definition = try runtime.memory.pointer(address + runtime.layout.object.size)
    return try runtime.memory.cString(runtime.memory.pointer(definition), limit: 256)
  }

  private func text(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let string = try runtime.string(at: address, limit: limits.length)
    return .text(string.text, length: string.length)
  }

  private func bytes(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let length = try runtime.checkedSize(at: address)
    let taken = min(length, limits.length)
    return .bytes(try runtime.memory.block(address + runtime.layout.bytes.value, count: taken), length: length)
  }

  private func byteArray(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let length = try runtime.checkedSize(at: address)
    guard length > 0 else { return .bytes([], length: 0) }
    let start = try runtime.memory.pointer(address + runtime.layout.bytes.arrayStart)
    return .bytes(try runtime.memory.block(start, count: min(length, limits.length)), length: length)
  }

  // MARK: - Containers

  /// Decodes what may contain other objects: not deeper than the limit, and not through itself.
  func nested(
    _ address: RemoteAddress, _ body: () throws(ReadError) -> Value.Content
  ) throws(ReadError) -> Value.Content {
    if path.contains(address) { return .cycle }
    guard path.count < limits.depth else { return .cut }
    path.append(address)
    defer { path.removeLast() }
    return try body()
  }

  /// Decodes objects that were found together; their memory is read together.
  func decode(_ addresses: [RemoteAddress]) -> [Value] {
    prefetch(addresses)
    return addresses.map { value(at: $0) }
  }

  private func prefetch(_ addresses: [RemoteAddress]) {
    if addresses.count > 4 { runtime.memory.prefetch(addresses.map { ($0, 64) }) }
  }

  private func container(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> Value.Content {
    if type.isDict {
      let entries = try runtime.dictEntries(at: address, limit: limits.width)
      prefetch(entries.flatMap { [$0.key, $0.value] })
      return .mapping(
        entries.map { Value.Entry(key: value(at: $0.key), value: value(at: $0.value)) },
        count: try runtime.count(ofDictAt: address))
    }
    if let names = type.tupleFields {
      let items = try runtime.tupleItems(at: address, limit: names.count)
      return .object(fields(zip(names, items).map { ($0, $1) }), count: names.count)
    }
    let items =
      type.isTuple
      ? try runtime.tupleItems(at: address, limit: limits.width)
      : try runtime.listItems(at: address, limit: limits.width)
    return .sequence(decode(items), count: try runtime.checkedSize(at: address))
  }

  private func instance(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> Value.Content {
    let attributes = try runtime.attributes(ofObjectAt: address)
    // An instance without any is told by its address, as Python does; and what a C type keeps is not seen at all.
    guard !attributes.isEmpty else { return .opaque }
    return .object(fields(attributes), count: attributes.count)
  }

  func fields(_ attributes: [(name: String, value: RemoteAddress)]) -> [Value.Field] {
    let taken = attributes.prefix(limits.width)
    prefetch(taken.map(\.value))
    return taken.map { Value.Field(name: $0.name, value: value(at: $0.value)) }
  }

  /// `args` as an attribute, then what the exception's own `__dict__` has.
  private func exception(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let layout = runtime.layout.exception
    var attributes: [(name: String, value: RemoteAddress)] = []
    let args = try runtime.memory.pointer(address + layout.args)
    if !args.isNull { attributes.append(("args", args)) }
    let dict = try runtime.memory.pointer(address + layout.dict)
    if !dict.isNull {
      for entry in try runtime.dictEntries(at: dict, limit: limits.width) {
        attributes.append((try runtime.string(at: entry.key, limit: 256).text, entry.value))
      }
    }
    return .object(fields(attributes), count: attributes.count)
  }
}
