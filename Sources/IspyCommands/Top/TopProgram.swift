import Catalog
import Control
import Glibc
import Terminal

/// `ispy top` on a terminal: results on the screen, keys to what they mean.
struct TopProgram {
  private let entry: CatalogEntry
  private let words: [String]
  private let line: CommandLineWords
  private let output: Output
  private let interrupt = Interrupt()

  /// Nil where it is not to be a live screen: for a program, or for something that is no terminal.
  init?(
    _ entry: CatalogEntry, _ words: [String], line: CommandLineWords, output: Output
  ) throws(CommandError) {
    guard entry.specification.schema == CatalogEntry.liveSchema, !line.isJSON else { return nil }
    let arguments = try CommandRoute.arguments(of: entry, words)
    guard !arguments.has("batch"), arguments["count"] == nil, isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1,
      Paint.canMoveCursor
    else { return nil }
    self.entry = entry
    self.words = words
    self.line = line
    self.output = output
  }

  /// How showing it ended.
  private enum Ending {
    case quit
    case terminated(Int32)
    /// To be begun anew, in another mode.
    case again(String)
  }

  /// Until it is quit; the exit code.
  func run() throws(CommandError) -> Int32 {
    let arguments = try CommandRoute.arguments(of: entry, words)
    var state = TopState(interval: arguments.seconds("interval") ?? 1, mode: arguments["mode"] ?? "cpu")
    var screen: FullScreen?
    var failure: CommandError.Cause?
    while true {
      // It goes on for as long as it is looked at.
      let options = ["--batch", "--mode", state.mode, "--interval", "\(state.interval)"]
      let feed = try TopFeed(entry, words + options, line: line, interval: state.interval, interrupt: interrupt)
      let ending = try feed.run { () throws(CommandError) -> Ending in
        if screen == nil {
          // Nothing is drawn before there is something to show: an error is a line of the shell's.
          let first = feed.waitForFirst()
          if case .failure(let error)? = first.outcome { throw error }
          guard let result = first.result else { return .quit }
          state.take(result)
          note(first.outcome, &state, &failure)
          screen = FullScreen(input: STDIN_FILENO, output: STDOUT_FILENO, isColored: output.paint(line.color).isColored)
        }
        let ending = show(feed, &state, &screen, &failure)
        // At once: what looks may take a moment to end.
        if case .again = ending { return ending }
        screen = nil
        return ending
      }
      switch ending {
      case .again(let mode): state.begin(mode)
      case .terminated(let number):
        kill(getpid(), number)
        return 128 + number
      case .quit:
        if let ending = state.ending { output.note("ispy: " + ending) }
        return failure?.rawValue ?? 0
      }
    }
  }

  private func show(
    _ feed: TopFeed, _ state: inout TopState, _ screen: inout FullScreen?, _ failure: inout CommandError.Cause?
  ) -> Ending {
    while !interrupt.isRaised, let size = screen?.size {
      screen?.draw(TopDrawing.lines(&state, rows: size.rows, columns: size.columns), size: size)
      guard let event = screen?.next(or: feed.wake) else { break }
      switch event {
      case .keys(let keys):
        for key in keys {
          switch state.press(key) {
          case .none: break
          case .quit: return .quit
          case .suspend: screen?.suspend()
          case .redraw: screen?.forget()
          case .pace(let seconds): feed.setPace(seconds)
          case .mode(let mode): return .again(mode)
          }
        }
      case .woken:
        let news = feed.take()
        if let result = news.result { state.take(result) }
        note(news.outcome, &state, &failure)
      case .changed: screen?.forget()
      case .nothing: break
      case .terminated(let number): return .terminated(number)
      case .closed: return .quit
      }
    }
    return .quit
  }

  /// That nothing more comes, and why.
  private func note(
    _ outcome: Result<any CommandResult, CommandError>?, _ state: inout TopState, _ failure: inout CommandError.Cause?
  ) {
    switch outcome {
    case .success(let result)?:
      failure = result.failure
      let workers = state.result?.unread.map(\.problem) ?? []
      state.end(workers.isEmpty ? "all processes have ended" : workers.joined(separator: "; "))
    case .failure(let error)?:
      failure = error.cause
      state.end(error.message)
    case nil: break
    }
  }
}
