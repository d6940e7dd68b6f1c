/// Types whose instances are secrets whatever they are called.
struct SecretTypes: Sendable {
  private let listed: [String]
  /// The type that was asked about last and is no secret: items of a list, frames of one function have the same.
  private var lastPlain = ""

  init(policy: RedactionPolicy) { listed = policy.types }

  mutating func kind(of type: String) -> SecretKind? {
    if type == lastPlain { return nil }
    // Nearly all values are of a type as long as none that is known.
    if Self.lengths & Self.mark(type) != 0, let kind = Self.known[type] { return kind }
    if listed.contains(where: { Self.matches($0, type) }) { return .policy }
    lastPlain = type
    return nil
  }

  /// A bit for the length of a name.
  private static func mark(_ type: String) -> UInt64 { 1 << UInt64(min(type.utf8.count, 63)) }

  private static let lengths = known.keys.reduce(0) { $0 | mark($1) }

  private static func matches(_ pattern: String, _ type: String) -> Bool {
    pattern.hasSuffix("*") ? type.hasPrefix(pattern.dropLast()) : pattern == type
  }

  private static let known: [String: SecretKind] = [
    "pydantic.types.SecretStr": .secret, "pydantic.types.SecretBytes": .secret, "pydantic.types.Secret": .secret,
    "pydantic.v1.types.SecretStr": .secret, "pydantic.v1.types.SecretBytes": .secret,
    "starlette.datastructures.Secret": .secret, "litestar.datastructures.secret_values.SecretString": .secret,
    "litestar.datastructures.secret_values.SecretBytes": .secret, "sqlalchemy_utils.types.password.Password": .password,
    "wtforms.fields.simple.PasswordField": .password, "http.cookies.SimpleCookie": .cookie,
    "http.cookies.Morsel": .cookie,
    "http.cookiejar.Cookie": .cookie, "requests.cookies.RequestsCookieJar": .cookie,
    "werkzeug.datastructures.auth.Authorization": .authorization, "requests.auth.HTTPBasicAuth": .authorization,
    "requests.auth.HTTPDigestAuth": .authorization, "httpx.BasicAuth": .authorization,
    "httpx._auth.BasicAuth": .authorization,
    "aiohttp.helpers.BasicAuth": .authorization, "fastapi.security.http.HTTPBasicCredentials": .authorization,
    "fastapi.security.http.HTTPAuthorizationCredentials": .authorization,
    "botocore.credentials.Credentials": .credential,
    "botocore.credentials.ReadOnlyCredentials": .credential, "botocore.credentials.RefreshableCredentials": .credential,
    "google.oauth2.credentials.Credentials": .credential, "google.oauth2.service_account.Credentials": .credential,
    "rsa.key.PrivateKey": .privateKey, "Crypto.PublicKey.RSA.RsaKey": .privateKey, "ecdsa.keys.SigningKey": .privateKey,
    "paramiko.rsakey.RSAKey": .privateKey, "jwt.api_jwk.PyJWK": .privateKey, "jwcrypto.jwk.JWK": .privateKey,
    "cryptography.fernet.Fernet": .key, "hmac.HMAC": .key, "itsdangerous.signer.HMACAlgorithm": .key,
  ]
}
