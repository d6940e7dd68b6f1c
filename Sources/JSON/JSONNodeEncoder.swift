/// The standard library's way into a `JSONNode`.
struct JSONNodeEncoder: Encoder {
  let node: JSONNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.becomeObject()
    return KeyedEncodingContainer(JSONMembers<Key>(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.becomeArray()
    return JSONItems(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    JSONScalar(node: node, codingPath: codingPath)
  }
}

/// The members of an object.
struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: JSONNode
  let codingPath: [any CodingKey]

  mutating func encodeNil(forKey key: Key) throws { node.member(key.stringValue).put(bare: "null") }

  mutating func encode(_ value: some Encodable, forKey key: Key) throws {
    try node.member(key.stringValue).encode(value, path: codingPath + [key])
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type, forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    encoder(for: key).container(keyedBy: keyType)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder(for: key).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    JSONNodeEncoder(node: node.member("super"), codingPath: codingPath)
  }

  mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

  private func encoder(for key: Key) -> JSONNodeEncoder {
    JSONNodeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
  }
}

/// The items of an array.
struct JSONItems: UnkeyedEncodingContainer {
  let node: JSONNode
  let codingPath: [any CodingKey]
  var count: Int { node.count }

  mutating func encodeNil() throws { node.item().put(bare: "null") }

  mutating func encode(_ value: some Encodable) throws { try node.item().encode(value, path: codingPath) }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy keyType: NestedKey.Type
  ) -> KeyedEncodingContainer<NestedKey> {
    JSONNodeEncoder(node: node.item(), codingPath: codingPath).container(keyedBy: keyType)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONNodeEncoder(node: node.item(), codingPath: codingPath).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { JSONNodeEncoder(node: node.item(), codingPath: codingPath) }
}

/// A value that stands by itself.
struct JSONScalar: SingleValueEncodingContainer {
  let node: JSONNode
  let codingPath: [any CodingKey]

  mutating func encodeNil() throws { node.put(bare: "null") }
  mutating func encode(_ value: Bool) throws { node.put(value) }
  mutating func encode(_ value: String) throws { node.put(value) }
  mutating func encode(_ value: Double) throws { node.put(value) }
  mutating func encode(_ value: Float) throws { node.put(value) }
  mutating func encode(_ value: Int) throws { node.put(value) }
  mutating func encode(_ value: Int8) throws { node.put(value) }
  mutating func encode(_ value: Int16) throws { node.put(value) }
  mutating func encode(_ value: Int32) throws { node.put(value) }
  mutating func encode(_ value: Int64) throws { node.put(value) }
  mutating func encode(_ value: Int128) throws { node.put(value) }
  mutating func encode(_ value: UInt) throws { node.put(value) }
  mutating func encode(_ value: UInt8) throws { node.put(value) }
  mutating func encode(_ value: UInt16) throws { node.put(value) }
  mutating func encode(_ value: UInt32) throws { node.put(value) }
  mutating func encode(_ value: UInt64) throws { node.put(value) }
  mutating func encode(_ value: UInt128) throws { node.put(value) }
  mutating func encode(_ value: some Encodable) throws { try node.encode(value, path: codingPath) }
}
