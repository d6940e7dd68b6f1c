import Catalog
import TestSupport
import Testing

extension PythonTarget {
  /// What a command of a plugin says of this process, as data.
  func fact(_ words: String...) throws -> Fact {
    let run = try IspyRun(["run", "\(pid)"] + words + ["--json"])
    #expect(run.code == 0, "\(words) of \(python): \(run.errors)")
    #expect(!run.output.contains("hush-"), "a secret was shown by \(words): \(run.output.prefix(2000))")
    return try #require(try run.decoded(as: FactsResult.self).processes.first?.fact)
  }

  /// Why a command of a plugin is refused.
  func refusal(_ words: String...) throws -> String {
    let run = try IspyRun(["run", "\(pid)"] + words)
    #expect(run.code == CommandError.Cause.failed.rawValue, "\(words) of \(python): \(run.output)")
    return run.errors
  }

  /// What the program answers to a line.
  func answer(_ question: String) throws -> String {
    try send(question)
    return try line()
  }
}

extension Fact {
  /// The items, where this is a list.
  var items: [Fact] { if case .list(let items) = self { items } else { [] } }

  var text: String? { if case .text(let text) = self { text } else { nil } }

  var number: Int? { if case .number(let number) = self { Int(number) } else { nil } }

  /// The names, where this is several facts.
  var names: [String] { if case .fields(let fields) = self { fields.map(\.name) } else { [] } }

  /// The texts of some fields of each item.
  func texts(_ names: String...) -> [[String?]] { items.map { item in names.map { item[$0]?.text } } }
}
