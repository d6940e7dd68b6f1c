import Catalog
import Glibc
import Profiles

/// The file that a profile goes to. It is opened before anything is recorded, so that a wrong place is said at once, and
/// takes its name only when it is whole: what stood there before stays until then.
final class ProfileFile {
  let path: String
  let format: ProfileFormat
  private let descriptor: Int32
  /// What it is called until it is whole; nil where it is written in place: a device, a pipe.
  private let temporary: String?

  /// Opens it. Nil where the command writes none.
  init?(_ arguments: Arguments, for command: CommandSpecification) throws(CommandError) {
    let formats = Self.formats(of: command)
    guard !formats.isEmpty else { return nil }
    guard let path = arguments["output"] else {
      guard arguments["format"] == nil else {
        throw CommandError(.usage, "--format is for a file", hint: "name it with --output FILE")
      }
      return nil
    }
    guard let format = ProfileFormat(named: arguments["format"], path: path), formats.contains(format) else {
      throw CommandError(
        .usage, "the ending of \(path) names no format of ispy \(command.title)",
        hint: "use \(formats.map(\.ending).joined(separator: ", ")), or --format "
          + formats.map(\.rawValue).joined(separator: "|"))
    }
    self.path = path
    self.format = format
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw CommandError(.failed, "cannot write \(path): it is a directory")
    }
    // A file that may not be written is not replaced either, though its directory would allow it.
    if exists, access(path, W_OK) != 0 { throw Self.failure(path, errno) }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      temporary = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let name = path + ".\(getpid()).partial"
      temporary = name
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    }
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
  }

  /// What a command can write: the choices that its description names.
  private static func formats(of command: CommandSpecification) -> [ProfileFormat] {
    guard let option = command.options.first(where: { $0.name == "format" }), case .choice(let names) = option.kind
    else { return [] }
    return names.compactMap { ProfileFormat(rawValue: $0) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    // Gone under this name where it was kept.
    if let temporary { unlink(temporary) }
  }

  private static func failure(_ path: String, _ code: Int32) -> CommandError {
    CommandError(
      code == EACCES || code == EPERM ? .notPermitted : .failed,
      "cannot write \(path): \(String(cString: strerror(code)))",
      hint: "nothing was done; name another file")
  }

  /// Writes what a result holds. Where there is no room for it, it is kept where there is, and the error says where.
  func keep(_ result: any ProfileHolding) throws(CommandError) {
    guard let bytes = try? result.bytes(as: format) else {
      throw CommandError(.failed, "the profile cannot be encoded")
    }
    var code = Self.write(bytes, to: descriptor)
    if code == 0, temporary != nil, fsync(descriptor) != 0 { code = errno }
    if code == 0, let temporary, rename(temporary, path) != 0 { code = errno }
    guard code != 0 else { return }
    let reason = "cannot write \(path): \(String(cString: strerror(code)))"
    // What is there of it takes room that the rest may need.
    if let temporary { unlink(temporary) }
    for directory in [getenv("TMPDIR").map { String(cString: $0) }, "/tmp", "/dev/shm"].compactMap({ $0 }) {
      let other = "\(directory)/ispy-\(getpid())\(format.ending)"
      let descriptor = open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { continue }
      let isKept = Self.write(bytes, to: descriptor) == 0
      close(descriptor)
      if isKept { throw CommandError(.failed, reason, hint: "the profile was kept in \(other)") }
      unlink(other)
    }
    throw CommandError(.failed, reason, hint: "there is no room in /tmp either; what was found is shown above")
  }

  private static func write(_ content: [UInt8], to descriptor: Int32) -> Int32 {
    content.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let count = Glibc.write(descriptor, base + done, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return count == 0 ? ENOSPC : errno }
        done += count
      }
      return 0
    }
  }
}

/// A result that can be written to a file.
protocol ProfileHolding {
  /// Nil where that format cannot hold it.
  func bytes(as format: ProfileFormat) throws -> [UInt8]?
}

extension RecordResult: ProfileHolding {
  func bytes(as format: ProfileFormat) throws -> [UInt8]? { try format.bytes(of: profile) }
}

extension DiffResult: ProfileHolding {
  func bytes(as format: ProfileFormat) throws -> [UInt8]? { try format.bytes(of: comparison) }
}
