import CPython
@testable import Catalog
import Expressions
@testable import IspyCommands
@testable import Redaction
@testable import Terminal
import Values

extension FuzzTarget {
  /// Texts of the target, in search of secrets. What is found lies in order within the text.
  static let redaction = FuzzTarget(name: "redaction") { bytes in
    guard let first = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    var scanner = TextScanner(rest, isCut: first & 1 == 1, names: SecretNames(), withholdsEmail: first & 2 == 2)
    var end = 0
    for find in scanner.scan() {
      precondition(find.range.lowerBound >= end && find.range.upperBound <= rest.count)
      end = find.range.upperBound
    }
    let text = String(decoding: rest, as: UTF8.self)
    var redactor = Redactor()
    _ = redactor.redact(text: text)
    _ = redactor.redact(
      Value(type: "str", content: .text(text, length: text.unicodeScalars.count)), name: String(text.prefix(40)))
  }

  /// What a user types: a line of the shell, split, and taken by every command; and the title that a process gives itself.
  static let words = FuzzTarget(name: "words") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    _ = ShellWords.unfinished(text)
    guard let words = try? ShellWords.split(text) else { return }
    let line = try? CommandLineWords(words)
    for entry in Catalog.standard.entries { _ = try? Arguments(line?.words ?? words, for: entry.specification) }
    _ = Application(arguments: words)
    _ = ProcessTitle(text)
  }

  /// Expressions of `peek`.
  static let peek = FuzzTarget(name: "peek") { bytes in
    _ = try? PeekExpression(String(decoding: bytes, as: UTF8.self))
  }

  /// Conditions and messages. An error stands within the text.
  static let expressions = FuzzTarget(name: "expressions") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let end = text.unicodeScalars.count + 1
    do throws(ExpressionError) {
      _ = try Expression(text).json
    } catch {
      precondition(error.column >= 1 && error.column <= end)
    }
    do throws(ExpressionError) {
      _ = try Template(text)
    } catch {
      precondition(error.column >= 1 && error.column <= end)
    }
  }

  /// What a terminal sends to the line editor.
  static let keys = FuzzTarget(name: "keys") { bytes in
    var decoder = KeyDecoder()
    var line = LineBuffer()
    for chunk in [bytes[..<(bytes.count / 2)], bytes[(bytes.count / 2)...]] {
      for key in decoder.keys(chunk) {
        if case .text(let character) = key { line.insert(String(character)) } else { line.deleteBackward() }
        line.moveWordLeft()
        line.transpose()
        line.cutWordForward()
        line.yank()
        precondition(line.cursor <= line.characters.count)
      }
    }
    _ = decoder.flush()
  }
}
