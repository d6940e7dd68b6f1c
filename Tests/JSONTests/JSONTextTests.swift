import Foundation
import JSON
import Testing

@Suite struct JSONTextTests {
  private struct Order: Codable, Equatable {
    var name = "Ada"
    var id = 7
    var total = 1.5
    var note: String?
    var isPaid = true
    var items: [[Int]] = [[1, 2], []]
    var big = UInt64.max
    var labels = ["a": "b"]
  }

  @Test func keysStandInTheOrderOfTheirDeclaration() throws {
    let text = try JSONText().text(of: Order())
    #expect(
      text == #"{"name":"Ada","id":7,"total":1.5,"isPaid":true,"items":[[1,2],[]],"big":18446744073709551615,"#
        + #""labels":{"a":"b"}}"#)
  }

  @Test func membersOfADictionaryStandInTheOrderOfTheirNames() throws {
    let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(UnicodeScalar($0)) }
    let map = Dictionary(uniqueKeysWithValues: letters.shuffled().map { ($0, [$0: 1]) })
    let members = letters.map { "\"\($0)\":{\"\($0)\":1}" }.joined(separator: ",")
    #expect(try JSONText().text(of: map) == "{\(members)}")
    #expect(try JSONText().text(of: [map]) == "[{\(members)}]")
  }

  @Test func prettyTextHasALineForEachMember() throws {
    #expect(try JSONText(isPretty: true).text(of: ["a": [1, 2]]) == "{\n  \"a\": [\n    1,\n    2\n  ]\n}")
    #expect(try JSONText(isPretty: true).text(of: [String]()) == "[]")
  }

  @Test func aDocumentThatWasReadIsWrittenWithinAnother() throws {
    let text = #"{"b":[null,true,-7,0.25,1e+300,"é\"",[],{}],"a":{"c":9223372036854775807}}"#
    let value = try JSONReader().value(of: text.utf8)
    #expect(try JSONText().text(of: value) == text)
    #expect(try JSONText().text(of: ["x": value]) == #"{"x":"# + text + "}")
    #expect(throws: EncodingError.self) { try JSONText().text(of: JSONValue.number("1e999")) }
  }

  @Test(arguments: [false, true]) func whatIsWrittenIsReadBack(isPretty: Bool) throws {
    var order = Order()
    order.name = "\u{0}\u{1b}[31m \"quoted\" \\ \u{7f}\u{9b}2J \u{202e} \u{2028} é 日本 🙂\n\r\t"
    order.note = ""
    let text = try JSONText(isPretty: isPretty).text(of: order)
    #expect(try JSONDecoder().decode(Order.self, from: Data(text.utf8)) == order)
  }

  @Test func nothingThatMovesACursorIsWritten() throws {
    let all = String(String.UnicodeScalarView((0..<0x3000).compactMap(Unicode.Scalar.init)))
    let text = try JSONText().text(of: [all])
    let harmful = text.unicodeScalars.filter {
      $0.properties.generalCategory == .control || $0.properties.generalCategory == .lineSeparator
        || $0.properties.isBidiControl && $0.value != 0x061C
    }
    #expect(harmful.isEmpty)
    #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == [all])
  }

  @Test(arguments: [
    (Double.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""), (-0.0, "-0.0"),
    (1e300, "1e+300"),
    (.leastNonzeroMagnitude, "5e-324"),
  ]) func everyDoubleHasAText(value: Double, text: String) throws {
    #expect(try JSONText().text(of: [value]) == "[\(text)]")
  }

  @Test func textsAndNumbersMayStandAlone() throws {
    #expect(try JSONText().text(of: "a") == "\"a\"")
    #expect(try JSONText().text(of: 3) == "3")
    #expect(try JSONText().text(of: Int?.none) == "null")
  }
}
