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

  /// All shapes, those whose prefixes begin with the same byte in a row: made in one go when the first text is looked at.
  struct Table: Sendable {
    private(set) var bytes: [UInt8] = []
    private var shapes: [KeyShape] = []
    /// Where the shapes of a first byte begin; one more than there are bytes in ASCII.
    private var starts = [Int](repeating: 0, count: 129)

    init() {
      var all: [KeyShape] = []
      bytes.reserveCapacity(1024)
      all.reserveCapacity(128)
      for (alphabet, least, kind, prefixes) in KeyShape.list {
        var start = bytes.count
        for byte in prefixes.utf8 {
          if byte != UInt8(ascii: " ") {
            bytes.append(byte)
          } else {
            all.append(KeyShape(prefix: start..<bytes.count, least: least, alphabet: alphabet, kind: kind))
            start = bytes.count
          }
        }
        all.append(KeyShape(prefix: start..<bytes.count, least: least, alphabet: alphabet, kind: kind))
      }
      shapes.reserveCapacity(all.count)
      for shape in all { starts[Int(bytes[shape.prefix.lowerBound] & 127) + 1] += 1 }
      for first in 1...128 { starts[first] += starts[first - 1] }
      var next = starts
      shapes = all
      for shape in all {
        let first = Int(bytes[shape.prefix.lowerBound] & 127)
        shapes[next[first]] = shape
        next[first] += 1
      }
    }

    /// The shapes whose prefix begins with this byte of ASCII, in the order of the list.
    subscript(first: UInt8) -> ArraySlice<KeyShape> { shapes[starts[Int(first)]..<starts[Int(first) + 1]] }
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
