/// The digits of what may be a card number, with their check sum as they come.
struct CardDigits {
  /// The fewest digits of a card number.
  static let least = 13

  private(set) var count = 0
  private(set) var isTooLong = false
  private var number: UInt64 = 0
  /// Sums of the digits, the ones at even places doubled in one and those at odd places in the other.
  private var sums = (even: 0, odd: 0)

  /// False where the number is longer than any card's.
  mutating func append(_ byte: UInt8) -> Bool {
    guard count < 19 else {
      isTooLong = true
      return false
    }
    let digit = Int(byte & 15)
    let doubled = digit > 4 ? digit * 2 - 9 : digit * 2
    if count.isMultiple(of: 2) {
      sums.even += doubled
      sums.odd += digit
    } else {
      sums.even += digit
      sums.odd += doubled
    }
    number = number * 10 + UInt64(digit)
    count += 1
    return true
  }

  var isCard: Bool {
    guard count >= Self.least, (count.isMultiple(of: 2) ? sums.even : sums.odd) % 10 == 0 else { return false }
    return Self.lengths(ofIssuer: leading)?.contains(count) ?? false
  }

  /// The first digits are those of an issuer, whatever the length.
  var hasIssuer: Bool { count >= 6 && Self.lengths(ofIssuer: leading) != nil }

  /// The first six digits.
  private var leading: Int {
    var value = number
    for _ in 6..<max(count, 6) { value /= 10 }
    return Int(value)
  }

  /// How long the numbers of an issuer are, by their first six digits
  /// (https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN)).
  private static func lengths(ofIssuer leading: Int) -> [Int]? {
    switch leading {
    case 400_000...499_999: [13, 16, 19]  // Visa
    case 510_000...559_999, 222_100...272_099: [16]  // Mastercard
    case 340_000...349_999, 370_000...379_999: [15]  // American Express
    case 601_100...601_199, 644_000...659_999: [16, 17, 18, 19]  // Discover
    case 300_000...305_999, 309_500...309_599, 360_000...369_999, 380_000...399_999: [14, 15, 16, 17, 18, 19]  // Diners
    case 352_800...358_999: [16, 17, 18, 19]  // JCB
    case 180_000...180_099, 213_100...213_199: [15]  // JCB, old
    case 620_000...629_999, 810_000...817_199: [16, 17, 18, 19]  // UnionPay
    case 220_000...220_499: [16, 17, 18, 19]  // Mir
    case 979_200...979_299: [16]  // Troy
    case 500_000...509_999, 560_000...589_999, 600_000...609_999, 630_000...639_999, 670_000...679_999,
      820_000...829_999:
      [16, 18, 19]  // Maestro, RuPay, Elo, Hipercard
    default: nil
    }
  }
}
