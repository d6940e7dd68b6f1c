/// How many columns text takes on a terminal: two for wide characters, none for combining ones.
///
/// Wide are those with East_Asian_Width W or F (Unicode 15.1, EastAsianWidth.txt) and those shown as emoji by default.
extension Character {
  /// 0, 1 or 2: the width of the widest scalar, since what combines lies over it.
  public var columns: Int {
    if let ascii = asciiValue { return ascii >= 0x20 && ascii < 0x7F ? 1 : 0 }
    var widest = 0
    for scalar in unicodeScalars {
      // VARIATION SELECTOR-16 asks for the emoji.
      widest = max(widest, scalar.value == 0xFE0F ? 2 : scalar.columns)
    }
    return widest
  }
}

extension StringProtocol {
  public var columns: Int { reduce(0) { $0 + $1.columns } }
}

extension Unicode.Scalar {
  var columns: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
    default: break
    }
    if properties.isEmojiPresentation { return 2 }
    guard value >= 0x1100 else { return 1 }
    return Self.wide.contains { $0.contains(value) } ? 2 : 1
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
    0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x18D00...0x18D08, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
  ]
}
