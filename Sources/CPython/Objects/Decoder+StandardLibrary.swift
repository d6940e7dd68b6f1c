import RemoteProcess
import Values

/// Values of the standard library that have a text form of their own.
extension Decoder {
  func standardLibrary(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> Value.Content? {
    switch type.name {
    case "datetime.date": return try date(at: address)
    case "datetime.datetime": return try dateTime(at: address)
    case "datetime.time": return try time(at: address)
    case "datetime.timedelta": return try timeDelta(at: address)
    case "datetime.timezone": return try timeZone(at: address)
    case "decimal.Decimal":
      // The pure Python Decimal has attributes instead.
      return try runtime.attributes(ofObjectAt: address).isEmpty ? decimal(at: address) : nil
    case "fractions.Fraction": return try fraction(at: address)
    case "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.WindowsPath", "pathlib.PureWindowsPath",
      "pathlib._local.PosixPath", "pathlib._local.PurePosixPath", "pathlib._local.WindowsPath",
      "pathlib._local.PureWindowsPath":
      return try path(at: address, type: type)
    case "uuid.UUID": return try uuid(at: address)
    case "collections.deque": return try nested(address) { () throws(ReadError) in try deque(at: address) }
    case "mappingproxy":
      return value(at: try runtime.memory.pointer(address + standard.proxiedMapping)).content
    case "range": return try range(at: address)
    default:
      guard type.isHeapType else { return nil }
      return try enumMember(at: address, type: type)
    }
  }

  private func fraction(at address: RemoteAddress) throws(ReadError) -> Value.Content? {
    guard let above = try runtime.attribute("_numerator", ofObjectAt: address),
      let below = try runtime.attribute("_denominator", ofObjectAt: address)
    else { return nil }
    return .literal("Fraction(\(try runtime.integer(at: above).text()), \(try runtime.integer(at: below).text()))")
  }

  /// A path keeps its text once it was asked for (`_str`); else the pieces that it was made of (`_raw_paths`, 3.12+), or the
  /// parts that these gave (`_parts`, up to 3.11).
  private func path(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> Value.Content? {
    let name = type.name.split(separator: ".").last.map(String.init) ?? type.name
    let text: String
    if let whole = try runtime.attribute("_str", ofObjectAt: address),
      (try? runtime.type(ofObjectAt: whole).isUnicode) == true
    {
      text = try runtime.string(at: whole, limit: limits.length).text
    } else {
      var pieces = try runtime.attribute("_raw_paths", ofObjectAt: address)
      if pieces == nil { pieces = try runtime.attribute("_parts", ofObjectAt: address) }
      guard let pieces else { return nil }
      text = try joined(pieces, separator: name.contains("Windows") ? "\\" : "/")
    }
    return .literal("\(name)('\(text)')")
  }

  /// The pieces of a path, a list of `str`: an absolute one makes those before it void.
  private func joined(_ pieces: RemoteAddress, separator: String) throws(ReadError) -> String {
    var text = ""
    for piece in try runtime.listItems(at: pieces, limit: 256) {
      let part = try runtime.string(at: piece, limit: limits.length).text
      if part.hasPrefix(separator) { text = "" }
      text += text.isEmpty || text.hasSuffix(separator) ? part : separator + part
    }
    return text.isEmpty ? "." : text
  }

  /// `UUID.int`, printed as RFC 9562 does.
  private func uuid(at address: RemoteAddress) throws(ReadError) -> Value.Content? {
    guard let number = try runtime.attribute("int", ofObjectAt: address) else { return nil }
    let digits = try runtime.integer(at: number).digits
    var bits = ""
    for digit in digits.reversed() { bits += String(String(UInt64(digit) | 1 << 30, radix: 2).dropFirst()) }
    let padded = String(repeating: "0", count: max(0, 128 - bits.count)) + bits.suffix(128)
    var hex = ""
    var rest = padded[...]
    while !rest.isEmpty {
      hex += String(UInt8(rest.prefix(4), radix: 2) ?? 0, radix: 16)
      rest = rest.dropFirst(4)
    }
    let parts = [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)].map { hex.dropFirst($0.0).prefix($0.1) }
    return .literal("UUID('" + parts.joined(separator: "-") + "')")
  }

  /// A member of an `enum.Enum` has `_name_` and `_value_`, and its class is made by `EnumType` (`EnumMeta` before 3.11).
  private func enumMember(at address: RemoteAddress, type: TypeObject) throws(ReadError) -> Value.Content? {
    let metatype = try runtime.type(ofObjectAt: type.address).name
    guard metatype == "enum.EnumType" || metatype == "enum.EnumMeta" else { return nil }
    guard let name = try runtime.attribute("_name_", ofObjectAt: address),
      let text = try? runtime.string(at: name, limit: 200).text
    else { return nil }
    return .literal((type.name.split(separator: ".").last.map(String.init) ?? type.name) + "." + text)
  }

  /// A chain of blocks; the items begin at `leftindex` of the first.
  private func deque(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let count = try runtime.checkedSize(at: address)
    var block = try runtime.memory.pointer(address + standard.dequeLeftBlock)
    var index = try runtime.memory.size(address + standard.dequeLeftIndex)
    guard index >= 0, index <= standard.dequeBlockLength else { throw .implausible("deque from \(index)", address) }
    var items: [RemoteAddress] = []
    while items.count < min(count, limits.width), !block.isNull {
      if index == standard.dequeBlockLength {
        block = try runtime.memory.pointer(block + 8 * (standard.dequeBlockLength + 1))
        index = 0
        continue
      }
      items.append(try runtime.memory.pointer(block + 8 * (index + 1)))
      index += 1
    }
    return .sequence(decode(items), count: count)
  }

  private func range(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    var numbers: [String] = []
    for index in 0..<3 {
      let number = try runtime.memory.pointer(address + standard.rangeStart + index * 8)
      numbers.append(try runtime.integer(at: number).text())
    }
    if numbers[2] == "1" { numbers.removeLast() }
    return .literal("range(\(numbers.joined(separator: ", ")))")
  }
}
