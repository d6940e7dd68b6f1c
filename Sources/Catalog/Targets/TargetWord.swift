/// What a TARGET is by its form alone, before anything is looked for.
enum TargetWord: Equatable {
  case process(Int32)
  case children(of: Int32)
  case application(String)

  init(_ word: String) throws(CommandError) {
    let parts = word.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !word.isEmpty else {
      throw CommandError(.usage, "TARGET is empty", hint: Self.forms)
    }
    // A number too large for a pid is one all the same, and no name.
    let digits = first.hasPrefix("-") || first.hasPrefix("+") ? first.dropFirst() : first
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else {
      self = .application(word)
      return
    }
    guard let pid = Int32(first), pid > 0, first == digits else {
      throw CommandError(.usage, "\(first) is no pid", hint: "a pid is a positive number; ispy ps lists them")
    }
    switch parts.count {
    case 1: self = .process(pid)
    case _ where parts[1] == "children": self = .children(of: pid)
    default: throw CommandError(.usage, "\(word) is no target", hint: Self.forms)
    }
  }

  private static let forms = "a TARGET is a pid, an application's name, or PID/children"
}
