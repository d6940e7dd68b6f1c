import Testing

@testable import Redaction

private func steps(_ text: String, isCut: Bool) -> Int {
  var scanner = TextScanner(Array(text.utf8), isCut: isCut, names: SecretNames(), withholdsEmail: true)
  _ = scanner.scan()
  return scanner.steps
}

/// Work is counted in bytes looked at, not in time: it must grow with the text and no faster.
@Suite struct HostileTextTests {
  private static let parts = [
    "password", "password=", "password=\"", "password='x", "password: ", "password '", "password \"x\" ",
    "password is ",
    "a://b:c/", "a://b:", "://", "a://b@", "@", "a@b.c", "eyJ", "eyJ.", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN X-----", "$2b$", "$2b$aa", "$", "1 ", "4111 ", "4111-", "4111", "123-45-", "DE89 ", "DE89", "\\",
    "\\\"",
    "%22", "%", "\\u0022", "name=\"password\"\r\n", "name=\"password\"\r\n\r\n", "name=\"x\"\r\n\r\n",
    "(\"password\", \"",
    "('password', \"", "\"password\", ", "\"password\", \\\"", "bearer ", "Basic ", "Basic aaaa", "api key ", "AKIA",
    "xoxb-",
    "{", "}", "password={", "password=(", "password=(\"", "password=,", "password=;a b c", "cookie: ", "Cookie: a=b; ",
    "é",
    "a.b.", "password.", "password[", "-", "_", "_a", "--password ", "pbkdf2:", "pbkdf2$", "scrypt:1$a$", ",",
    "<password>",
    "<password", "110201543:A", "aA1", "aA1/", "/", "value=\"password\" value=", "\"password\" value=", "\n", "\0",
    "\u{202e}",
    "PWD=", "?code=", "hooks.slack.com/services/", "https://hooks.slack.com/services/", "<redacted:",
    "password=<redacted:",
    "password=***", "identified by '", "SG.", "sk-", "b'", "b'password': b'",
    "pin (", "cvv [", "card {", "(pin ", "GB82WEST12345698765432-", "GB82WEST12345698765432_",
  ]

  @Test(arguments: parts) func repeatingAnythingIsLinear(part: String) {
    for isCut in [false, true] {
      let short = String(repeating: part, count: 800)
      let long = String(repeating: part, count: 3200)
      let (less, more) = (steps(short, isCut: isCut), steps(long, isCut: isCut))
      #expect(more <= less * 4 + less / 4 + 4096)
      #expect(more <= long.utf8.count * 60)
    }
  }

  @Test(arguments: 0..<60) func mixingAnythingIsLinear(seed: UInt64) {
    var random = SplitMix(state: seed)
    let choice = (0..<4).map { _ in Self.parts[Int.random(in: 0..<Self.parts.count, using: &random)] }
    let text = (0..<3000).map { _ in choice[Int.random(in: 0..<4, using: &random)] }.joined()
    #expect(steps(text, isCut: true) <= text.utf8.count * 60 + 4096)
    let once = choice.joined()
    #expect(steps(String(repeating: once, count: 1000), isCut: false) <= once.utf8.count * 1000 * 60 + 4096)
  }

  /// Brackets that nobody closes reach to the end of the text. Once they are too many, the rest of it is withheld.
  @Test func whatTakesTooLongToJudgeIsWithheld() {
    func finds(_ text: String) -> [TextScanner.Find] {
      var scanner = TextScanner(Array(text.utf8), isCut: false, names: SecretNames())
      return scanner.scan()
    }
    let patient = "pin (the one of ada) pin (the other) " + String(repeating: "and so on ", count: 10)
    #expect(finds(patient) == [])
    let hostile = String(repeating: "pin (", count: 100)
    let found = finds(hostile + " password=hunter2")
    #expect(found.map(\.kind) == [.unscanned])
    #expect(found.map(\.range.upperBound) == [hostile.utf8.count + 17])
  }

  @Test(arguments: 0..<200) func noBytesMakeItTrap(seed: UInt64) {
    var random = SplitMix(state: seed)
    let alphabet = Array("password=:\"'\\%u0022 4111-DE89@/.${}()[]<>,;&?#Bb\r\n\0".utf8) + [0xC3, 0xFF, 0x80]
    for length in 0..<120 {
      let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }
      var scanner = TextScanner(bytes, isCut: length.isMultiple(of: 2), names: SecretNames(), withholdsEmail: true)
      var end = 0
      for find in scanner.scan() {
        #expect(find.range.lowerBound >= end && find.range.upperBound <= bytes.count && !find.range.isEmpty)
        end = find.range.upperBound
      }
    }
  }
}

/// Numbers that are the same in each run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
