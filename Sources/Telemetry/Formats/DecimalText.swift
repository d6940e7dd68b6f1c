/// Times as decimal numbers, exactly: not every reader knows exponents, and 0.1 has no `Double`.
enum DecimalText {
  static func seconds(_ nanoseconds: Int) -> String { text(nanoseconds, places: 9) }
  static func milliseconds(_ nanoseconds: Int) -> String { text(nanoseconds, places: 6) }

  /// A number that is not negative, and of which the last digits are behind the point.
  static func text(_ number: Int, places: Int) -> String {
    let digits = String(number)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    return padded.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
  }
}
