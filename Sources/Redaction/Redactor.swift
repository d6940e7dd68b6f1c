import Values

/// Withholds the secrets of values and texts before anybody sees them, by their names, their shapes and their types.
///
/// One redactor serves one answer, or one session: equal secrets get the same number as long as it lives
/// (`<redacted:card #3>`). What it cannot look into (nested too deep, too long) it withholds.
public struct Redactor: Sendable {
  public let right: ValueRight
  public let policy: RedactionPolicy
  /// How many secrets were withheld, by kind.
  public private(set) var withheld: [SecretKind: Int] = [:]

  private var names: SecretNames
  private var types: SecretTypes
  /// Short texts without secrets: the threads of a server hold the same ones again and again.
  private var cleanTexts: Set<String> = []
  private var pseudonyms = Pseudonyms()

  public init(right: ValueRight = .redacted, policy: RedactionPolicy = RedactionPolicy()) {
    self.right = right
    self.policy = policy
    names = SecretNames(policy: policy)
    types = SecretTypes(policy: policy)
  }

  // MARK: - Asking

  /// What kind of secret a name tells of: a variable, attribute, key, header, parameter. Nil where it tells of none.
  public mutating func kind(ofName name: String) -> SecretKind? { names.verdict(name)?.kind }

  // MARK: - Values

  /// The value as it may be shown. `name` is what it is called where it was found.
  public mutating func redact(_ value: Value, name: String? = nil) -> Value {
    switch right {
    case .raw: return value
    case .none:
      note(.value)
      return Value(type: "", content: .redacted(label: SecretKind.value.rawValue, number: nil))
    case .summary: return value.summarised
    case .redacted: return screen(value, name: name, under: nil, depth: 0)
    }
  }

  /// A text of the target as it may be shown: a message, a path, a header line, a command line.
  public mutating func redact(text: String) -> String {
    switch right {
    case .raw: return text
    case .none:
      note(.value)
      return "<redacted:\(SecretKind.value.rawValue)>"
    case .summary: return "<\(text.codePointCount) characters>"
    case .redacted: break
    }
    let bytes = Array(text.utf8)
    let finds = finds(in: bytes, isCut: false)
    return finds.isEmpty ? text : replacing(finds, in: bytes).text
  }

