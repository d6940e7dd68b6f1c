/// Tells by its name whether a value is a secret: by the words in it, so that `db_password`, `userPwd` and `X-Api-Key` are
/// caught and `token_count`, `passenger` and `keyboard` are not.
struct SecretNames: Sendable {
  /// What a name says of its value.
  struct Verdict: Equatable, Sendable {
    var kind: SecretKind
    /// Numbers under this name are amounts: `max_tokens`.
    var sparesNumbers: Bool
  }

  private let policyNames: [[NameWord]]
  private let shownNames: Set<[NameWord]>
  private var words: [NameWord] = []
  /// What was said of names before: the same few stand in every frame.
  private var verdicts: [String: Verdict?] = [:]

  /// Names remembered at most; a dict with a million keys does not fill the memory.
  private static let rememberedNames = 4096

  init(policy: RedactionPolicy = RedactionPolicy()) {
    var words: [NameWord] = []
    func split(_ name: String) -> [NameWord] {
      let bytes = Array(name.utf8)
      NameWord.split(bytes, bytes.indices, into: &words)
      return words
    }
    policyNames = policy.names.map(split).filter { !$0.isEmpty }
    shownNames = Set(policy.shownNames.map(split).filter { !$0.isEmpty })
  }

  mutating func verdict(_ name: String) -> Verdict? {
    // Names of ASCII only are remembered: `token` with a Kelvin sign for its k is equal to it, and no such name.
    let isRemembered = name.isASCII
    if isRemembered, let known = verdicts[name] { return known }
    let bytes = Array(name.utf8)
    let verdict = verdict(bytes, bytes.indices)
    if isRemembered, verdicts.count < Self.rememberedNames { verdicts[name] = .some(verdict) }
    return verdict
  }

  mutating func isListed(_ name: String) -> Bool {
    guard !shownNames.isEmpty else { return false }
    let bytes = Array(name.utf8)
    NameWord.split(bytes, bytes.indices, into: &words)
    return shownNames.contains(words)
  }

  mutating func verdict(_ bytes: [UInt8], _ range: Range<Int>) -> Verdict? {
    // A name that was withheld itself says nothing.
    guard let first = range.first, bytes[first] != UInt8(ascii: "<") else { return nil }
    // Nor does one without letters, as the numbers of a time are: `12:30:00`.
    guard bytes[range].contains(where: { $0.isLetter || $0 >= 0x80 }) else { return nil }
    NameWord.split(bytes, range, into: &words)
    guard let last = words.last else { return nil }
    if !shownNames.isEmpty && shownNames.contains(words) { return nil }
    if isPolicyName() { return Verdict(kind: .policy, sparesNumbers: false) }
    guard let kind = kind(), !isHarmless(kind, last: last) else { return nil }
    let isAmount = kind == .token && words.contains { known.amounts.contains($0) }
    return Verdict(kind: kind, sparesNumbers: isAmount || !kind.coversNumbers)
  }

  /// Whether a name inside of something secret says that it is not: `created_at`, `type`.
  mutating func isHarmless(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    NameWord.split(bytes, bytes.indices, into: &words)
    guard let last = words.last else { return false }
    return known.harmless.contains(last)
  }

  // MARK: - Words

  /// Made when the first name is judged.
  private var known: NameWords { .all }

  /// The kind by the last word that has one: of `card_pin` it is the PIN.
  private func kind() -> SecretKind? {
    let known = known
    var index = words.count
    while index > 0 {
      index -= 1
      let word = words[index]
      if let kind = known.secret[word] ?? word.singular.flatMap({ known.secret[$0] }) { return kind }
      if index == words.count - 1, let kind = known.secretAtEnd[word] {
        if index == 0 || !known.notBefore(word, words[index - 1]) { return kind }
      }
      if index > 0, let pairs = known.pairs[word] ?? word.singular.flatMap({ known.pairs[$0] }),
        let kind = pairs[words[index - 1]]
      {
        return kind
      }
      if word.count > 5, let kind = known.joined(word) { return kind }
    }
    return nil
  }

  private func isHarmless(_ kind: SecretKind, last: NameWord) -> Bool {
    guard words.count > 1 else { return false }
    if last == known.id { return kind == .card || kind == .credential || kind == .key || kind == .privateKey }
    if last == known.name { return kind != .card }
    return known.harmless.contains(last)
  }

  private func isPolicyName() -> Bool {
    policyNames.contains { wanted in
      guard wanted.count <= words.count else { return false }
      return (0...words.count - wanted.count).contains { start in
        words[start..<start + wanted.count].elementsEqual(wanted)
      }
    }
  }
}
