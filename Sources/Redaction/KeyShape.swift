/// The shape of a key that its issuer marked with a prefix.
struct KeyShape: Sendable {
  /// The bytes that may follow the prefix.
  enum Alphabet: Sendable {
    case alphanumeric, base64URL, base64, upper, hex, dotted

    func contains(_ byte: UInt8) -> Bool {
      switch self {
      case .alphanumeric: byte.isAlphanumeric
      case .base64URL: byte.isBase64URL
      case .base64: byte.isBase64 || byte == UInt8(ascii: "=") || byte == .dash || byte == .underscore
      case .upper: byte.isUpper || byte.isDigit
      case .hex: byte.isHex
      case .dotted: byte.isBase64URL || byte == UInt8(ascii: ".")
      }
    }
  }

  /// Where its prefix stands in the bytes of the table.
  let prefix: Range<Int>
  let least: Int
  let alphabet: Alphabet
  let kind: SecretKind

  static let table = Table()

  /// All shapes, those whose prefixes begin with the same two bytes in a row: made in one go when the first text is looked at.
  final class Table: Sendable {
    private let bytes: [UInt8]
    private let shapes: [KeyShape]
    /// Where the shapes of a first pair of bytes begin and end in `shapes`.
    private let groups: [Range<Int>]
    /// The number of a pair's group, 0 where no prefix begins with it: nearly every word of a text ends its search here.
    private let groupOfPair: [UInt8]

    init() {
      var bytes: [UInt8] = []
      var listed: [(pair: Int, shape: KeyShape)] = []
      bytes.reserveCapacity(1024)
      listed.reserveCapacity(128)
      for (alphabet, least, kind, prefixes) in KeyShape.list {
        var start = bytes.count
        func closePrefix() {
          let shape = KeyShape(prefix: start..<bytes.count, least: least, alphabet: alphabet, kind: kind)
          listed.append((Self.pair(bytes[start], bytes[start + 1]), shape))
          start = bytes.count
        }
        for byte in prefixes.utf8 { if byte == UInt8(ascii: " ") { closePrefix() } else { bytes.append(byte) } }
        closePrefix()
      }
      var shapes: [KeyShape] = []
      var groups = [0..<0]
      var groupOfPair = [UInt8](repeating: 0, count: 1 << 14)
      for (pair, _) in listed where groupOfPair[pair] == 0 {
        groupOfPair[pair] = UInt8(groups.count)
        let start = shapes.count
        // In the order of the list.
        for other in listed where other.pair == pair { shapes.append(other.shape) }
        groups.append(start..<shapes.count)
      }
      self.bytes = bytes
      self.shapes = shapes
      self.groups = groups
      self.groupOfPair = groupOfPair
    }

    /// Whether a prefix begins with these two bytes.
    @inline(__always)
    func hasShapes(first: UInt8, second: UInt8) -> Bool {
      (first | second) < 128 && groupOfPair[Self.pair(first, second)] != 0
    }

    /// The shapes whose prefix begins with these two bytes, of which `hasShapes` is true.
    func shapes(first: UInt8, second: UInt8) -> ArraySlice<KeyShape> {
      shapes[groups[Int(groupOfPair[Self.pair(first, second)])]]
    }

    /// Whether a text holds the prefix of a shape at this place.
    func begins(_ shape: KeyShape, _ text: [UInt8], at start: Int) -> Bool {
      guard text.count - start > shape.prefix.count else { return false }
      for offset in 0..<shape.prefix.count where text[start + offset] != bytes[shape.prefix.lowerBound + offset] {
        return false
      }
      return true
    }

    @inline(__always)
    private static func pair(_ first: UInt8, _ second: UInt8) -> Int { Int(first) << 7 | Int(second) }
  }

  /// Prefixes as their issuers document them. `least` counts the bytes after the prefix.
  private static let list: [(Alphabet, Int, SecretKind, String)] = [
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    (.upper, 16, .key, "AKIA ASIA ABIA ACCA"),
    // https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/
    (.alphanumeric, 30, .token, "ghp_ gho_ ghu_ ghs_ ghr_"),
    (.base64URL, 22, .token, "github_pat_"),
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    (
      .dotted, 16, .token,
      "glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glsoat- gloas- glimt- glagent- glwt- glffct- GR1348941"
    ),
    // https://docs.slack.dev/authentication/tokens
    (.base64URL, 10, .token, "xoxb- xoxp- xoxa- xoxr- xoxs- xoxc- xoxd- xoxe- xoxe.xoxp- xoxe.xoxb- xapp- xwfp-"),
    // https://docs.stripe.com/keys
    (.alphanumeric, 10, .key, "sk_live_ sk_test_ rk_live_ rk_test_ whsec_"),
    (.base64URL, 16, .key, "sk-proj- sk-svcacct- sk-admin- sk-ant- sk-or-v1- sk-lf-"),
    (.alphanumeric, 20, .key, "sk- gsk_ xai- pplx- r8_ hf_ nvapi-"),
    // https://cloud.google.com/docs/authentication/api-keys
    (.base64URL, 30, .key, "AIza"),
    (.dotted, 20, .token, "ya29. 1//0"),
    (.base64URL, 20, .secret, "GOCSPX-"),
    (.dotted, 40, .key, "SG."),
    (.hex, 32, .key, "SK"),
    (.alphanumeric, 30, .token, "npm_"),
    (.base64URL, 16, .token, "pypi-"),
    (.base64, 20, .token, "dckr_pat_ dckr_oat_"),
    (.alphanumeric, 40, .token, "dop_v1_ doo_v1_ dor_v1_"),
    (.hex, 30, .token, "shpat_ shpca_ shppa_ shpss_ dapi"),
    (.dotted, 20, .token, "hvs. hvb. hvr. dt0c01. dp.pt. dp.st. dp.sa."),
    (
      .base64URL, 20, .key,
      "glsa_ glc_ sntrys_ sntryu_ lin_api_ lin_oauth_ ntn_ PMAK- NRAK- NRJS- NRII- NRAL- fo1_ sbp_ figd_"
    ),
    (
      .base64URL, 20, .token,
      "pscale_tkn_ pscale_pw_ pscale_oauth_ rubygems_ ATATT3 ATCTT3 ATBB HRKU- CCIPAT_ CCIPRJ_ pul-"
    ),
    (
      .base64URL, 20, .token,
      "sgp_ bkua_ tskey-auth- tskey-api- tskey-client- sq0atp- sq0csp- EAACEdEose0cBA access-production-"
    ),
    (.base64URL, 20, .secret, "FLWSECK_TEST- FLWSECK- AGE-SECRET-KEY-1 rzp_live_ rzp_test_ LTAI5t AKCp8 key-"),
    // A JWT, and other JSON in base64url: its first bytes are {" (RFC 7515).
    (.dotted, 13, .jwt, "eyJ"),
  ]
}
