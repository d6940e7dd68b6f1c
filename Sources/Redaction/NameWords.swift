/// The words that make a name a secret's name, and those that take it back.
///
/// One object, which who judges a name gets once: a table that is static is asked for with a call each time.
final class NameWords: Sendable {
  static let all = NameWords()

  let id = NameWord("id")
  let name = NameWord("name")
  private let pass = NameWord("pass")

  /// Words that are enough wherever they stand. Their plurals count as well.
  let secret: WordTable<SecretKind> = table([
    .password: """
    password passwd pwd passphrase passcode passkey passwort kennwort contrasena contraseña senha wachtwoord haslo hasło
    motdepasse lozinka losenord
    """,
    .secret: "secret mnemonic pepper",
    .token: "token csrf xsrf",
    .key: "apikey privkey psk",
    .credential: "credential cred creds",
    .authorization: "authorization authorisation bearer",
    .cookie: "cookie",
    .session: "sessionid sessid",
    .signature: "signature hmac",
    .dsn: "dsn connstr",
    .jwt: "jwt jws jwe saml",
    .otp: "otp totp hotp",
    .card: "card creditcard debitcard ccnum cardnumber cardno",
    .cvv: "cvv cvc cvn csc",
    .iban: "iban",
    .ssn: "ssn",
    .identity: "passport aadhaar",
  ])

  /// Words that are enough as the last one: `db_pass` but not `pass_through`, `user_pin` but not `pin_memory`.
  let secretAtEnd: WordTable<SecretKind> = table([
    .password: "pass pw",
    .pin: "pin",
    .authorization: "auth",
    .session: "sid sess",
    .signature: "sig",
    .salt: "salt",
    .card: "pan",
    .identity: "sin nin nino",
  ])

  /// Two words that are enough together, by their second one.
  let pairs: WordTable<WordTable<SecretKind>> = [
    NameWord("key"): table([
      .key: """
      api access secret signing sign signature encryption encrypt decryption crypto cipher master session aes des hmac auth
      authorization app application consumer client service account storage shared subscription license licence activation
      recovery webhook deploy vapid fernet stripe sendgrid mailgun twilio openai anthropic aws gcp google azure live merchant
      gateway root admin integration ingest wpa wifi rsa dsa ecdsa ssh pgp gpg jwt jwk tls ssl backup sdk developer dev
      """,
      .privateKey: "private priv",
    ]),
    NameWord("id"): table([.session: "session sess", .account: "tax vat", .identity: "national citizen government"]),
    NameWord("number"): table([
      .card: "card cc credit debit pan", .account: "account acct routing bank tax bsb", .ssn: "social insurance",
      .identity: "passport licence license national identity", .pin: "pin",
    ]),
    NameWord("num"): table([.card: "card cc", .account: "account acct routing"]),
    NameWord("no"): table([.card: "card cc", .account: "account acct routing", .identity: "passport"]),
    NameWord("code"): table([
      .otp: "access auth authorization verification verify recovery backup reset confirmation mfa login tfa sms time",
      .cvv: "security card", .pin: "pin", .account: "sort",
    ]),
    NameWord("security"): table([.ssn: "social"]),
    NameWord("card"): table([.card: "credit debit"]),
    NameWord("string"): table([.dsn: "connection conn", .authorization: "auth"]),
    NameWord("str"): table([.dsn: "connection conn"]),
    NameWord("answer"): table([.secret: "security secret"]),
    NameWord("phrase"): table([.password: "pass", .secret: "seed recovery"]),
    NameWord("word"): table([.password: "pass"]),
    NameWord("header"): table([.authorization: "auth"]),
    NameWord("data"): table([.authorization: "auth", .session: "session"]),
    NameWord("hash"): table([.session: "session auth", .password: "pass pin"]),
    NameWord("assertion"): table([.token: "client saml"]),
    NameWord("verifier"): table([.token: "code oauth"]),
    NameWord("passe"): table([.password: "de"]),
  ]

