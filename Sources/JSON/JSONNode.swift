/// A place in a JSON document that is being filled. A class: containers of `Encodable` fill it while others hold it.
final class JSONNode {
  enum Content {
    /// Nothing was encoded here (yet).
    case empty
    /// `null`, `true`, a number: written as it is.
    case bare(String)
    case text(String)
    case array([JSONNode])
    case object([(key: String, value: JSONNode)])
  }

  private(set) var content = Content.empty

  // MARK: - Scalars

  func put(bare text: String) { content = .bare(text) }
  func put(_ text: String) { content = .text(text) }
  func put(_ value: Bool) { content = .bare(value ? "true" : "false") }
  func put(_ value: some BinaryInteger) { content = .bare(String(value)) }

  /// What JSON has no number for is text, as JavaScript writes it.
  func put(_ value: some BinaryFloatingPoint & CustomStringConvertible) {
    if value.isNaN {
      content = .text("NaN")
    } else if value.isInfinite {
      content = .text(value < 0 ? "-Infinity" : "Infinity")
    } else {
      content = .bare(value.description)
    }
  }

  func encode(_ value: some Encodable, path: [any CodingKey]) throws {
    // The common ones without an encoder of their own.
    switch value {
    case let text as String: put(text)
    case let number as Int: put(number)
    case let flag as Bool: put(flag)
    default:
      try value.encode(to: JSONNodeEncoder(node: self, codingPath: path))
      if value is any Unordered, case .object(let members) = content {
        content = .object(members.sorted { $0.key < $1.key })
      }
    }
  }

  // MARK: - Containers

  var count: Int {
    switch content {
    case .array(let items): items.count
    case .object(let members): members.count
    default: 0
    }
  }

  func becomeArray() {
    if case .array = content { return }
    content = .array([])
  }

  func becomeObject() {
    if case .object = content { return }
    content = .object([])
  }

  /// A new last item of the array.
  func item() -> JSONNode {
    let node = JSONNode()
    guard case .array(var items) = content else {
      content = .array([node])
      return node
    }
    content = .empty  // hands the storage over, so that it grows in place
    items.append(node)
    content = .array(items)
    return node
  }

  /// The member of the object with this key, new where there is none.
  func member(_ key: String) -> JSONNode {
    guard case .object(var members) = content else {
      let node = JSONNode()
      content = .object([(key, node)])
      return node
    }
    if let known = members.first(where: { $0.key == key }) { return known.value }
    let node = JSONNode()
    content = .empty
    members.append((key, node))
    content = .object(members)
    return node
  }
}

/// What has another order in every run: its members are written in that of their names, so that equal values are equal texts.
private protocol Unordered {}
extension Dictionary: Unordered {}
