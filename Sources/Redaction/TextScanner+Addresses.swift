/// Secrets in URLs and e-mail addresses.
extension TextScanner {
  /// `user:password@host` after `://`: the password, or the whole where it is one long token (`https://KEY@host`).
  /// Passwords that hold a slash although they must not are found as well.
  mutating func scanAuthority(at start: Int) -> Int {
    var end = start
    var at: Int?
    var colon: Int?
    while end < bytes.count, !isAuthorityEnd(bytes[end]) {
      if bytes[end] == UInt8(ascii: "@") { at = end }
      if bytes[end] == UInt8(ascii: ":"), colon == nil { colon = end }
      end += 1
    }
    steps += end - start
    let isPartial = isCut && end == bytes.count && at == nil
    if isPartial, colon != nil || !bytes[start..<end].contains(UInt8(ascii: ".")) {
      at = end
    } else if at == nil, let colon, !isPort(colon + 1..<end) {
      at = lastAt(from: end)
    }
    guard let at else { return webhook(start..<end) ?? start }
    let password = colon.flatMap { $0 < at ? $0 + 1 : nil }
    let secret = (password ?? start)..<at
    if password == nil {
      let hasDigit = bytes[secret].contains { $0.isDigit }
      guard secret.count >= 16 && hasDigit || secret.count >= 24 else { return at }
    }
    guard !secret.isEmpty, !isMasked(secret) else { return at }
    finds.append(find(secret, password == nil ? .token : .password))
    return at
  }

  /// URLs whose path is the secret: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
  private mutating func webhook(_ host: Range<Int>) -> Int? {
    var path: Int?
    if matches("hooks.slack.com/services/", at: host.lowerBound) { path = host.lowerBound + 25 }
    if matches("discord.com/api/webhooks/", at: host.lowerBound) { path = host.lowerBound + 25 }
    if matches("discordapp.com/api/webhooks/", at: host.lowerBound) { path = host.lowerBound + 28 }
    guard let path else { return nil }
    let end = index(from: path) { !$0.isNameByte && $0 != UInt8(ascii: "/") }
    guard end > path else { return nil }
    finds.append(Find(range: path..<end, kind: .token, isPartial: isCut && end == bytes.count))
    return end
  }

  private func isMasked(_ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy { $0 == UInt8(ascii: "*") } || matches("<redacted:", at: range.lowerBound)
  }

  private func isAuthorityEnd(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"): true
    default: byte.isSpace || byte.isQuote || byte == .backslash
    }
  }

  private func isPort(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy(\.isDigit) }

  /// The last `@` before a space or quote, where the text before the first slash cannot be `host:port`.
  private mutating func lastAt(from start: Int) -> Int? {
    var index = max(start, atSeen)
    let first = index
    var found: Int?
    while index < bytes.count, !bytes[index].isSpace, !bytes[index].isQuote {
      if bytes[index] == UInt8(ascii: "@") { found = index }
      index += 1
    }
    steps += index - first
    guard found == nil else { return found }
    atSeen = index
    return isCut && index == bytes.count ? index : nil
  }

  /// `name@example.org`, where the policy withholds addresses. Returns where the walk goes on.
  mutating func scanEmail(at: Int) -> Int {
    var start = at
    let floor = max(0, at - 64, finds.last?.range.upperBound ?? 0)
    while start > floor,
      bytes[start - 1].isNameByte || ".+%!#$&'*/=?^`{|}~".utf8.contains(bytes[start - 1]) || bytes[start - 1] >= 0x80
    {
      start -= 1
    }
    // Quotes and operators in front belong to the text around it.
    while start < at, !(bytes[start].isAlphanumeric || bytes[start] >= 0x80) { start += 1 }
    var end = at + 1
    var lastDot = 0
    while end < bytes.count, end - at < 255,
      bytes[end].isAlphanumeric || bytes[end] == .dash || bytes[end] == 0x2E || bytes[end] >= 0x80
    {
      if bytes[end] == 0x2E { lastDot = end }
      end += 1
    }
    steps += end - start
    let isPartial = isCut && end == bytes.count
    if !isPartial, end > 0, bytes[end - 1] == 0x2E { end -= 1 }
    guard start < at, isPartial || (lastDot > at + 1 && end > at + 3) else { return at + 1 }
    finds.append(Find(range: start..<end, kind: .email, isPartial: isPartial))
    return end
  }
}
