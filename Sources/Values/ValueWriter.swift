/// Writes one value into a text, within the limits. It keeps the room that is left while it walks down.
struct ValueWriter {
  private let limits: ValueText
  private(set) var output: TextBuffer
  private var room: Int

  init(limits: ValueText, output: TextBuffer) {
    self.limits = limits
    self.output = output
    room = limits.room
  }

  mutating func write(_ value: Value, depth: Int) {
    switch value.content {
    case .singleton(let name): writePlain(name, room: limits.textRoom)
    case .bool(let value): put(value ? "True" : "False")
    case .integer(let digits): writeInteger(digits)
    case .float(let value): put(PythonFloat.text(of: value))
    case .complex(let real, let imaginary): put(PythonFloat.text(ofReal: real, imaginary: imaginary))
    case .text(let text, let length): writeText(text, length: length, type: value.type)
    case .bytes(let bytes, let length): writeBytes(bytes, length: length, type: value.type)
    case .sequence(let items, let count): writeSequence(items, count: count, type: value.type, depth: depth)
    case .mapping(let entries, let count): writeMapping(entries, count: count, type: value.type, depth: depth)
    case .object(let fields, let count): writeObject(fields, count: count, type: value.type, depth: depth)
    case .literal(let text): writeLiteral(text, type: value.type)
    case .named(let name):
      put("<")
      if value.type == "type" { put("class") } else { writePlain(Self.shortName(value.type), room: limits.textRoom) }
      put(" ")
      writePlain(name, room: limits.textRoom)
      put(">")
    case .opaque: writeTag(value, "")
    case .cut: writeCut(value)
    case .cycle: writeTag(value, " shown above")
    case .unread(let reason):
      put("<unread: ")
      writePlain(reason, room: limits.textRoom)
      put(">")
    case .redacted(let label, let number):
      put("<redacted:")
      writePlain(label, room: limits.textRoom)
      if let number { put(" #\(number)") }
      put(">")
    case .summary(let text):
      put("<")
      writePlain(value.type, room: limits.textRoom)
      if !text.isEmpty {
        put(": ")
        writePlain(text, room: limits.textRoom)
      }
      put(">")
    }
  }

  // MARK: - Containers

  private mutating func writeSequence(_ items: [Value], count: Int, type: String, depth: Int) {
    let short = Self.shortName(type)
    let (open, close): (String, String) =
      switch short {
      case "list": ("[", "]")
      case "tuple": ("(", items.count == 1 && count <= 1 ? ",)" : ")")
      case "set": count == 0 && items.isEmpty ? ("set(", ")") : ("{", "}")
      case "frozenset": count == 0 && items.isEmpty ? ("frozenset(", ")") : ("frozenset({", "})")
      default: ("([", "])")
      }
    if open == "([" { writePlain(short, room: limits.textRoom) }
    put(open)
    writeItems(items.count, of: count, depth: depth) { writer, index in writer.write(items[index], depth: depth + 1) }
    put(close)
  }

  private mutating func writeMapping(_ entries: [Value.Entry], count: Int, type: String, depth: Int) {
    let isPlain = type == "dict"
    if !isPlain {
      writePlain(Self.shortName(type), room: limits.textRoom)
      put("(")
    }
    put("{")
    writeItems(entries.count, of: count, depth: depth) { writer, index in
      writer.write(entries[index].key, depth: depth + 1)
      writer.put(": ")
      writer.write(entries[index].value, depth: depth + 1)
    }
    put(isPlain ? "}" : "})")
  }

  private mutating func writeObject(_ fields: [Value.Field], count: Int, type: String, depth: Int) {
    writePlain(Self.shortName(type), room: limits.textRoom)
    put("(")
    writeItems(fields.count, of: count, depth: depth) { writer, index in
      writer.writePlain(fields[index].name, room: writer.limits.textRoom)
      writer.put("=")
      writer.write(fields[index].value, depth: depth + 1)
    }
    put(")")
  }

  /// The items that there is room for, and how many there are besides.
  private mutating func writeItems(_ taken: Int, of count: Int, depth: Int, write: (inout Self, Int) -> Void) {
    let total = max(taken, count)
    guard total > 0 else { return }
    guard depth < limits.depth else {
      put("…")
      return
    }
    var shown = 0
    while shown < taken, shown < limits.itemRoom, room > 0 {
      if shown > 0 { put(", ") }
      write(&self, shown)
      shown += 1
    }
    guard shown < total else { return }
    if shown > 0 { put(", ") }
    put(shown == 0 ? "… \(total)" : "… \(total - shown) more")
  }

  // MARK: - Texts

  private mutating func writeText(_ text: String, length: Int, type: String) {
    let isPlain = type == "str"
    if !isPlain {
      writePlain(Self.shortName(type), room: limits.textRoom)
      put("(")
    }
    let count = text.utf8.count
    if count == length, isPlain, count <= min(limits.textRoom, max(room, 8)) {
      if output.appendQuoted(text) {
        room &-= count + 2
        return
      }
    }
    // Python prefers single quotes, and takes double ones where that saves escapes.
    let quote: Unicode.Scalar = text.utf8.contains(0x27) && !text.utf8.contains(0x22) ? "\"" : "'"
    put(quote)
    let isWhole = writeEscaped(text, quote: quote, room: min(limits.textRoom, max(room, 8)))
    put(quote)
    if !isPlain { put(")") }
    let missing = isWhole ? length > text.codePointCount : true
    if missing { put("… (\(ValueText.quantity(max(length, text.codePointCount), spaced: false)) chars)") }
  }

