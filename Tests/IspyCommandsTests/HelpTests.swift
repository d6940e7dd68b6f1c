import Catalog
import Foundation
import TestSupport
import Testing

@testable import IspyCommands

@Suite struct HelpTests {
  private static let help = HelpText(catalog: .standard)
  private static let topics =
    Catalog.standard.entries.map { $0.specification.title.split(separator: " ").map(String.init) }
    + Catalog.standard.plugins.map { [$0] } + HelpText.own.map { [$0.0] }
    + HelpText.topics.map { [$0] }

  // MARK: - What it looks like

  @Test func theOverviewIsAsInItsSnapshot() { assertSnapshot(Self.help.overview(), named: "help") }

  @Test(arguments: [["dump"], ["process", "fds"], ["run"], ["process"], ["exit-codes"], ["audit", "verify"]])
  func topicsAreAsInTheirSnapshots(words: [String]) throws {
    assertSnapshot(try Self.help.text(for: words), named: "help-" + words.joined(separator: "-"))
  }

  @Test(arguments: topics) func everyTopicFitsATerminal(words: [String]) throws {
    let text = try Self.help.text(for: words)
    for line in text.split(separator: "\n") {
      #expect(line.count <= 100, "\(line)")
      #expect(!line.hasSuffix(" "), "\(line)")
    }
    #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
  }

  @Test func thePageIsWhatTheProgramSays() {
    assertFile(
      Checkout.root + "/Documentation/CLI.md", holds: Self.help.page(),
      update: "ispy __documentation > Documentation/CLI.md renews it")
  }

  @Test func thePageHasEveryCommandAndEveryCode() {
    let page = Self.help.page()
    for entry in Catalog.standard.entries { #expect(page.contains("\n## \(entry.specification.title)\n")) }
    for cause in CommandError.Cause.allCases {
      #expect(Self.words(page).contains("\(cause.rawValue) \(cause.meaning)"))
    }
  }

  // MARK: - What it says

  @Test(arguments: Catalog.standard.entries.map(\.specification)) func everyOptionIsDocumented(
    command: CommandSpecification
  ) {
    let text = Self.help.text(of: command)
    for option in command.options + CommandLineWords.common {
      #expect(text.contains(option.optionText), "--\(option.name)")
      if let value = option.defaultValue {
        #expect(Self.words(text).contains("default: \(value))"), "--\(option.name)")
      }
    }
    for place in command.positionals { #expect(text.contains("\n  \(place.name.uppercased())  ")) }
    #expect(text.contains(command.rung.rawValue) && text.contains(command.schema))
  }

  @Test(arguments: topics) func everyExampleCanBeTyped(words: [String]) throws {
    let examples = Self.examples(in: try Self.help.text(for: words))
    for example in examples { try Self.parse(example) }
  }

  @Test func everyCommandHasExamplesOfItself() throws {
    for entry in Catalog.standard.entries {
      let title = entry.specification.title
      let examples = Self.examples(in: Self.help.text(of: entry.specification))
      #expect(!examples.isEmpty)
      for example in examples {
        let command = try Self.command(example)
        #expect(command == title, "\(example)")
      }
    }
  }

  @Test func helpIsFoundTheWayItIsAskedFor() throws {
    let fds = try Self.help.text(for: ["process", "fds"])
    #expect(try Self.help.text(for: ["run", "4711", "process", "fds"]) == fds)
    #expect(try Self.help.text(for: ["run", "4711", "process"]) == Self.help.text(for: ["process"]))
    #expect(try Self.help.text(for: []) == Self.help.overview())
  }

  @Test func anUnknownTopicIsRefusedWithASuggestion() {
    #expect(throws: CommandError(.usage, "no command dmup", hint: "did you mean dump?")) {
      try Self.help.text(for: ["dmup"])
    }
    #expect(throws: CommandError(.usage, "no command exit-code", hint: "did you mean exit-codes?")) {
      try Self.help.text(for: ["exit-code"])
    }
  }

  // MARK: - Examples

  private static func words(_ text: String) -> String {
    text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
  }

  /// The commands of the chapter Examples: what stands before two spaces, or alone on a line.
  private static func examples(in text: String) -> [String] {
    guard let start = text.range(of: "\nExamples:\n") else { return [] }
    let lines = text[start.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix { $0.hasPrefix("  ") }.filter { !$0.hasPrefix("   ") }.map { line in
      let command = line.dropFirst(2)
      return String(command.range(of: "  ").map { command[..<$0.lowerBound] } ?? command)
    }
  }

  /// The `ispy` of an example, up to a pipe or redirection; what it pipes into is another program's.
  private static func line(_ example: String) throws -> CommandLineWords {
    let words = try ShellWords.split(example)
    let start = try #require(words.firstIndex(of: "ispy"), "\(example)")
    return try CommandLineWords(words[(start + 1)...].prefix { $0 != "|" && $0 != ">" }.map(\.self))
  }

  private static func parse(_ example: String) throws {
    let line = try line(example)
    let rest = Array(line.words.dropFirst())
    switch try #require(line.words.first) {
    case "shell": #expect(rest.count <= 1)
    case let file where file.hasSuffix(".ini"): #expect(rest.isEmpty)
    case "completion": _ = try CompletionScript.text(for: rest)
    case "run":
      try #require(rest.count > 2, "\(example)")
      let entry = try Catalog.standard.command(rest[2], plugin: rest[1])
      _ = try Arguments([rest[0]] + rest.dropFirst(3), for: entry.specification)
    default:
      let (entry, words) = try Catalog.standard.command(in: line.words)
      _ = try Arguments(words, for: entry.specification)
    }
  }

  /// The title of the command that an example runs.
  private static func command(_ example: String) throws -> String {
    let words = try line(example).words
    return words.first == "run"
      ? words.dropFirst(2).prefix(2).joined(separator: " ")
      : Catalog.standard.title(in: words).joined(separator: " ")
  }
}
