/// What sort of secret was withheld. Its raw value is the label people see: `<redacted:card #3>`.
public enum SecretKind: String, CaseIterable, Codable, Sendable {
  case password, secret, token, key, credential, authorization, cookie, session, signature, salt, dsn, jwt
  case privateKey = "private-key"
  /// A password hash: crypt, PBKDF2, argon2.
  case hash
  /// A one-time or recovery code.
  case otp
  case pin, card, cvv, iban
  /// A bank account, routing or tax number.
  case account
  case ssn
  /// A passport, driving licence or national identity number.
  case identity
  case email
  /// A long string without order in it, as keys are.
  case random
  /// A name, or a type that the policy lists.
  case policy
  /// Withheld for the right `none`.
  case value
  /// Not looked into, because it lay deeper or was longer than the bound, or the text was made to be looked at for long.
  case unscanned

  /// Numbers under a name of this kind are secrets as well: a PIN is, a `signature` of type int is a Unix signal.
  var coversNumbers: Bool {
    switch self {
    case .password, .secret, .token, .key, .otp, .pin, .card, .cvv, .iban, .account, .ssn, .identity, .policy,
      .privateKey:
      true
    default: false
    }
  }
}
