/// One row of a full screen: texts, each in its style.
public struct StyledLine: Equatable, Sendable {
  public struct Span: Equatable, Sendable {
    public var text: String
    public var style: Style
  }

  public private(set) var spans: [Span] = []
  /// Of what is right of the last text.
  public var rest: Style

  public init(_ text: String = "", _ style: Style = .plain, rest: Style = .plain) {
    self.rest = rest
    append(text, style)
  }

  public mutating func append(_ text: String, _ style: Style = .plain) {
    guard !text.isEmpty else { return }
    if let last = spans.indices.last, spans[last].style == style {
      spans[last].text += text
    } else {
      spans.append(Span(text: text, style: style))
    }
  }

  /// The same words, all in one style to the end of the row.
  public func inStyle(_ style: Style) -> StyledLine { StyledLine(text, style, rest: style) }

  public var text: String { spans.reduce("") { $0 + $1.text } }
  public var columns: Int { spans.reduce(0) { $0 + $1.text.columns } }
}

extension String {
  /// The text in exactly so many columns: padded, or cut with a mark where something is missing.
  public func fitted(_ width: Int, isRight: Bool = false, keepsEnd: Bool = false) -> String {
    let shown = cut(width, keepsEnd: keepsEnd)
    let padding = String(repeating: " ", count: max(0, width - shown.columns))
    return isRight ? padding + shown : shown + padding
  }

  /// At most so many columns of it.
  /// - Parameter keepsEnd: what is missing is missing at the beginning: the end of a path says more.
  public func cut(_ width: Int, keepsEnd: Bool = false) -> String {
    guard width > 0 else { return "" }
    guard utf8.count > width, columns > width else { return self }
    var kept: [Character] = []
    var used = 1
    for character in keepsEnd ? Array(reversed()) : Array(self) {
      guard used + character.columns <= width else { break }
      used += character.columns
      kept.append(character)
    }
    return keepsEnd ? "…" + String(kept.reversed()) : String(kept) + "…"
  }
}