  /// Words that take it back when a name ends with them: `token_count`, `password_changed_at`, `cookie_domain`.
  let harmless: WordTable<Void> = words(
    """
    count counts counter length len size type types kind url urls uri endpoint path paths file filename dir directory field
    fields form forms class cls model models backend backends provider providers view views serializer middleware handler
    handlers manager factory validator validators validation hasher hashers algorithm algorithms alg policy policies expires
    expiry expire expiration expired ttl age lifetime timeout at on date time timestamp created updated modified changed
    enabled disabled required optional valid verified invalid missing exists available supported present prefix suffix format
    version index idx position pos max min limit limits usage used remaining status state error errors label title
    placeholder help domain samesite secure httponly re regex pattern strength score rounds iterations attempts retries
    retry history template templates html css style icon image img color colour brand network issuer country currency last
    four parser lexer bucket buckets interval rotation in ok method methods scheme schemes location
    realm audience scope scopes level reason action event exp month year
    """)

  /// Words beside `token` that make it an amount.
  let amounts: WordTable<Void> = words(
    "max min num n total prompt completion input output used remaining avg per cached reasoning budget")

  private let passBefore: WordTable<Void> = words(
    "first second third one two three multi single boarding by low high band num n next prev last each per")

  /// Words before an ending word that give it another sense: `first_pass`, `boarding_pass`.
  func notBefore(_ word: NameWord, _ previous: NameWord) -> Bool {
    word == pass && passBefore.contains(previous)
  }

  /// Words written together: `dbpassword`, `userpwd`, `csrfmiddlewaretoken`, `jsessionid`.
  func joined(_ word: NameWord) -> SecretKind? {
    for (suffix, kind) in joinedSuffixes[word.lastThree] ?? [] where word.hasSuffix(suffix) { return kind }
    for (prefix, kind) in joinedPrefixes[word.firstThree] ?? [] where word.hasPrefix(prefix) { return kind }
    return nil
  }

  /// By their last three letters: hardly a word that is none of them ends with such.
  private let joinedSuffixes: WordTable<[(NameWord, SecretKind)]> = groups(
    by: \.lastThree,
    [
      .password: "password passwords passwd pwd passphrase passcode passwort",
      .secret: "secret secrets",
      .token: "token",
      .key:
        "apikey apikeys accesskey secretkey authkey masterkey signingkey encryptionkey sshkey licensekey sharedkey accountkey",
      .privateKey: "privatekey",
      .credential: "credential credentials",
      .cookie: "cookie cookies",
      .session: "sessionid sessionkey sessid",
      .card: "cardnumber cardno creditcard debitcard",
      .account: "accountnumber accountno routingnumber",
      .ssn: "socialsecurity",
      .dsn: "connectionstring connstring",
    ])

  private let joinedPrefixes: WordTable<[(NameWord, SecretKind)]> = groups(
    by: \.firstThree,
    [
      .password: "password passwd",
      .card: "creditcard cardnumber",
      .ssn: "socialsecurity",
    ])

  // MARK: - Tables

  private static func words(_ text: String) -> WordTable<Void> {
    WordTable(split(text).map { ($0, ()) })
  }

  private static func pairs(_ kinds: KeyValuePairs<SecretKind, String>) -> [(NameWord, SecretKind)] {
    kinds.flatMap { kind, text in split(text).map { ($0, kind) } }
  }

  /// By hand, since this is done at every start: `split` makes it three times as long.
  private static func split(_ text: String) -> [NameWord] {
    var words = [NameWord()]
    for byte in text.utf8 {
      if byte.isSpace { words.append(NameWord()) } else { words[words.count - 1].append(byte) }
    }
    return words.filter { $0.count > 0 }
  }

  private static func table(_ kinds: KeyValuePairs<SecretKind, String>) -> WordTable<SecretKind> {
    WordTable(pairs(kinds))
  }

  private static func groups(
    by part: (NameWord) -> NameWord, _ kinds: KeyValuePairs<SecretKind, String>
  ) -> WordTable<[(NameWord, SecretKind)]> {
    WordTable(Dictionary(grouping: pairs(kinds)) { part($0.0) }.map { ($0.key, $0.value) })
  }
}
