/// Reads lines from a terminal, with the keys of readline: editing, history, search, completion.
public struct LineEditor {
  /// How one may go on from what stands before the cursor.
  public struct Completions: Sendable {
    /// Characters before the cursor that a candidate takes the place of.
    public var replaced: Int
    /// As they are to be written.
    public var candidates: [String]

    public init(replaced: Int, candidates: [String]) {
      self.replaced = replaced
      self.candidates = candidates
    }
  }

  /// How reading a line ended.
  public enum Outcome: Equatable, Sendable {
    case line(String)
    /// Control-C: the line is dropped.
    case interrupted
    /// Control-D on an empty line, or the terminal is gone.
    case end
    /// The program is to end by this signal.
    case terminated(Int32)
  }

  private var history: History
  private let input: Int32
  private let output: Int32
  private var decoder = KeyDecoder()
  /// Keys of the next lines that came together with the end of the last one.
  private var waiting: [Key] = []

  public init(input: Int32, output: Int32, history: History) {
    self.input = input
    self.output = output
    self.history = history
  }

  /// Reads one line; nil where there is no terminal to read it from.
  ///
  /// - Parameter complete: asked with the text before the cursor, when Tab is pressed.
  public mutating func read(prompt: String, complete: @escaping (String) -> Completions) -> Outcome? {
    guard let terminal = RawTerminal(input: input, output: output) else { return nil }
    var session = LineSession(prompt: prompt, history: history.lines, complete: complete)
    terminal.write(session.redraw(columns: terminal.columns))
    while true {
      if !waiting.isEmpty {
        if let outcome = take(waiting.removeFirst(), &session, terminal) { return outcome }
        continue
      }
      // A lone Escape is a key by itself where nothing follows it soon.
      switch terminal.next(within: decoder.isInside ? 50 : -1) {
      case .bytes(let bytes): waiting += decoder.keys(bytes)
      case .pause, .woken:
        if let key = decoder.flush(), let outcome = take(key, &session, terminal) { return outcome }
      case .resized, .continued: terminal.write(session.redraw(columns: terminal.columns))
      case .terminated(let number):
        terminal.write(session.leave(columns: terminal.columns))
        return .terminated(number)
      case .closed: return .end
      }
    }
  }

  private mutating func take(_ key: Key, _ session: inout LineSession, _ terminal: borrowing RawTerminal) -> Outcome? {
    let columns = terminal.columns
    switch session.press(key) {
    // Keys that came together are drawn once.
    case .edited: if waiting.isEmpty { terminal.write(session.redraw(columns: columns)) }
    case .show(let candidates):
      terminal.write(session.leave(columns: columns))
      terminal.write(CandidateList.text(candidates, columns: columns))
      terminal.write(session.redraw(columns: columns))
    case .clear: terminal.write("\u{1b}[H\u{1b}[2J" + session.redraw(columns: columns))
    case .bell: terminal.write("\u{7}")
    case .suspend:
      terminal.write(session.leave(columns: columns))
      terminal.suspend()
      terminal.write(session.redraw(columns: terminal.columns))
    case .done(let outcome):
      if case .line(let text) = outcome { history.add(text) }
      terminal.write(session.redraw(columns: columns) + session.leave(columns: columns))
      return outcome
    }
    return nil
  }
}

/// Candidates in columns, as many as fit beside each other.
enum CandidateList {
  /// More are counted only.
  private static let limit = 200

  static func text(_ candidates: [String], columns: Int) -> String {
    let shown = candidates.prefix(limit)
    let width = (shown.map(\.columns).max() ?? 0) + 2
    let perRow = max(1, columns / max(width, 1))
    let rows = (shown.count + perRow - 1) / perRow
    var text = ""
    for row in 0..<rows {
      var line = ""
      // Down, then across, as `ls` does.
      for index in stride(from: row, to: shown.count, by: rows) {
        let candidate = shown[index]
        let isLast = index + rows >= shown.count
        line += isLast ? candidate : candidate + String(repeating: " ", count: width - candidate.columns)
      }
      text += line + "\r\n"
    }
    if candidates.count > limit { text += "… \(candidates.count - limit) more\r\n" }
    return text
  }
}