  private mutating func writeBytes(_ bytes: [UInt8], length: Int, type: String) {
    let isPlain = type == "bytes"
    if !isPlain {
      writePlain(Self.shortName(type), room: limits.textRoom)
      put("(")
    }
    let quote: UInt8 = bytes.contains(0x27) && !bytes.contains(0x22) ? 0x22 : 0x27
    put("b")
    put(Unicode.Scalar(quote))
    let end = room - min(limits.textRoom, max(room, 8))
    var shown = 0
    while shown < bytes.count, room > end {
      let byte = bytes[shown]
      if byte == quote || byte == 0x5C {
        put("\\")
        put(Unicode.Scalar(byte))
      } else if byte >= 0x20 && byte < 0x7F {
        put(Unicode.Scalar(byte))
      } else {
        putEscape(Unicode.Scalar(byte))
      }
      shown += 1
    }
    put(Unicode.Scalar(quote))
    if !isPlain { put(")") }
    if shown < max(length, bytes.count) { put("… (\(ValueText.byteCount(max(length, bytes.count))))") }
  }

  private mutating func writeInteger(_ digits: String) {
    let whole = digits.utf8.count
    guard whole > limits.textRoom, limits.textRoom > 0 else {
      writePlain(digits, room: limits.textRoom)
      return
    }
    writePlain(String(digits.prefix(min(20, limits.textRoom))), room: limits.textRoom)
    put("… (\(ValueText.quantity(whole, spaced: false)) digits)")
  }

  /// `Decimal(1.50)`; and `Color.RED` and `datetime.time(8, 30)` as they are, since they say their types themselves.
  private mutating func writeLiteral(_ text: String, type: String) {
    let short = Self.shortName(type)
    if (text.hasPrefix(short) && !short.isEmpty) || text.hasPrefix(type) {
      writePlain(text, room: limits.textRoom)
      return
    }
    writePlain(short, room: limits.textRoom)
    put("(")
    writePlain(text, room: limits.textRoom)
    put(")")
  }

  mutating func writePlain(_ text: String, room: Int) {
    if text.utf8.count <= room, output.appendUnescaped(text) {
      self.room &-= text.utf8.count
      return
    }
    if !writeEscaped(text, quote: nil, room: room) { put("…") }
  }

  private mutating func writeTag(_ value: Value, _ note: String) {
    put("<")
    writePlain(value.type, room: limits.textRoom)
    put(note)
    if value.address != 0 { put(" at 0x" + String(value.address, radix: 16)) }
    put(">")
  }

  private mutating func writeCut(_ value: Value) {
    switch value.type {
    case "list": put("[…]")
    case "tuple": put("(…)")
    case "dict", "set": put("{…}")
    case "str": put("'…'")
    default:
      put("<")
      writePlain(value.type, room: limits.textRoom)
      put(" …>")
    }
  }

  // MARK: - Characters

  /// Appends the text with its escapes, and says whether it went in whole.
  private mutating func writeEscaped(_ text: String, quote: Unicode.Scalar?, room: Int) -> Bool {
    var text = text
    text.makeContiguousUTF8()
    let start = self.room
    var runStart = text.startIndex
    var index = text.startIndex
    let scalars = text.unicodeScalars
    while index < text.endIndex {
      guard start &- self.room < room else {
        output.append(text[runStart..<index])
        return false
      }
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      let isPlain =
        scalar.isASCII
        ? scalar.value >= 0x20 && scalar.value != 0x7F && (quote == nil || (scalar != quote && scalar != "\\"))
        : PythonCharacter.isPrintable(scalar)
      if isPlain {
        self.room &-= 1
      } else {
        output.append(text[runStart..<index])
        putEscape(scalar)
        runStart = next
      }
      index = next
    }
    output.append(text[runStart..<index])
    return true
  }

  private mutating func putEscape(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\n": put("\\n")
    case "\r": put("\\r")
    case "\t": put("\\t")
    case "\\", "'", "\"":
      put("\\")
      put(scalar)
    default:
      let digits = String(scalar.value, radix: 16)
      let (prefix, width) = scalar.value < 0x100 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
      put(prefix + String(repeating: "0", count: width - digits.utf8.count) + digits)
    }
  }

  private mutating func put(_ text: String) {
    output.append(text)
    room &-= text.utf8.count
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    output.append(scalar)
    room &-= 1
  }

  /// `Order` of `myapp.orders.<locals>.Order`.
  private static func shortName(_ type: String) -> String {
    guard let dot = type.utf8.lastIndex(of: UInt8(ascii: ".")) else { return type }
    return String(type[type.utf8.index(after: dot)...])
  }
}
