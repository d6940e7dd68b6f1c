import Catalog

/// Splits a line into words as a POSIX shell does: spaces part, quotes hold together, a backslash takes one character.
enum ShellWords {
  static func split(_ line: String) throws(CommandError) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var characters = line.makeIterator()
    while let character = characters.next() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"" {
          word = (word ?? "") + (characters.next().map(String.init) ?? "")
        } else {
          word = (word ?? "") + String(character)
        }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == "\\" {
        word = (word ?? "") + (characters.next().map(String.init) ?? "")
      } else if character.isWhitespace {
        if let finished = word { words.append(finished) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil else { throw CommandError(.usage, "a quote is not closed") }
    if let word { words.append(word) }
    return words
  }
}
