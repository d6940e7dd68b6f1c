/// Collapsed stacks, as `CollapsedStacks` writes them: the first of a line's names is the thread.
enum CollapsedReading {
  static func profile(_ bytes: [UInt8], _ name: String) throws(StoredProfile.Failure) -> Profile {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw StoredProfile.Failure(description: "\(name) is no text, and no profile that ispy reads")
    }
    var assembly = ProfileAssembly()
    var number = 0
    for line in text.split(whereSeparator: \.isNewline) {
      number += 1
      guard let space = line.lastIndex(of: " "), space > line.startIndex,
        let weight = UInt64(line[line.index(after: space)...]), weight <= UInt64.max / 1000
      else {
        throw StoredProfile.Failure(
          description: "\(name) is no profile that ispy reads: line \(number) does not end in a weight")
      }
      let names = line[..<space].split(separator: ";", omittingEmptySubsequences: false)
      let path = names.dropFirst().map { frame in
        let (function, line) = Self.frame(String(frame))
        return assembly.location(function, line: line)
      }
      assembly.add(track: String(names[0]), path: path, nanoseconds: weight * 1000)
    }
    return assembly.profile
  }

  /// `NAME (FILE:LINE)`; what has no place is a mark.
  private static func frame(_ text: String) -> (Profile.Function, line: Int) {
    guard text.hasSuffix(")"), let colon = text.lastIndex(of: ":"),
      let line = Int(text[text.index(after: colon)...].dropLast()),
      let open = text.indices.first(where: { text[$0...].hasPrefix(" (") }), open < colon
    else { return (Profile.Function(name: text, file: "", firstLine: 0, isMark: true), 0) }
    let file = text[text.index(open, offsetBy: 2)..<colon]
    return (Profile.Function(name: String(text[..<open]), file: String(file), firstLine: 0), line)
  }
}
