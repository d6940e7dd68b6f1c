/// Whether what comes next in an SQL statement can only be a name: a table, a column, an alias.
///
/// Where that is not known it is none.
struct NameContext {
  var isName = false
  /// What a comma brings back: `SELECT "a" = 1, "b"`.
  private var isNameInList = false
  /// Of the lists around this one.
  private var outer: [Bool] = []
  private var last = ""
  private var isBetween = false

  private static let depthLimit = 1000

  /// Words that names follow.
  private static let beforeNames: Set<String> = [
    "AND", "AS", "BY", "COLUMN", "CONSTRAINT", "DELETE", "DISTINCT", "EXISTS", "FROM", "HAVING", "IF", "INDEX", "INTO",
    "JOIN", "KEY", "NOT", "ON", "ONLY", "OR", "REFERENCES", "RELEASE", "RETURNING", "SAVEPOINT", "SELECT", "SET",
    "TABLE",
    "UPDATE", "USING", "VIEW", "WHERE",
  ]
  /// Words that values follow.
  private static let beforeValues: Set<String> = [
    "BETWEEN", "CALL", "DEFAULT", "ELSE", "ESCAPE", "GLOB", "IDENTIFIED", "ILIKE", "IN", "IS", "LIKE", "LIMIT", "MATCH",
    "OFFSET", "PASSWORD", "REGEXP", "RLIKE", "THEN", "TO", "VALUE", "VALUES", "WHEN",
  ]

  /// A word outside of quotes, in capitals.
  mutating func take(_ word: String) {
    defer { last = word }
    if Self.beforeValues.contains(word) {
      set(false)
      if word == "BETWEEN" { isBetween = true }
    } else if Self.beforeNames.contains(word) {
      // `BETWEEN x AND y`, `IDENTIFIED BY x`.
      let isValue = (word == "AND" && isBetween) || (word == "BY" && last == "IDENTIFIED")
      isBetween = false
      set(!isValue)
    }
  }

  private mutating func set(_ value: Bool) {
    isName = value
    isNameInList = value
  }

  /// A character that is of no word.
  mutating func take(mark: UInt8) {
    switch mark {
    case UInt8(ascii: "."): isName = true
    case UInt8(ascii: ","): isName = isNameInList
    case UInt8(ascii: "("):
      if outer.count < Self.depthLimit { outer.append(isNameInList) }
      isNameInList = isName
    case UInt8(ascii: ")"):
      isNameInList = outer.popLast() ?? false
      isName = isNameInList
    case UInt8(ascii: ";"): set(false)
    default: isName = false
    }
  }
}
