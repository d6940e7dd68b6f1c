/// Reads JSON (RFC 8259): strictly, and within bounds, for what others wrote.
///
/// Refused beside what the grammar refuses: text that is not UTF-8, half of a surrogate pair, a key that is there twice,
/// a byte order mark.
public struct JSONReader: Sendable {
  /// How deep containers may lie in each other.
  public var depthLimit = 200
  /// Bytes of a document at most.
  public var sizeLimit = 512 << 20
  /// Values of a document at most, containers included: each takes more room in memory than in the text.
  public var valueLimit = 20_000_000

  public init() {}

  /// The document; white space may stand around it, nothing else.
  public func value(of bytes: some Sequence<UInt8>) throws(JSONSyntaxError) -> JSONValue {
    let all = Array(bytes)
    guard all.count <= sizeLimit else {
      throw JSONSyntaxError(problem: "a document of more than \(sizeLimit) bytes", position: sizeLimit)
    }
    var parser = JSONParser(bytes: all, depthLimit: depthLimit, valueLimit: valueLimit)
    return try parser.document()
  }

  /// - Throws: `JSONSyntaxError` for what is no JSON, `DecodingError` for what is none of the type.
  public func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
    try decode(type, from: try value(of: bytes))
  }

  /// - Throws: `DecodingError`.
  public func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws -> Value {
    try JSONValueDecoder(value: value, codingPath: []).decode(type)
  }
}
