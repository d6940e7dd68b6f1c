import Catalog

/// `ispy __complete SHELL …`: candidates as the scripts of a shell want them, a line each.
enum CompletionReply {
  /// - Parameter words: the shell, then what its script knows of the line: for bash the line up to the cursor and
  ///   `COMP_WORDBREAKS`, for the others the words, the last one being completed.
  static func text(for words: [String], _ completion: Completion) -> String {
    guard let shell = words.first else { return "" }
    let rest = Array(words.dropFirst())
    let lines =
      switch shell {
      case "bash": bash(line: rest.first ?? "", breaks: rest.count > 1 ? rest[1] : "", completion)
      case "zsh": completion.described(rest).map(zsh)
      case "fish": completion.described(rest).map { $0.help.isEmpty ? $0.word : $0.word + "\t" + $0.help }
      default: [String]()
      }
    return lines.map { $0 + "\n" }.joined()
  }

  // MARK: - bash

  /// bash splits words at `:` and `=` too, and puts a candidate in place of the last piece only. It quotes nothing.
  private static func bash(line: String, breaks: String, _ completion: Completion) -> [String] {
    let open = ShellWords.unfinished(line)
    let last = open.words.last ?? ""
    var done = 0
    if open.quote == nil, let index = last.lastIndex(where: { ":=".contains($0) && breaks.contains($0) }) {
      done = last.distance(from: last.startIndex, to: index) + 1
    }
    return completion.candidates(Array(open.words.dropFirst())).map { word in
      let piece = String(word.dropFirst(done))
      return open.quote == nil ? escaped(piece) : piece
    }
  }

  private static func escaped(_ word: String) -> String {
    word.reduce(into: "") { text, character in
      if " \t\\'\"`$&;|<>()[]{}*?!#~".contains(character) { text += "\\" }
      text.append(character)
    }
  }

  // MARK: - zsh

  /// `_describe` parts a word from its description at the first colon that has no backslash.
  private static func zsh(_ candidate: Completion.Candidate) -> String {
    let word = candidate.word.reduce(into: "") { text, character in
      if character == ":" || character == "\\" { text += "\\" }
      text.append(character)
    }
    return candidate.help.isEmpty ? word : word + ":" + candidate.help
  }
}
