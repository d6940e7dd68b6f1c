import Testing
import Values

@testable import Redaction

private func str(_ text: String) -> Value {
  Value(type: "str", content: .text(text, length: text.unicodeScalars.count))
}

private func shown(_ value: Value, name: String? = nil) -> String {
  var redactor = Redactor()
  return ValueText().text(of: redactor.redact(value, name: name))
}

private func shown(_ text: String) -> String {
  var redactor = Redactor()
  return redactor.redact(text: text)
}

@Suite struct RedactorTests {
  /// Strings are equal to Swift where Unicode says so, and then have other bytes: the Kelvin sign is a K to it.
  @Test func whatEqualsAHarmlessNameOrTextIsJudgedByItsOwnBytes() {
    var redactor = Redactor()
    for text in ["A\u{212A}IAIOSFODNN7EXAMPL3", "AKIAIOSFODNN7EXAMPL3"] {
      let shown = redactor.redact(str(text))
      if text.utf8.count == 20 { #expect(shown != str(text)) }
    }
    for name in ["TO\u{212A}EN", "TOKEN"] {
      let shown = redactor.redact(str("abc"), name: name)
      if name.utf8.count == 5 { #expect(shown != str("abc")) }
    }
  }

  @Test func aTextSeenBeforeIsShownAgain() {
    var redactor = Redactor()
    for _ in 0..<3 { #expect(redactor.redact(str("frame 3 of 6")) == str("frame 3 of 6")) }
    #expect(redactor.withheld.isEmpty)
  }

  @Test(arguments: [
    "db_password", "user_pwd", "api_token", "card", "card_number", "creditcard", "social_security", "ssn", "iban",
    "aws_secret_access_key", "dsn", "private_key_pem", "dbPassword", "DATABASE_PASSWORD", "X-Api-Key",
    "HTTP_AUTHORIZATION",
    "HTTP_COOKIE", "csrfmiddlewaretoken", "PHPSESSID", "userpwd", "accessToken", "smtp_pass", "user.pin", "cvv2",
  ])
  func whatOthersMissIsWithheld(name: String) {
    #expect(shown(str("hunter-x"), name: name).hasPrefix("<redacted:"))
  }

  /// Sentry's list holds for the names of a frame alone, Lightrun's and Rookout's patterns not for keys.
  @Test func whatIsNestedAndWhatIsAKeyIsWithheld() {
    func dict(_ key: String, _ value: Value) -> Value {
      Value(type: "dict", content: .mapping([.init(key: str(key), value: value)], count: 1))
    }
    let databases = dict("databases", dict("default", dict("password", str("hunter2"))))
    #expect(shown(databases, name: "settings").contains("<redacted:password #1>"))
    #expect(shown(dict("4111111111111111", str("ada")), name: "owners") == "{<redacted:card #1>: 'ada'}")
  }

  /// Datadog shows `email`. Here it is the policy's to say: an address is often what is looked for.
  @Test func addressesAreWithheldWhereThePolicySaysSo() {
    var redactor = Redactor(policy: RedactionPolicy(withholdsEmail: true))
    #expect(redactor.redact(text: "email = 'ada@example.com'") == "email = '<redacted:email #1>'")
    #expect(shown("email = 'ada@example.com'") == "email = 'ada@example.com'")
  }

  @Test(arguments: [
    "token_count", "passenger", "compass", "keyboard", "author", "secretary", "pin_memory", "first_pass", "card_type",
    "password_changed_at", "public_key", "key", "name", "dashboard", "cookie_domain", "session", "SECRET_NAME",
    "spinner",
  ])
  func harmlessNamesAreShown(name: String) {
    #expect(shown(str("hunter-x"), name: name) == "'hunter-x'")
  }

  @Test(arguments: [
    ("postgres://app:hunter2@db/shop", "postgres://app:<redacted:password #1>@db/shop"),
    ("postgres://app:hun/ter2@db/shop", "postgres://app:<redacted:password #1>@db/shop"),
    ("GET /x?token=abc123&page=2", "GET /x?token=<redacted:token #1>&page=2"),
    ("Authorization: Basic dXNlcjpwYXNz\r\nHost: a", "Authorization: <redacted:authorization #1>\r\nHost: a"),
    ("tried Bearer abc123def456 on host", "tried Bearer <redacted:authorization #1> on host"),
    (#"{"password": "a\"b", "user": "u"}"#, #"{"password": "<redacted:password #1>", "user": "u"}"#),
    ("mysql --password hunter2 --host x", "mysql --password <redacted:password #1> --host x"),
    ("host=x;Password=a;b,c;User Id=u", "host=x;Password=<redacted:password #1>;User Id=u"),
    ("card 4111 1111 1111 1111 declined", "card <redacted:card #1> declined"),
    ("paid 4111-1111-1111-1111, 4111111111111111", "paid <redacted:card #1>, <redacted:card #1>"),
    ("to GB82 WEST 1234 5698 7654 32 now", "to <redacted:iban #1> now"),
    ("invalid password 'hunter2' for bob", "invalid password '<redacted:password #1>' for bob"),
    ("nothing to hide: page=2, author=Ada", "nothing to hide: page=2, author=Ada"),
    ("ssn 078-05-1120", "ssn <redacted:ssn #1>"),
  ])
  func secretsInTextAreReplaced(text: String, expected: String) {
    #expect(shown(text) == expected)
  }

  @Test(arguments: [
    ("API_TOKENS.customer-4711", "API_TOKENS.<redacted:token #1>"),
    ("API_TOKENS.customer-4711.scope", "API_TOKENS.<redacted:token #1>.scope"),
    ("DATABASES.default.PASSWORD", "DATABASES.default.PASSWORD"),
    ("CACHES.redis1.LOCATION", "CACHES.redis1.LOCATION"),
    ("SECRET_KEY_FALLBACKS.0", "SECRET_KEY_FALLBACKS.0"),
  ])
  func partsOfADottedNameAreWithheldBelowASecretsName(name: String, expected: String) {
    var redactor = Redactor()
    #expect(redactor.redact(dottedName: name) == expected)
    var raw = Redactor(right: .raw)
    #expect(raw.redact(dottedName: name) == name)
  }
}
