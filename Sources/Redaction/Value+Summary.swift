import Values

extension Value {
  /// Its type and how much there is of it, without any of it.
  var summarised: Value {
    let text: String
    switch content {
    case .text(let text_, let length): text = "\(max(length, text_.codePointCount)) characters"
    case .bytes(let bytes, let length): text = "\(max(length, bytes.count)) bytes"
    case .sequence(_, let count): text = "\(count) items"
    case .mapping(_, let count): text = "\(count) entries"
    case .object(_, let count): text = "\(count) attributes"
    case .unread, .cut, .cycle, .opaque, .summary: return self
    case .singleton, .bool, .integer, .float, .complex, .literal, .named, .redacted: text = ""
    }
    return Value(type: type, address: address, content: .summary(text))
  }
}

extension Value.Content {
  var isContainer: Bool {
    switch self {
    case .sequence, .mapping, .object: true
    default: false
    }
  }

  /// The text of a key, where it can be a name: words, without the marks of sentences.
  var nameText: String? {
    switch self {
    case .text(let text, _) where Self.isName(text.utf8): text
    case .bytes(let bytes, _) where Self.isName(bytes): String(decoding: bytes, as: UTF8.self)
    default: nil
    }
  }

  private static func isName(_ bytes: some Collection<UInt8>) -> Bool {
    guard !bytes.isEmpty, bytes.count <= 128 else { return false }
    return bytes.allSatisfy { $0.isNameByte || $0 >= 0x80 || $0 == 0x20 || ".[]/".utf8.contains($0) }
  }
}
