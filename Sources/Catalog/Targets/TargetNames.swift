/// What may be given as TARGET now, for completion: the names of running applications, then pids.
public enum TargetNames {
  public static var all: [String] {
    guard let table = try? ProcessTable() else { return [] }
    let names = Set(table.rows.compactMap(\.application.name)).sorted()
    return names + table.rows.map { String($0.pid) }
  }
}
