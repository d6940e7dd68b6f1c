/// Turns a filled document into text.
struct JSONWriter {
  let isPretty: Bool
  private(set) var output = ""

  init(isPretty: Bool) {
    self.isPretty = isPretty
  }

  mutating func write(_ node: JSONNode, depth: Int) {
    switch node.content {
    // An `Encodable` that encodes nothing is an empty object, as in Foundation.
    case .empty: output += "{}"
    case .bare(let text): output += text
    case .text(let text): write(text)
    case .array(let items):
      guard !items.isEmpty else {
        output += "[]"
        return
      }
      output += "["
      for (index, item) in items.enumerated() {
        separate(index, depth: depth + 1)
        write(item, depth: depth + 1)
      }
      newLine(depth: depth)
      output += "]"
    case .object(let members):
      guard !members.isEmpty else {
        output += "{}"
        return
      }
      output += "{"
      for (index, member) in members.enumerated() {
        separate(index, depth: depth + 1)
        write(member.key)
        output += isPretty ? ": " : ":"
        write(member.value, depth: depth + 1)
      }
      newLine(depth: depth)
      output += "}"
    }
  }

  private mutating func separate(_ index: Int, depth: Int) {
    if index > 0 { output += "," }
    newLine(depth: depth)
  }

  private mutating func newLine(depth: Int) {
    guard isPretty else { return }
    output += "\n"
    for _ in 0..<depth { output += "  " }
  }

  // MARK: - Texts

  private mutating func write(_ text: String) {
    output += "\""
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
      output += text
    } else {
      for scalar in text.unicodeScalars { write(scalar) }
    }
    output += "\""
  }

  private mutating func write(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": output += "\\\""
    case "\\": output += "\\\\"
    case "\n": output += "\\n"
    case "\r": output += "\\r"
    case "\t": output += "\\t"
    case _ where Self.isHarmful(scalar):
      let digits = String(scalar.value, radix: 16)
      output += "\\u"
      for _ in digits.utf8.count..<4 { output += "0" }
      output += digits
    default: output.unicodeScalars.append(scalar)
    }
  }

  /// Control characters, also those of C1, line separators, and what changes the direction of writing: JSON allows most
  /// of them as they are, but it is read in terminals too.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
