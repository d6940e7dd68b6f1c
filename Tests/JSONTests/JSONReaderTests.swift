import Foundation
import JSON
import Testing

@Suite struct JSONReaderTests {
  private func value(_ text: String) throws -> JSONValue { try JSONReader().value(of: text.utf8) }

  private func problem(_ bytes: [UInt8], _ reader: JSONReader = JSONReader()) -> String? {
    do throws(JSONSyntaxError) {
      _ = try reader.value(of: bytes)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func everyKindOfValueIsRead() throws {
    #expect(
      try value(" {\"a\": [1, -0.5e+3, true, false, null], \"b\":\"c\", \"\": {}}\r\n\t")
        == .object([
          .init(key: "a", value: .array([.number("1"), .number("-0.5e+3"), .bool(true), .bool(false), .null])),
          .init(key: "b", value: .string("c")), .init(key: "", value: .object([])),
        ]))
    #expect(try value("[]") == .array([]))
    #expect(try value("{\"a\":{\"b\":1}}")["a"]?["b"] == .number("1"))
  }

  @Test func escapesAndSurrogatePairsAreRead() throws {
    #expect(try value(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude42 🙂""#).text == "\"\\/\u{8}\u{c}\n\r\té🙂 🙂")
  }

  @Test(arguments: [
    ("", "the text ends where a value is missing at byte 0"), ("[1,]", "no value begins so at byte 3"),
    ("[1 2]", "no comma and no end of the array at byte 3"), ("{\"a\" 1}", "no colon after the key at byte 5"),
    ("{a:1}", "no key at byte 1"), ("{\"a\":1,\"a\":2}", "a key that is there twice at byte 7"),
    ("01", "a number that begins with 0 at byte 1"), ("-", "no digit at byte 1"), ("1.", "no digit at byte 2"),
    ("1e", "no digit at byte 2"), (".5", "no value begins so at byte 0"), ("+1", "no value begins so at byte 0"),
    ("nul", "no value begins so at byte 0"), ("NaN", "no value begins so at byte 0"),
    ("1 1", "more than one value at byte 2"), ("\"a", "the text ends within a string at byte 2"),
    ("\"a\u{1}\"", "a control character within a string at byte 2"), (#""\x""#, "no escape is written so at byte 1"),
    (#""\ud800""#, "half of a surrogate pair at byte 1"), (#""\udc00\ud800""#, "half of a surrogate pair at byte 1"),
    (#""\ud800\u0041""#, "half of a surrogate pair at byte 1"), (#""\u00g0""#, "no hexadecimal digit at byte 5"),
    ("\u{FEFF}1", "no value begins so at byte 0"), ("[1]//", "more than one value at byte 3"),
  ])
  func whatIsNoJSONIsRefusedWithItsPlace(text: String, words: String) { #expect(problem(Array(text.utf8)) == words) }

  @Test func textThatIsNotUTF8IsRefused() {
    #expect(problem([0x22, 0x61, 0xC3, 0x28, 0x22]) == "text that is not UTF-8 at byte 2")
    #expect(problem([0x22, 0xED, 0xA0, 0x80, 0x22]) == "text that is not UTF-8 at byte 1")
    #expect(problem([0x22, 0xC0, 0x80, 0x22]) == "text that is not UTF-8 at byte 1")
  }

  @Test func aKeyThatIsThereTwiceIsFoundAmongMany() {
    let members = (0..<100).map { "\"k\($0)\":0" }
    #expect(problem(Array("{\(members.joined(separator: ","))}".utf8)) == nil)
    #expect(problem(Array("{\(members.joined(separator: ",")),\"k99\":1}".utf8))?.hasPrefix("a key") == true)
  }

  @Test func depthSizeAndNumberOfValuesAreBounded() {
    var reader = JSONReader()
    reader.depthLimit = 3
    #expect(problem(Array("[[[1]]]".utf8), reader) == nil)
    #expect(problem(Array("[[[[1]]]]".utf8), reader) == "containers more than 3 deep at byte 3")
    reader.valueLimit = 4
    #expect(problem(Array("[1,2,3,4]".utf8), reader) == "more than 4 values at byte 7")
    reader.sizeLimit = 2
    #expect(problem(Array("[1]".utf8), reader) == "a document of more than 2 bytes at byte 2")
    #expect(problem([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))?.hasPrefix("containers more") == true)
  }

  // MARK: - Types

  @Test func numbersKeepTheirValueOrAreRefused() throws {
    let reader = JSONReader()
    #expect(try reader.decode(UInt64.self, from: "18446744073709551615".utf8) == .max)
    #expect(try reader.decode(Int64.self, from: "-9223372036854775808".utf8) == .min)
    #expect(try reader.decode(Int.self, from: "2e3".utf8) == 2000)
    #expect(try reader.decode(Int.self, from: "-0".utf8) == 0)
    #expect(try reader.decode(Double.self, from: "1e-400".utf8) == 0)
    for text in ["1.5", "18446744073709551616", "-1", "1e30", "\"1\"", "true"] {
      #expect(throws: DecodingError.self) { try reader.decode(UInt64.self, from: text.utf8) }
    }
    #expect(throws: DecodingError.self) { try reader.decode(UInt8.self, from: "256".utf8) }
    #expect(throws: DecodingError.self) { try reader.decode(Double.self, from: "1e400".utf8) }
    #expect(throws: DecodingError.self) { try reader.decode(Bool.self, from: "1".utf8) }
  }

  private struct Order: Codable, Equatable {
    enum State: String, Codable { case open, paid }
    struct Item: Codable, Equatable {
      var name: String
      var price: Double
    }
    var id: UInt64
    var state: State
    var items: [Item]
    var note: String?
    var labels: [String: Int]
    var matrix: [[Int8]]
    var flags: [Bool?]
  }

  @Test func aStructureIsReadWithItsParts() throws {
    let order = try JSONReader().decode(
      Order.self,
      from:
        #"{"id":7,"state":"paid","items":[{"name":"tea","price":2}],"labels":{"a":1},"matrix":[[1,-1],[]],"flags":[true,null],"#
        .utf8.map(\.self) + #""unknown":[{}]}"#.utf8)
    #expect(
      order
        == Order(
          id: 7, state: .paid, items: [.init(name: "tea", price: 2)], labels: ["a": 1], matrix: [[1, -1], []],
          flags: [true, nil]))
  }

  @Test func whatDoesNotFitIsSaidWithItsPath() {
    do {
      _ = try JSONReader().decode(
        Order.self, from: #"{"id":7,"state":"paid","items":[{"name":"tea","price":"2"}]}"#.utf8)
      Issue.record("it fits")
    } catch DecodingError.typeMismatch(_, let context) {
      #expect(context.codingPath.map(\.stringValue) == ["items", "[0]", "price"])
      #expect(context.debugDescription == "a string in place of a number")
    } catch {
      Issue.record(error)
    }
    #expect(throws: DecodingError.self) { try JSONReader().decode(Order.self, from: "{}".utf8) }
    #expect(throws: DecodingError.self) { try JSONReader().decode([Int].self, from: "{}".utf8) }
  }

  // MARK: - Against the writer, and against another reader

  /// Any value, written by `JSONText`.
  private struct Written: Encodable {
    let value: JSONValue

    func encode(to encoder: any Encoder) throws {
      switch value {
      case .null:
        var place = encoder.singleValueContainer()
        try place.encodeNil()
      case .bool(let flag): try flag.encode(to: encoder)
      case .number(let text):
        if let whole = Int(text) { try whole.encode(to: encoder) } else { try Double(text)?.encode(to: encoder) }
      case .string(let text): try text.encode(to: encoder)
      case .array(let items): try items.map { Written(value: $0) }.encode(to: encoder)
      case .object(let members):
        var place = encoder.container(keyedBy: Key.self)
        for member in members { try place.encode(Written(value: member.value), forKey: Key(stringValue: member.key)) }
      }
    }

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
  }

  private struct Source: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  private func text(_ random: inout Source) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let limit: UInt32 = [0x80, 0x3000, 0x10FFFF].randomElement(using: &random) ?? 0x80
      text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0...limit, using: &random)) ?? "x")
    }
    return text
  }

  private func value(_ random: inout Source, depth: Int) -> JSONValue {
    switch Int.random(in: 0...(depth < 5 ? 7 : 4), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .number(String(Int.random(in: .min ... .max, using: &random)))
    case 3:
      let number = Double(bitPattern: random.next())
      return .number(number.isFinite ? number.description : "0.5")
    case 4: return .string(text(&random))
    case 5: return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in value(&random, depth: depth + 1) })
    default:
      var members: [JSONValue.Member] = []
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        let key = text(&random)
        if members.contains(where: { $0.key == key }) { continue }
        members.append(.init(key: key, value: value(&random, depth: depth + 1)))
      }
      return .object(members)
    }
  }

  @Test(arguments: [false, true]) func whateverIsWrittenIsReadBack(isPretty: Bool) throws {
    var random = Source(state: 0x1234_5678_9ABC_DEF1)
    for _ in 0..<2000 {
      let value = value(&random, depth: 0)
      let text = try JSONText(isPretty: isPretty).text(of: Written(value: value))
      #expect(try JSONReader().value(of: text.utf8) == value)
    }
  }

  /// Texts that were damaged: never a trap, and what is taken is taken by Foundation too.
  @Test func damagedTextsAreReadOrRefused() throws {
    var random = Source(state: 0xFEDC_BA98_7654_3211)
    var taken = 0
    for _ in 0..<4000 {
      var bytes = Array(try JSONText().text(of: Written(value: value(&random, depth: 0))).utf8)
      for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: [bytes[place], 0x22], at: place)
        }
      }
      guard problem(bytes) == nil else { continue }
      taken += 1
      do {
        _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      } catch {
        // It reads no number that its own types cannot hold.
        #expect("\(error)".contains("is not representable"), "\(error)")
      }
    }
    #expect(taken > 1000)
  }
}
