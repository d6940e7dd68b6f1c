import Catalog
import Redaction
import Terminal
import Testing

@testable import IspyCommands

@Suite struct CommandLineWordsTests {
  private func error(_ words: String...) -> CommandError? {
    do throws(CommandError) {
      _ = try CommandLineWords(words)
      return nil
    } catch {
      return error
    }
  }

  @Test func optionsOfEveryCommandAreTakenOutWhereverTheyStand() throws {
    for words in [["--json", "dump", "4711"], ["dump", "--json", "4711"], ["dump", "4711", "--json"]] {
      let line = try CommandLineWords(words)
      #expect(line.isJSON)
      #expect(line.words == ["dump", "4711"])
    }
  }

  @Test func nothingIsTakenThatIsNotGiven() throws {
    let line = try CommandLineWords(["dump", "4711", "--locals"])
    #expect(line.words == ["dump", "4711", "--locals"])
    #expect(!line.isJSON && !line.wantsHelp && !line.wantsVersion)
    #expect(line.values == .redacted && line.color == .automatic)
  }

  @Test(arguments: ValueRight.allCases) func theRightToValuesIsRead(right: ValueRight) throws {
    #expect(try CommandLineWords(["ps", "--values", right.rawValue]).values == right)
    #expect(try CommandLineWords(["ps", "--values=\(right.rawValue)"]).values == right)
  }

  @Test func coloursAreChosen() throws {
    #expect(try CommandLineWords(["--color", "always"]).color == .always)
    #expect(try CommandLineWords(["--color=never"]).color == .never)
    #expect(try CommandLineWords(["--no-color"]).color == .never)
  }

  @Test(arguments: ["--help", "-h"]) func helpIsAskedFor(word: String) throws {
    #expect(try CommandLineWords(["dump", word]).wantsHelp)
  }

  @Test(arguments: ["--version", "-V"]) func theVersionIsAskedFor(word: String) throws {
    #expect(try CommandLineWords([word]).wantsVersion)
  }

  @Test func behindTwoHyphensNothingIsTaken() throws {
    let line = try CommandLineWords(["peek", "shop", "--", "--json"])
    #expect(!line.isJSON)
    #expect(line.words == ["peek", "shop", "--", "--json"])
  }

  @Test func everyCommonOptionIsUnderstood() throws {
    for option in CommandLineWords.common {
      let words = option.kind.isFlag ? ["--\(option.name)"] : ["--\(option.name)", option.defaultValue ?? ""]
      #expect(try CommandLineWords(words).words == [], "--\(option.name)")
      guard let short = option.short else { continue }
      #expect(try CommandLineWords(["-\(short)"]).words == [], "-\(short)")
    }
  }

  @Test func otherValuesAreRefused() {
    #expect(error("--values", "redact")?.message == "--values is one of none, summary, redacted, raw, not redact")
    #expect(error("--values", "redact")?.hint == "did you mean redacted?")
    #expect(error("--values=")?.cause == .usage)
    #expect(error("--color", "green")?.hint == "see: ispy help")
    #expect(error("dump", "--values")?.message == "--values needs a value")
    #expect(error("dump", "--values")?.hint == "one of none|summary|redacted|raw")
  }

  @Test func aFlagTakesNoValue() {
    #expect(error("ps", "--json=yes")?.message == "--json takes no value")
    #expect(error("ps", "--help=yes")?.message == "--help takes no value")
  }

  // MARK: - Words

  @Test(
    arguments: [
      ("", []), ("  ", []), ("a b  c", ["a", "b", "c"]), ("'a b' c", ["a b", "c"]), ("\"a 'b'\"", ["a 'b'"]),
      ("a\\ b", ["a b"]), ("a''b", ["ab"]), ("''", [""]), ("\"a\\\"b\"", ["a\"b"]), ("'a\\b'", ["a\\b"]),
      ("a\tb", ["a", "b"]), ("a\\", ["a"]),
    ] as [(String, [String])])
  func aLineIsSplitAsAShellDoes(line: String, words: [String]) throws { #expect(try ShellWords.split(line) == words) }

  @Test(arguments: ["'a", "a \"b", "'a'b'"]) func anOpenQuoteIsRefused(line: String) {
    #expect(throws: CommandError.self) { try ShellWords.split(line) }
  }

  @Test(
    arguments: [
      ("", [""], nil), ("a", ["a"], nil), ("a ", ["a", ""], nil), ("a 'b c", ["a", "b c"], "'"),
      ("a \"", ["a", ""], "\""), ("a 'b' ", ["a", "b", ""], nil),
    ] as [(String, [String], Character?)])
  func anUnfinishedLineEndsInWhatIsWritten(line: String, words: [String], quote: Character?) {
    let open = ShellWords.unfinished(line)
    #expect(open.words == words)
    #expect(open.quote == quote)
  }
}
