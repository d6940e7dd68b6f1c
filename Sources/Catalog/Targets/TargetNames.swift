/// What may be given as TARGET now, for completion: the names of running applications, then pids.
public enum TargetNames {
  public static var all: [String] {
    guard let table = try? ProcessTable() else { return [] }
    let names = Set(table.rows.compactMap(\.application.name)).sorted()
    return names + table.rows.map { String($0.pid) }
  }

  /// The one process that a word means: a pid, a name, or a number of the list that `ps` shows, from 1.
  public static func pid(of word: String) throws(CommandError) -> Int32 {
    if let number = Int(word), let table = try? ProcessTable(), (1...max(table.rows.count, 1)).contains(number),
      number <= table.rows.count, !table.rows.contains(where: { Int($0.pid) == number })
    {
      return table.rows[number - 1].pid
    }
    var resolver = TargetResolver()
    return try resolver.resolveOne(word).pid
  }
}
