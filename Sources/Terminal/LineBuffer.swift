/// A line that is being written, and the place in it: what keys do, without any terminal.
public struct LineBuffer: Equatable, Sendable {
  public private(set) var characters: [Character] = []
  /// Between 0 and the number of characters.
  public private(set) var cursor = 0
  /// What was cut last, for `yank`.
  private var cut: [Character] = []
  private var past: [State] = []

  private struct State: Equatable, Sendable {
    var characters: [Character]
    var cursor: Int
  }

  /// Steps that can be undone.
  private static let undoLimit = 200

  public init() {}

  public var text: String { String(characters) }
  public var textBeforeCursor: String { String(characters[..<cursor]) }
  public var isEmpty: Bool { characters.isEmpty }

  // MARK: - Writing

  public mutating func insert(_ text: String) {
    guard !text.isEmpty else { return }
    remember()
    let new = Array(text)
    characters.insert(contentsOf: new, at: cursor)
    cursor += new.count
    // A combining character may have joined the one before it.
    let joined = Array(String(characters))
    if joined.count != characters.count {
      cursor = String(characters[..<cursor]).count
      characters = joined
    }
  }

  /// Another line in place of this one, with the cursor at its end.
  public mutating func replace(with text: String) {
    remember()
    characters = Array(text)
    cursor = characters.count
  }

  /// Other text in place of the characters before the cursor.
  public mutating func replace(last count: Int, with text: String) {
    remember()
    let start = max(0, cursor - count)
    let new = Array(text)
    characters.replaceSubrange(start..<cursor, with: new)
    cursor = start + new.count
  }

  public mutating func deleteBackward() { remove(max(0, cursor - 1)..<cursor) }
  public mutating func deleteForward() { remove(cursor..<min(characters.count, cursor + 1)) }
  public mutating func cutToEnd() { remove(cursor..<characters.count, isCut: true) }
  public mutating func cutToStart() { remove(0..<cursor, isCut: true) }
  public mutating func cutWordForward() { remove(cursor..<wordEnd, isCut: true) }
  public mutating func cutWordBackward() { remove(wordStart..<cursor, isCut: true) }
  /// To the space before: what Control-W does.
  public mutating func cutToSpace() {
    var start = cursor
    while start > 0, characters[start - 1].isWhitespace { start -= 1 }
    while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
    remove(start..<cursor, isCut: true)
  }
  public mutating func yank() { insert(String(cut)) }

  /// The characters on both sides of the cursor change places; at the end, the last two.
  public mutating func transpose() {
    guard characters.count > 1, cursor > 0 else { return }
    remember()
    let right = cursor == characters.count ? cursor - 1 : cursor
    characters.swapAt(right - 1, right)
    cursor = right + 1
  }

  public mutating func undo() {
    guard let state = past.popLast() else { return }
    characters = state.characters
    cursor = state.cursor
  }

  // MARK: - Moving

  public mutating func moveLeft() { cursor = max(0, cursor - 1) }
  public mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
  public mutating func moveToStart() { cursor = 0 }
  public mutating func moveToEnd() { cursor = characters.count }
  public mutating func moveWordLeft() { cursor = wordStart }
  public mutating func moveWordRight() { cursor = wordEnd }

  private var wordStart: Int {
    var index = cursor
    while index > 0, !characters[index - 1].isWordPart { index -= 1 }
    while index > 0, characters[index - 1].isWordPart { index -= 1 }
    return index
  }

  private var wordEnd: Int {
    var index = cursor
    while index < characters.count, !characters[index].isWordPart { index += 1 }
    while index < characters.count, characters[index].isWordPart { index += 1 }
    return index
  }

  // MARK: - Undo

  private mutating func remove(_ range: Range<Int>, isCut: Bool = false) {
    guard !range.isEmpty else { return }
    remember()
    if isCut { cut = Array(characters[range]) }
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private mutating func remember() {
    past.append(State(characters: characters, cursor: cursor))
    if past.count > Self.undoLimit { past.removeFirst() }
  }
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
