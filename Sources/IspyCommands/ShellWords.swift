import Catalog

/// Splits a line into words as a POSIX shell does: spaces part, quotes hold together, a backslash takes one character.
enum ShellWords {
  static func split(_ line: String) throws(CommandError) -> [String] {
    let read = read(line)
    guard read.quote == nil else {
      throw CommandError(.usage, "a quote is not closed", hint: "close it, or write \\ before the character itself")
    }
    return read.words + (read.open.map { [$0] } ?? [])
  }

  /// The words of a line that is still being written: the last one is what stands at its end, and may be empty.
  static func unfinished(_ line: String) -> (words: [String], quote: Character?) {
    let read = read(line)
    return (read.words + [read.open ?? ""], read.quote)
  }

  /// The words that are finished by a space, the one that is not, and the quote that is open in it.
  private static func read(_ line: String) -> (words: [String], open: String?, quote: Character?) {
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
    return (words, word, quote)
  }
}
