import CLinux

/// How large a terminal is, in characters.
public struct TerminalSize: Equatable, Sendable {
  public let rows: Int
  public let columns: Int

  /// 24 rows of 80 columns where it does not say.
  public init(of descriptor: Int32) {
    var (rows, columns): (UInt16, UInt16) = (0, 0)
    let isKnown = clinux_window_size(descriptor, &rows, &columns) == 0
    self.rows = isKnown && rows > 0 ? Int(rows) : 24
    self.columns = isKnown && columns > 0 ? Int(columns) : 80
  }
}
