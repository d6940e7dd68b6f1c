import Foundation
import Testing
import Values

@testable import Redaction

/// Secrets put anywhere into random values are nowhere in what comes out, neither in its text nor in its JSON.
@Suite struct RandomStructureTests {
  /// A secret that is known by its shape wherever it stands.
  private static let shapes: [String] = Corpus.samples
    .filter { sample in
      let kinds = ["card", "iban", "jwt", "key", "token", "private-key", "hash", "random"]
      return kinds.contains(sample.kind) && sample.secrets.contains { $0.utf8.count >= 13 }
    }
    .flatMap(\.secrets)
    .filter { secret in
      var redactor = Redactor()
      return redactor.redact(text: secret).hasPrefix("<redacted:")
    }

  @Test func thereAreManyShapes() { #expect(Self.shapes.count == 145) }

  @Test(arguments: 0..<300) func secretsByShapeNeverComeOut(seed: UInt64) throws {
    var builder = RandomValue(seed: seed, secrets: Self.shapes, names: Corpus.harmlessNames)
    let value = builder.value(depth: 5)
    try expectNothing(of: builder.used, in: value)
  }

  @Test(arguments: 0..<300) func secretsByNameNeverComeOut(seed: UInt64) throws {
    var builder = RandomValue(seed: seed, secrets: [], names: Corpus.harmlessNames)
    builder.secretNames = Corpus.secretNames.map(\.name)
    let value = builder.value(depth: 5)
    try expectNothing(of: builder.used, in: value)
  }

  private func expectNothing(of secrets: [String], in value: Value) throws {
    var redactor = Redactor()
    let shown = redactor.redact(value, name: "x")
    let text = ValueText(room: .max, textRoom: .max, itemRoom: .max, depth: .max).text(of: shown)
    let json = String(decoding: try JSONEncoder().encode(shown), as: UTF8.self)
    for secret in secrets {
      #expect(!text.contains(secret))
      #expect(!json.contains(secret))
    }
    // Redacting changes no shape: a second time there is nothing left to do.
    let isSame = redactor.redact(shown, name: "x") == shown
    #expect(isSame)
  }
}

/// A maker of random values that hides secrets in them.
struct RandomValue {
  private var random: SplitMix
  private let secrets: [String]
  private let names: [String]
  var secretNames: [String] = []
  /// The secrets that were hidden.
  var used: [String] = []

  init(seed: UInt64, secrets: [String], names: [String]) {
    random = SplitMix(state: seed)
    self.secrets = secrets
    self.names = names
  }

  mutating func value(depth: Int) -> Value {
    guard depth > 0 else { return leaf() }
    switch below(6) {
    case 0: return Value(type: "list", content: .sequence(items(depth), count: 9))
    case 1: return Value(type: "tuple", content: .sequence(items(depth), count: 3))
    case 2, 3:
      let entries = (0..<below(4)).map { _ in entry(depth) }
      return Value(type: "dict", content: .mapping(entries, count: 4))
    case 4:
      let fields = (0..<below(4)).map { _ in
        let (name, value) = named(depth)
        return Value.Field(name: name, value: value)
      }
      return Value(type: "shop.Order", address: 1, content: .object(fields, count: 4))
    default: return leaf()
    }
  }

  private mutating func items(_ depth: Int) -> [Value] { (0..<below(5)).map { _ in value(depth: depth - 1) } }

  private mutating func entry(_ depth: Int) -> Value.Entry {
    let (name, value) = named(depth)
    let isBytes = below(4) == 0
    return Value.Entry(key: isBytes ? Self.bytes(name) : Self.text(name), value: value)
  }

  /// A harmless name with any value, or a secret one with a value that must not come out.
  private mutating func named(_ depth: Int) -> (String, Value) {
    guard !secretNames.isEmpty, below(2) == 0 else {
      if !secrets.isEmpty, below(3) == 0 { return (secret(), value(depth: depth - 1)) }
      return (names[below(names.count)], value(depth: depth - 1))
    }
    return (secretNames[below(secretNames.count)], hidden(depth))
  }

  private mutating func hidden(_ depth: Int) -> Value {
    let word = "zq" + String(random.next(), radix: 36)
    used.append(word)
    switch below(depth > 0 ? 7 : 4) {
    case 0: return Self.bytes(word)
    case 1: return Value(type: "uuid.UUID", content: .literal(word))
    case 4:
      return Value(type: "list", content: .sequence([Self.text("a"), hidden(depth - 1), Self.text(word)], count: 3))
    case 5:
      return Value(type: "dict", content: .mapping([.init(key: Self.text("user"), value: Self.text(word))], count: 1))
    case 6: return Value(type: "shop.Token", content: .object([.init(name: "value", value: Self.text(word))], count: 1))
    default: return Self.text(word)
    }
  }

  private mutating func secret() -> String {
    let secret = secrets[below(secrets.count)]
    used.append(secret)
    return secret
  }

  private mutating func leaf() -> Value {
    guard !secrets.isEmpty else { return Value(type: "int", content: .integer("7")) }
    switch below(6) {
    case 0: return Self.text(secret())
    case 1: return Self.bytes("before " + secret() + " after")
    case 2: return Self.text("tried \(secret()), then \(secret()) again")
    case 3: return Self.text("{\"value\": \"\(secret())\"}")
    case 4: return Value(type: "pathlib.PosixPath", content: .literal("/srv/" + secret() + "/x"))
    default: return Value(type: "bool", content: .bool(true))
    }
  }

  private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

  static func text(_ text: String) -> Value {
    Value(type: "str", content: .text(text, length: text.unicodeScalars.count))
  }

  static func bytes(_ text: String) -> Value {
    Value(type: "bytes", content: .bytes(Array(text.utf8), length: text.utf8.count))
  }
}
