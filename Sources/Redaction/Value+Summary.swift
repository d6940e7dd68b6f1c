import Values

extension Value {
  /// Its type and how much there is of it, without any of it.
  var summarised: Value {
    let text: String
    switch content {
    case .text(let text_, let length): text = "\(max(length, text_.unicodeScalars.count)) characters"
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

  /// A text that can be a name.
  var shortText: String? {
    switch self {
    case .text(let text, _) where text.utf8.count <= 128: text
    case .bytes(let bytes, _) where bytes.count <= 128: String(decoding: bytes, as: UTF8.self)
    default: nil
    }
  }
}
