import CPython
import RemoteProcess
import Values

/// Reads the small plain values that requests are made of, each within bounds. Nil means: not there, not of that type, or
/// not readable; a request is shown with what could be read of it.
struct ObjectReader {
  let runtime: Runtime

  /// Code points of a path or query that are kept.
  static let pathLimit = 4096
  /// Code points of any other text.
  static let textLimit = 1024
  /// Entries of an `environ` or `scope` that are looked at: the common ones have 20 to 60.
  static let entryLimit = 1024

  // MARK: - Objects

  /// The exact or inherited type of an object.
  func type(of object: RemoteAddress) -> TypeObject? { try? runtime.type(ofObjectAt: object) }

  /// The type or one of its bases (by `tp_base`) has one of these names.
  func isInstance(_ object: RemoteAddress, ofAny names: Set<String>) -> Bool {
    guard var type = type(of: object) else { return false }
    for _ in 0..<12 {
      if names.contains(type.name) { return true }
      guard !type.base.isNull, let base = try? runtime.type(at: type.base) else { return false }
      type = base
    }
    return false
  }

  func isNone(_ object: RemoteAddress) -> Bool { type(of: object)?.name == "NoneType" }

  /// An attribute that is there and not `None`.
  func attribute(_ name: String, of object: RemoteAddress?) -> RemoteAddress? {
    guard let object, let value = (try? runtime.attribute(name, ofObjectAt: object)) ?? nil, !isNone(value) else {
      return nil
    }
    return value
  }

  /// Follows attributes, `__self__` of a bound method, and indices of a tuple or list.
  func follow(_ steps: [String], from object: RemoteAddress?) -> RemoteAddress? {
    var current = object
    for step in steps {
      guard let object = current else { return nil }
      if step == "__self__" {
        current = receiver(ofMethodAt: object)
      } else if let index = Int(step) {
        let items = self.items(of: object, limit: index + 1)
        current = items.count > index ? items[index] : nil
      } else {
        current = attribute(step, of: object)
      }
    }
    return current
  }

  private func receiver(ofMethodAt object: RemoteAddress) -> RemoteAddress? {
    guard type(of: object)?.name == "method",
      let word = try? runtime.memory.uint64(at: object + runtime.layout.method.receiver), word != 0
    else { return nil }
    return RemoteAddress(word)
  }

  /// The items of a tuple or list; none for anything else.
  func items(of object: RemoteAddress?, limit: Int) -> [RemoteAddress] {
    guard let object, let type = type(of: object) else { return [] }
    if type.isTuple { return (try? runtime.tupleItems(at: object, limit: limit)) ?? [] }
    if type.isList { return (try? runtime.listItems(at: object, limit: limit)) ?? [] }
    return []
  }

  /// The entries of a dict with `str` keys, by key.
  func dictionary(at object: RemoteAddress?) -> [String: RemoteAddress]? {
    guard let object, type(of: object)?.isDict == true,
      let entries = try? runtime.dictEntries(at: object, limit: Self.entryLimit)
    else { return nil }
    if entries.count > 8 { runtime.memory.prefetch(entries.map { ($0.key, 96) }) }
    var result: [String: RemoteAddress] = [:]
    for entry in entries {
      guard let key = try? runtime.string(at: entry.key, limit: 128), key.length <= 128 else { continue }
      result[key.text] = entry.value
    }
    return result
  }

  // MARK: - Values

  /// A `str`, at most `limit` code points of it.
  func text(_ object: RemoteAddress?, limit: Int = ObjectReader.textLimit) -> String? {
    guard let object else { return nil }
    return (try? runtime.string(at: object, limit: limit))?.text
  }

  /// A `bytes` as Latin-1, which is what HTTP's header bytes are.
  func latin1(_ object: RemoteAddress?, limit: Int = ObjectReader.textLimit) -> String? {
    guard let object, type(of: object)?.isBytes == true, let length = try? runtime.checkedSize(at: object),
      let bytes = try? runtime.memory.bytes(at: object + runtime.layout.bytes.value, count: min(length, limit))
    else { return nil }
    return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  /// A `str` or `bytes`.
  func textOrBytes(_ object: RemoteAddress?, limit: Int = ObjectReader.textLimit) -> String? {
    text(object, limit: limit) ?? latin1(object, limit: limit)
  }

  /// A small non-negative `int`.
  func integer(_ object: RemoteAddress?) -> Int? {
    guard let object, let word = try? runtime.unsignedInteger(at: object) else { return nil }
    return Int(exactly: word)
  }

  /// An `int` of either sign.
  func signedInteger(_ object: RemoteAddress?) -> Int? {
    guard let object, type(of: object)?.isLong == true, let digits = try? runtime.integer(at: object),
      let word = digits.word, let magnitude = Int(exactly: word)
    else { return nil }
    return digits.isNegative ? -magnitude : magnitude
  }

  /// A `float`.
  func double(_ object: RemoteAddress?) -> Double? {
    guard let object, type(of: object)?.name == "float",
      let bits = try? runtime.memory.uint64(at: object + runtime.layout.float.value)
    else { return nil }
    return Double(bitPattern: bits)
  }

  /// A naive `datetime` as seconds since 1970 of its own wall clock.
  ///
  /// `PyDateTime_DateTime` (Include/datetime.h): the object head, the hash, one byte that says whether there is a time zone,
  /// then year (2 bytes), month, day, hour, minute, second, microsecond (3 bytes), all big-endian. The same since Python 3.6.
  func wallClock(_ object: RemoteAddress?) -> Double? {
    guard let object, type(of: object)?.name == "datetime.datetime",
      let bytes = try? runtime.memory.bytes(at: object + runtime.layout.object.size + 8, count: 11), bytes[0] == 0
    else { return nil }
    return WallClock(packed: Array(bytes[1...]))?.secondsSince1970
  }

  /// The name of a function, method or class: `shop.views.order`.
  func callableName(_ object: RemoteAddress?) -> String? {
    guard let object else { return nil }
    if let name = name(of: object) { return name }
    // functools.partial: its first field is the function (Modules/_functoolsmodule.c).
    if type(of: object)?.name == "functools.partial",
      let word = try? runtime.memory.uint64(at: object + runtime.layout.object.size), word != 0,
      let name = name(of: RemoteAddress(word))
    {
      return name
    }
    // An instance that can be called, or a decorator's object.
    return attribute("__wrapped__", of: object).flatMap { name(of: $0) } ?? type(of: object)?.name
  }

  private func name(of object: RemoteAddress) -> String? {
    guard case .named(let name) = Decoder(runtime).value(at: object).content else { return nil }
    return Self.withoutScriptHash(name)
  }

  /// mod_wsgi loads a script as a module by a hash of its path: `_mod_wsgi_9a17bbcba7243a5a6c1a0508a28f29e7`.
  static func withoutScriptHash(_ name: String) -> String {
    guard name.hasPrefix("_mod_wsgi_"), let dot = name.firstIndex(of: ".") else { return name }
    return String(name[name.index(after: dot)...])
  }
}
