/// Finds what somebody probably meant.
public enum Suggestion {
  /// The name that differs least, where it differs by little.
  public static func nearest(to word: String, in names: [String]) -> String? {
    let ranked = names.map { (distance(word.lowercased(), $0.lowercased()), $0) }.min { $0 < $1 }
    guard let (distance, name) = ranked, distance <= max(1, min(3, word.count / 2)) else { return nil }
    return name
  }

  /// Whether one of the names was meant, most likely, and a letter of it was mistaken.
  public static func isSlip(_ word: String, of names: [String]) -> Bool {
    word.count > 2 && names.contains { distance(word.lowercased(), $0.lowercased()) == 1 }
  }

  /// Levenshtein's distance, with neighbours swapped counted once (optimal string alignment).
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.utf8.prefix(64))
    let b = Array(right.utf8.prefix(64))
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
