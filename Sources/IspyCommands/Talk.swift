import Catalog
import Glibc
import Synchronization
import Terminal
import Values

/// A command that asks for lines, on a terminal with its keys or by lines from a pipe.
final class Talk: Sendable {
  private let output: Output
  private let editor: Mutex<LineEditor?>
  private let interrupt: Interrupt

  /// - Parameter interrupt: raised by Ctrl-C while something runs.
  init(_ output: Output, _ interrupt: Interrupt) {
    self.output = output
    self.interrupt = interrupt
    let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && Paint.canMoveCursor
    // What is typed into a console is kept nowhere but in the gateway's recording.
    editor = Mutex(
      isTerminal ? LineEditor(input: STDIN_FILENO, output: STDOUT_FILENO, history: History(path: nil)) : nil)
  }

  var conversation: Conversation {
    Conversation(ask: { self.ask($0) }, takeInterrupt: { self.interrupt.take() })
  }

  private func ask(_ prompt: String) -> Conversation.Reply {
    // It comes from the target, which has no say on this terminal.
    let prompt = ValueText.plain(prompt)
    let outcome = editor.withLock { editor in
      editor?.read(prompt: prompt) { _ in .init(replaced: 0, candidates: []) }
    }
    switch outcome {
    case .line(let text): return .line(text)
    case .interrupted: return .interrupted
    case .end, .terminated: return .end
    case nil: break
    }
    _ = output.write(prompt)
    guard let line = readLine() else {
      _ = output.write("\n")
      return .end
    }
    if isatty(STDIN_FILENO) != 1 { _ = output.write("\n") }
    return .line(line)
  }
}

extension SpokenResult: TextRendering {
  /// As it was said, with what could move the cursor or write elsewhere shown as what it is.
  func text(_ paint: Paint) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { ValueText.plain(String($0)) }
        .joined(separator: "\t")
    }
    return lines.joined(separator: "\n") + (problem.map { paint.alarm(ValueText.plain($0)) + "\n" } ?? "")
  }
}
