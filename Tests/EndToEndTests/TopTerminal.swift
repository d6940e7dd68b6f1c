import Glibc
import TestSupport

/// `ispy top` on a terminal of its own, made by `script` of util-linux, with what stands on it.
struct TopTerminal {
  let child: ChildProcess
  /// The terminal's device.
  let device: String
  /// Of `ispy` itself.
  let pid: Int32
  /// The terminal's modes before, as a sum.
  private let modes: String

  init(_ arguments: [String], rows: Int = 24, columns: Int = 80, environment: [String: String] = [:]) throws {
    let words = ([try IspyRun.path(), "top"] + arguments).joined(separator: " ")
    let modes = "echo modes $(stty -a | tail -n +2 | md5sum)"
    let script = """
      stty rows \(rows) cols \(columns); tty; \(modes); sh -c 'echo pid $$; exec \(words)'; echo code $?; \(modes)
      """
    child = try ChildProcess(
      ["script", "-qec", script, "/dev/null"], environment: ["TERM": "xterm"].merging(environment) { _, given in given }
    )
    device = Self.bare(try child.line(waitingFor: "the terminal") { $0.hasPrefix("/dev/") })
    self.modes = Self.bare(try child.line(waitingFor: "the modes") { $0.hasPrefix("modes ") })
    let line = Self.bare(try child.line(waitingFor: "the pid") { $0.hasPrefix("pid ") })
    pid = Int32(line.dropFirst(4)) ?? 0
  }

  private static func bare(_ line: String) -> String { String(line.filter { !$0.isNewline }) }

  /// What stands on it once it is as wanted.
  @discardableResult
  func screen(
    _ wanted: String, rows: Int = 24, columns: Int = 80, where isWanted: ((TerminalGrid) -> Bool)? = nil
  ) throws -> TerminalGrid {
    let text = try child.output(waitingFor: "\(wanted) on the screen") { text in
      let grid = TerminalGrid(rows: rows, columns: columns, showing: text)
      return isWanted?(grid) ?? grid.text.contains(wanted)
    }
    return TerminalGrid(rows: rows, columns: columns, showing: text)
  }

  func press(_ keys: String) throws { try child.type(keys) }

  func resize(rows: Int, columns: Int) throws {
    let change = try ChildProcess(["stty", "-F", device, "rows", "\(rows)", "cols", "\(columns)"])
    _ = try change.waitForExit()
  }

  /// The exit code; and whether the terminal is as it was before.
  func ended() throws -> (code: Int32?, isAsBefore: Bool) {
    let code = Self.bare(try child.line(waitingFor: "the exit code") { $0.contains("code ") })
    let after = Self.bare(try child.line(waitingFor: "the modes") { $0.hasPrefix("modes ") })
    let grid = TerminalGrid(rows: 24, columns: 80, showing: child.transcript)
    let isShown = grid.modes.contains(25) && !grid.modes.contains(1049) && !grid.modes.contains(2004)
    return (code.split(separator: " ").last.flatMap { Int32($0) }, after == modes && isShown)
  }
}
