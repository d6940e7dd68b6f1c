import RemoteProcess

/// What may be given as TARGET now, for completion and for the shell.
public enum TargetNames {
  /// One TARGET.
  public struct Name: Equatable, Sendable {
    public let word: String
    /// What stands behind it: `gunicorn, 4 processes`.
    public let help: String

    public init(_ word: String, _ help: String) {
      self.word = word
      self.help = help
    }
  }

  public static var all: [String] { described.map(\.word) }

  /// Who presses Tab waits for no more than this, and a little.
  private static let patience = Duration.milliseconds(200)

  /// The names of running applications, then pids.
  public static var described: [Name] {
    guard let table = try? ProcessTable(patience: patience) else { return [] }
    return names(of: table.rows)
  }

  static func names(of rows: [ProcessTable.Row]) -> [Name] {
    let groups = Dictionary(grouping: rows.filter { $0.application.name != nil }) { $0.application.name ?? "" }
    let names = groups.sorted { $0.key < $1.key }.map { name, rows in
      let count = rows.count == 1 ? "1 process" : "\(rows.count) processes"
      return Name(name, [rows[0].application.server, count].compactMap { $0 }.joined(separator: ", "))
    }
    return names
      + rows.map { row in
        let role = row.application.role == .single ? nil : row.application.role.rawValue
        let words = [row.application.name, row.application.server, role].compactMap { $0 }
        return Name(String(row.pid), words.isEmpty ? "Python" : words.joined(separator: " "))
      }
  }

  /// The one process that a word means: a pid, a name, or a number of the list that `ps` shows, from 1.
  public static func pid(of word: String) throws(CommandError) -> Int32 {
    // That list takes a look at every process: only for a number that may be one of it, and is no pid of Python.
    if let number = Int32(word), number > 0, !ProcessTable.lists(number), let all = try? ProcessList.all(),
      number <= all.count, let table = try? ProcessTable(), number <= table.rows.count
    {
      return table.rows[Int(number) - 1].pid
    }
    var resolver = TargetResolver()
    return try resolver.resolveOne(word).pid
  }
}
