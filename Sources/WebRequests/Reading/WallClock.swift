/// A date and time as `datetime` packs them, without a time zone.
struct WallClock: Equatable {
  var year: Int
  var month: Int
  var day: Int
  /// Since midnight.
  var seconds: Double

  /// From ten bytes: year (2), month, day, hour, minute, second, microsecond (3). Nil where they are no date.
  init?(packed bytes: [UInt8]) {
    guard bytes.count >= 10 else { return nil }
    year = Int(bytes[0]) << 8 | Int(bytes[1])
    month = Int(bytes[2])
    day = Int(bytes[3])
    let (hour, minute, second) = (Int(bytes[4]), Int(bytes[5]), Int(bytes[6]))
    let microsecond = Int(bytes[7]) << 16 | Int(bytes[8]) << 8 | Int(bytes[9])
    guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second < 60, microsecond < 1_000_000
    else { return nil }
    seconds = Double(hour * 3600 + minute * 60 + second) + Double(microsecond) / 1e6
  }

  /// Days from the civil calendar, by Howard Hinnant's algorithm (https://howardhinnant.github.io/date_algorithms.html).
  var secondsSince1970: Double {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Double(era * 146_097 + dayOfEra - 719_468) * 86_400 + seconds
  }
}
