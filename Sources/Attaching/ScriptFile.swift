import Glibc
import RemoteProcess

/// A script in the target's own view of the file system, that it can read and remove, readable by nobody else; and a token
/// beside it. Several threads may be made to run the script; the one that removes the token is the first.
struct ScriptFile: ~Copyable {
  /// As the target sees it.
  let path: String
  private let directory: Int32
  private let name: String

  private static let suffix = ".token"

  /// Where everybody may make a file. Nothing is followed: a link there is the target's word, for a place in ours.
  private static let folders = ["tmp", "dev/shm", "var/tmp"]

  private init(path: String, directory: Int32, name: String) {
    self.path = path
    self.directory = directory
    self.name = name
  }

  /// Writes it where there is a place for it; nil where there is none.
  ///
  /// - Parameters:
  ///   - name: 16 hexadecimal digits.
  ///   - source: what is written, by the paths by which the target will know it and its token.
  static func write(
    pid: Int32, name: String, _ source: (_ path: String, _ token: String) -> String
  ) -> ScriptFile? {
    guard let status = try? ProcessStatus(pid: pid) else { return nil }
    let name = prefix + name + ".py"
    for folder in folders {
      let directory = open(folder, pid: pid)
      guard directory >= 0 else { continue }
      removeForgotten(in: directory)
      let path = "/\(folder)/\(name)"
      let bytes = Array(source(path, path + suffix).utf8)
      if write([], name + suffix, in: directory, for: status), write(bytes, name, in: directory, for: status) {
        return ScriptFile(path: path, directory: directory, name: name)
      }
      unlinkat(directory, name + suffix, 0)
      close(directory)
    }
    return nil
  }

  private static let prefix = "ispyd-"
  private static let entryLimit = 10_000
  private static let forgottenSeconds = 60

  /// Takes away what an attacher left that was killed before Python was asked: by its name, its mode and its age.
  private static func removeForgotten(in directory: Int32) {
    guard let entries = fdopendir(dup(directory)) else { return }
    defer { closedir(entries) }
    rewinddir(entries)
    for _ in 0..<entryLimit {
      guard let entry = readdir(entries) else { return }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      let digits = name.dropFirst(prefix.count).prefix { $0.isHexDigit }
      guard name.hasPrefix(prefix), digits.count == 16,
        [".py", ".py" + suffix].contains(String(name.dropFirst(prefix.count + digits.count)))
      else { continue }
      var status = stat()
      guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & 0o7777 == 0o400,
        time(nil) - status.st_mtim.tv_sec > forgottenSeconds
      else { continue }
      unlinkat(directory, name, 0)
    }
  }

  deinit {
    _ = takeToken()
    unlinkat(directory, name, 0)
    close(directory)
  }

  /// Takes the token away, so that the script does nothing from now on; false where the target has taken it, and runs.
  func takeToken() -> Bool { unlinkat(directory, name + Self.suffix, 0) == 0 }

  /// Takes both away now.
  consuming func remove() {}

  private static func open(_ folder: String, pid: Int32) -> Int32 {
    var directory = Glibc.open("/proc/\(pid)/root", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    for part in folder.split(separator: "/") where directory >= 0 {
      let next = openat(directory, String(part), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      close(directory)
      directory = next
    }
    return directory
  }

  private static func write(_ bytes: [UInt8], _ name: String, in directory: Int32, for status: ProcessStatus) -> Bool {
    let file = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o400)
    guard file >= 0 else { return false }
    defer { close(file) }
    let isOurs = geteuid() == status.users.effective
    if (isOurs || fchown(file, status.users.effective, status.groups.effective) == 0)
      && Glibc.write(file, bytes, bytes.count) == bytes.count
    {
      return true
    }
    unlinkat(directory, name, 0)
    return false
  }
}
