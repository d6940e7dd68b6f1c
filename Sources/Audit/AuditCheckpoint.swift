import Crypto
import Glibc
import JSON

/// A head of the log, signed: kept elsewhere, it proves that the log up to there is what it was, and that its end is there.
///
/// The signature is Ed25519 (RFC 8032) over `ispyd audit checkpoint\n<number>\n<hash>\n<time>\n`. A release says more: that
/// the gateway itself let go of the entries up to there (`ispyd audit release\n…`), so that the log may begin behind them.
public struct AuditCheckpoint: Codable, Equatable, Sendable {
  public let number: UInt64
  public let hash: String
  /// Seconds since 1970, whole.
  public let time: Int
  /// The public key, 64 hexadecimal digits.
  public let key: String
  public let signature: String
  /// Nil is no.
  public var isRelease: Bool?

  fileprivate static func message(_ number: UInt64, _ hash: String, _ time: Int, isRelease: Bool) -> [UInt8] {
    Array("ispyd audit \(isRelease ? "release" : "checkpoint")\n\(number)\n\(hash)\n\(time)\n".utf8)
  }

  /// Whether its key signed it.
  ///
  /// - Parameter trusted: the key that it must be; nil takes its own word for it.
  public func isGenuine(trusted: String? = nil) -> Bool {
    guard trusted == nil || trusted == key, let bytes = [UInt8](hexadecimal: key),
      let signature = [UInt8](hexadecimal: signature),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { return false }
    return key.isValidSignature(signature, for: Self.message(number, hash, time, isRelease: isRelease == true))
  }

  /// A line of a file of checkpoints.
  public var line: String { ((try? JSONText().text(of: self)) ?? "") + "\n" }

  /// The checkpoints of a file, line by line; lines that are none are left out and counted.
  public static func read(_ path: String) throws(AuditError) -> (checkpoints: [AuditCheckpoint], unread: Int) {
    var found: [AuditCheckpoint] = []
    var unread = 0
    try AuditFiles.readLines(path) { line, _, _ in
      if let checkpoint = try? JSONReader().decode(AuditCheckpoint.self, from: line) {
        found.append(checkpoint)
      } else {
        unread += 1
      }
      return true
    }
    return (found, unread)
  }
}

/// The key that signs checkpoints: a file of 32 bytes that only its owner may read.
public struct AuditKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// 64 hexadecimal digits.
  public var publicKey: String { key.publicKey.rawRepresentation.hexadecimal }

  /// Reads it, or makes one where there is none.
  public init(path: String) throws(AuditError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if descriptor >= 0 {
      defer { close(descriptor) }
      var facts = stat()
      guard fstat(descriptor, &facts) == 0 else { throw .file(path: path, errno: errno) }
      guard facts.st_uid == geteuid(), facts.st_mode & 0o077 == 0 else {
        throw .notSafe(path: path, why: "others may read or write it")
      }
      var bytes = [UInt8](repeating: 0, count: 33)
      guard read(descriptor, &bytes, 33) == 32,
        let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.prefix(32))
      else { throw .badKey(path: path) }
      self.key = key
      return
    }
    guard errno == ENOENT else { throw .file(path: path, errno: errno) }
    key = Curve25519.Signing.PrivateKey()
    let made = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard made >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(made) }
    let bytes = Array(key.rawRepresentation)
    guard write(made, bytes, bytes.count) == bytes.count, fsync(made) == 0 else {
      throw .file(path: path, errno: errno)
    }
  }

  /// - Parameter isRelease: says that the entries up to there are let go.
  public func checkpoint(
    of head: AuditLog.Head, isRelease: Bool = false, time: Double = AuditLog.now()
  ) throws(AuditError) -> AuditCheckpoint {
    let seconds = Int(time)
    let message = AuditCheckpoint.message(head.number, head.hash, seconds, isRelease: isRelease)
    guard let signature = try? key.signature(for: message) else {
      throw .unwritable("the checkpoint cannot be signed")
    }
    return AuditCheckpoint(
      number: head.number, hash: head.hash, time: seconds, key: publicKey, signature: signature.hexadecimal,
      isRelease: isRelease ? true : nil)
  }
}