  /// A dotted name as it may be shown: parts of it are withheld below a secret's name where they are no words, for they may be
  /// the secrets, as keys of `API_TOKENS` are.
  public mutating func redact(dottedName name: String) -> String {
    guard right == .redacted else { return name }
    let shown = shownName(name)
    guard shown == name, name.contains(".") else { return shown }
    var (above, result) = ("", "")
    for part in name.split(separator: ".", omittingEmptySubsequences: false) {
      let isWord = part.utf8.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "_") }
      if !isWord, part.utf8.contains(where: \.isLetter), let kind = names.verdict(above)?.kind {
        note(kind)
        result += "<redacted:\(kind.rawValue)\(number(of: part.utf8, kind).map { " #\($0)" } ?? "")>."
      } else {
        result += part + "."
      }
      above += part + "."
    }
    return String(result.dropLast())
  }

  // MARK: - Screening

  private typealias Verdict = SecretNames.Verdict

  private mutating func screen(_ value: Value, name: String?, under outer: Verdict?, depth: Int) -> Value {
    guard depth <= policy.depthLimit else { return withhold(value, .unscanned, number: nil) }
    var verdict = outer
    if let name {
      if let own = names.verdict(name) {
        verdict = isWorkingDirectory(name, value) ? outer : own
      } else if outer != nil, names.isHarmless(name) {
        verdict = nil
      }
    }
    if verdict == nil, let kind = types.kind(of: value.type) { verdict = Verdict(kind: kind, sparesNumbers: false) }
    if policy.showsOnlyListed, !(name.map { names.isListed($0) } ?? false), !value.content.isContainer {
      return value.summarised
    }

    switch value.content {
    case .singleton, .bool, .named, .opaque, .cut, .cycle, .unread, .redacted, .summary: return value
    case .integer(let digits):
      if let verdict, !verdict.sparesNumbers { return withhold(value, verdict.kind, secret: digits.utf8) }
      return digits.utf8.count >= 13 ? screenText(value, digits, missing: 0) : value
    case .float(let number):
      guard let verdict, !verdict.sparesNumbers else { return value }
      return withhold(value, verdict.kind, secret: "\(number)".utf8)
    case .complex:
      guard let verdict, !verdict.sparesNumbers else { return value }
      return withhold(value, verdict.kind, number: nil)
    case .literal(let text):
      if let verdict { return withhold(value, verdict.kind, secret: text.utf8) }
      return screenText(value, text, missing: 0)
    case .text(let text, let length):
      guard !text.isEmpty || length > 0 else { return value }
      let held = text.codePointCount
      let missing = max(length, held) - held
      if let verdict {
        return missing > 0
          ? withhold(value, verdict.kind, number: nil) : withhold(value, verdict.kind, secret: text.utf8)
      }
      return screenText(value, text, missing: missing)
    case .bytes(let bytes, let length):
      guard !bytes.isEmpty || length > 0 else { return value }
      let missing = max(length, bytes.count) - bytes.count
      if let verdict {
        return missing > 0 ? withhold(value, verdict.kind, number: nil) : withhold(value, verdict.kind, secret: bytes)
      }
      return screenBytes(value, bytes, missing: missing)
    case .sequence(let items, let count):
      var screened = value
      screened.content = .sequence(screen(items: items, under: verdict, depth: depth + 1), count: count)
      return screened
    case .mapping(let entries, let count):
      var screened = value
      screened.content = .mapping(screen(entries: entries, under: verdict, depth: depth + 1), count: count)
      return screened
    case .object(let fields, let count):
      var screened = value
      let named = pairVerdict(fields.lazy.map { ($0.name, $0.value) })
      screened.content = .object(
        fields.map { field in
          let isValue = named != nil && PairNames.values.contains(field.name)
          return Value.Field(
            name: shownName(field.name),
            value: screen(field.value, name: field.name, under: isValue ? named : verdict, depth: depth + 1))
        }, count: count)
      return screened
    }
  }

  /// Items see their neighbours: `['--password', 'x']`, `('authorization', 'Bearer x')`.
  private mutating func screen(items: [Value], under verdict: Verdict?, depth: Int) -> [Value] {
    var screened: [Value] = []
    screened.reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
      var under = verdict
      if under == nil, index > 0, let name = items[index - 1].content.nameText {
        if items.count == 2, index == 1 { under = names.verdict(name) }
        if under == nil, name.hasPrefix("-"), !name.utf8.contains(UInt8(ascii: "=")) { under = names.verdict(name) }
      }
      screened.append(screen(item, name: nil, under: under, depth: depth))
    }
    return screened
  }

  private mutating func screen(entries: [Value.Entry], under verdict: Verdict?, depth: Int) -> [Value.Entry] {
    let named = pairVerdict(entries.lazy.compactMap { entry in entry.key.content.nameText.map { ($0, entry.value) } })
    var screened: [Value.Entry] = []
    screened.reserveCapacity(entries.count)
    for entry in entries {
      let name = entry.key.content.nameText
      let isValue = named != nil && name.map(PairNames.values.contains) ?? false
      // Under a secret name the keys may be the secrets (`tokens['ab12']`), unless they are words of structure.
      let isStructure =
        verdict == nil || name.map { PairNames.structure.contains($0) || names.verdict($0) != nil } ?? false
      screened.append(
        Value.Entry(
          key: screen(entry.key, name: nil, under: isStructure ? nil : verdict, depth: depth),
          value: screen(entry.value, name: name, under: isValue ? named : verdict, depth: depth)))
    }
    return screened
  }

  /// What `{'name': 'password', 'value': 'x'}` says of its value.
  private mutating func pairVerdict(_ pairs: some Sequence<(String, Value)>) -> Verdict? {
    for (name, value) in pairs where PairNames.names.contains(name) {
      if let text = value.content.nameText, let verdict = names.verdict(text) { return verdict }
    }
    return nil
  }

  private func isWorkingDirectory(_ name: String, _ value: Value) -> Bool {
    guard name == "PWD" || name == "OLDPWD", case .text(let text, _) = value.content else { return false }
    return text.hasPrefix("/")
  }

  // MARK: - Texts

  private static let rememberedLength = 64
  private static let rememberedTexts = 4096

  /// - Parameter missing: how many code points the text has in the target that are not here.
  private mutating func screenText(_ value: Value, _ text: String, missing: Int) -> Value {
    // Texts of ASCII only: others are equal that have not the same bytes.
    let isRemembered = missing == 0 && text.utf8.count <= Self.rememberedLength && text.isASCII
    if isRemembered, cleanTexts.contains(text) { return value }
    let bytes = Array(text.utf8)
    let finds = finds(in: bytes, isCut: missing > 0)
    guard let first = finds.first else {
      if isRemembered, cleanTexts.count < Self.rememberedTexts { cleanTexts.insert(text) }
      return value
    }
    if first.range == bytes.indices { return withhold(value, first.kind, number: number(of: first, in: bytes)) }
    let shown = replacing(finds, in: bytes).text
    var screened = value
    switch value.content {
    case .text: screened.content = .text(shown, length: shown.codePointCount + missing)
    case .integer: return withhold(value, first.kind, number: number(of: first, in: bytes))
    default: screened.content = .literal(shown)
    }
    return screened
  }

  private mutating func screenBytes(_ value: Value, _ bytes: [UInt8], missing: Int) -> Value {
    let finds = finds(in: bytes, isCut: missing > 0)
    guard let first = finds.first else { return value }
    if first.range == bytes.indices { return withhold(value, first.kind, number: number(of: first, in: bytes)) }
    let shown = replacing(finds, in: bytes).bytes
    var screened = value
    screened.content = .bytes(shown, length: shown.count + missing)
    return screened
  }

  /// Names are data too where an object was made from some: a secret in them is replaced.
  private mutating func shownName(_ name: String) -> String {
    guard name.utf8.count > 12 else { return name }
    let bytes = Array(name.utf8)
    let finds = finds(in: bytes, isCut: false)
    return finds.isEmpty ? name : replacing(finds, in: bytes).text
  }

  private mutating func finds(in bytes: [UInt8], isCut: Bool) -> [TextScanner.Find] {
    let isLong = bytes.count > policy.textLimit
    var scanner = TextScanner(
      isLong ? Array(bytes.prefix(policy.textLimit)) : bytes, isCut: isCut || isLong, names: names,
      withholdsEmail: policy.withholdsEmail)
    var finds = scanner.scan()
    if isLong { finds.append(.init(range: policy.textLimit..<bytes.count, kind: .unscanned, isPartial: true)) }
    return finds
  }

  private mutating func replacing(_ finds: [TextScanner.Find], in bytes: [UInt8]) -> MarkedText {
    MarkedText(
      bytes,
      marks: finds.map { find in
        note(find.kind)
        return MarkedText.Mark(range: find.range, kind: find.kind, number: number(of: find, in: bytes))
      })
  }

  // MARK: - Withholding

  private mutating func number(of find: TextScanner.Find, in bytes: [UInt8]) -> Int? {
    find.isPartial ? nil : number(of: bytes[find.range], find.kind)
  }

  /// Cards and accounts are the same in groups or without.
  private mutating func number(of secret: some Collection<UInt8>, _ kind: SecretKind) -> Int? {
    guard kind == .card || kind == .iban else { return pseudonyms.number(of: secret) }
    return pseudonyms.number(of: secret.filter { $0.isAlphanumeric }.map(\.lowered))
  }

  private mutating func withhold(_ value: Value, _ kind: SecretKind, secret: some Collection<UInt8>) -> Value {
    withhold(value, kind, number: number(of: secret, kind))
  }

  private mutating func withhold(_ value: Value, _ kind: SecretKind, number: Int?) -> Value {
    note(kind)
    return Value(type: value.type, address: value.address, content: .redacted(label: kind.rawValue, number: number))
  }

  private mutating func note(_ kind: SecretKind) { withheld[kind, default: 0] += 1 }
}
