import Foundation
import Testing

@testable import Values

private func json(_ value: Value) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

private func decoded(_ json: String) throws -> Value { try JSONDecoder().decode(Value.self, from: Data(json.utf8)) }

/// A random tree: every kind of content, hostile texts, counts that differ from what was taken.
private func randomValue(using random: inout some RandomNumberGenerator, depth: Int) -> Value {
  func word() -> String {
    let scalars: [Unicode.Scalar] = [
      "a", "B", "7", "_", "\0", "\u{1b}", "\"", "\\", "é", "\u{202e}", "字", "\u{1f600}", "/",
    ]
    return String(
      String.UnicodeScalarView(
        (0..<Int.random(in: 0..<8, using: &random)).map { _ in
          scalars[Int.random(in: 0..<scalars.count, using: &random)]
        }))
  }
  func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
  func child() -> Value { randomValue(using: &random, depth: depth - 1) }
  let content: Value.Content =
    switch below(depth > 0 ? 19 : 16) {
    case 0: .singleton(word())
    case 1: .bool(below(2) == 0)
    case 2: .integer(["0", "-5", "9007199254740993", "-123456789012345678901234567890", "0x1f"][below(5)])
    case 3: .float([0, -0.5, 1e300, .infinity, -.infinity, 3][below(6)])
    case 4: .complex(real: [0, 1.5, .infinity][below(3)], imaginary: -2)
    case 5: .text(word(), length: below(1000))
    case 6: .bytes((0..<below(9)).map { _ in UInt8(below(256)) }, length: below(1000))
    case 7: .bytes(Array(word().utf8), length: below(1000))
    case 8: .literal(word())
    case 9: .named(word())
    case 10: .opaque
    case 11: .cut
    case 12: .cycle
    case 13: .unread(word())
    case 14: .redacted(label: word(), number: below(2) == 0 ? nil : below(99))
    case 15: .summary(word())
    case 16: .sequence((0..<below(4)).map { _ in child() }, count: below(99))
    case 17: .mapping((0..<below(4)).map { _ in .init(key: child(), value: child()) }, count: below(99))
    default: .object((0..<below(4)).map { _ in .init(name: word(), value: child()) }, count: below(99))
    }
  let types = ["", "int", "str", "bool", "float", "complex", "list", "myapp.Order", word()]
  return Value(
    type: types[below(types.count)], address: below(2) == 0 ? 0 : .random(in: 0 ... .max, using: &random),
    content: content)
}

@Suite struct ValueJSONTests {
  @Test func shapesAreTheDocumentedOnes() throws {
    func expect(_ type: String, _ content: Value.Content, _ text: String) throws {
      #expect(try json(Value(type: type, content: content)) == text)
    }
    let one = Value(type: "int", content: .integer("1"))
    try expect("NoneType", .singleton("None"), #"{"singleton":"None","type":"NoneType"}"#)
    try expect("bool", .bool(true), #"{"type":"bool","value":true}"#)
    try expect("int", .integer("7"), #"{"type":"int","value":7}"#)
    try expect("int", .integer("36893488147419103232"), #"{"type":"int","value":"36893488147419103232"}"#)
    try expect("myapp.Money", .integer("5"), #"{"base":"int","type":"myapp.Money","value":5}"#)
    try expect("float", .float(.nan), #"{"type":"float","value":"nan"}"#)
    try expect("complex", .complex(real: 1, imaginary: -2.5), #"{"type":"complex","value":"1.0 -2.5"}"#)
    try expect("str", .text("Ada", length: 12), #"{"length":12,"type":"str","value":"Ada"}"#)
    try expect("bytes", .bytes(Array("abc".utf8), length: 3), #"{"length":3,"type":"bytes","utf8":"abc"}"#)
    try expect("bytes", .bytes([0xff, 0x00], length: 2), #"{"base64":"/wA=","length":2,"type":"bytes"}"#)
    try expect("list", .sequence([one], count: 3), #"{"count":3,"items":[{"type":"int","value":1}],"type":"list"}"#)
    try expect(
      "dict", .mapping([.init(key: one, value: one)], count: 2),
      #"{"count":2,"entries":[{"key":{"type":"int","value":1},"value":{"type":"int","value":1}}],"type":"dict"}"#)
    try expect(
      "shop.Order", .object([.init(name: "id", value: one)], count: 1),
      #"{"attributes":[{"name":"id","value":{"type":"int","value":1}}],"count":1,"type":"shop.Order"}"#)
    try expect("decimal.Decimal", .literal("1.50"), #"{"literal":"1.50","type":"decimal.Decimal"}"#)
    try expect("function", .named("f"), #"{"name":"f","type":"function"}"#)
    try expect("shop.Order", .opaque, #"{"opaque":true,"type":"shop.Order"}"#)
    try expect("str", .unread("not mapped"), #"{"type":"str","unread":"not mapped"}"#)
    try expect("str", .redacted(label: "card", number: 3), #"{"number":3,"redacted":"card","type":"str"}"#)
    try expect("list", .summary("12 items"), #"{"summary":"12 items","type":"list"}"#)
    #expect(
      try json(Value(type: "T", address: 0x7f10, content: .cut)) == #"{"address":"0x7f10","cut":true,"type":"T"}"#)
  }

  @Test(arguments: 0..<400) func everyValueComesBackFromItsJSON(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let value = randomValue(using: &random, depth: 4)
    #expect(try decoded(json(value)) == value)
  }

  @Test(arguments: [
    #"{"type":"int","value":{}}"#, #"{"type":"list","value":1}"#, #"{"type":"bytes","base64":"a","length":1}"#,
    #"{"type":"T","address":"7f"}"#, #"{"type":"complex","value":"1"}"#, #"{"type":"list","items":[]}"#,
    #"{"type":"bytes","base64":"====","length":1}"#, #"{"type":"str","value":"x"}"#,
  ])
  func wrongJSONIsRefused(json: String) {
    #expect(throws: DecodingError.self) { try decoded(json) }
  }
}

/// Numbers that are the same in each run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
