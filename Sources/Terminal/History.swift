import Glibc

/// The lines that were entered, here and before: kept in a file of the user's own, where there is a safe place for one.
///
/// Shells that run side by side append to it and do not overwrite each other. Lines that begin with a space are not kept.
public struct History: Sendable {
  public private(set) var lines: [String] = []
  private let path: String?

  /// Lines kept at most.
  static let limit = 1000
  /// Bytes read of a file at most: something else has grown one that is larger.
  private static let byteLimit = 1 << 20

  /// - Parameter path: nil keeps lines for this run only.
  public init(path: String?) {
    self.path = path
    lines = path.map(Self.read) ?? []
  }

  /// `$XDG_STATE_HOME/ispy/history`, or below `~/.local/state`; nil where there is no home.
  public static func defaultPath(_ variable: (String) -> String? = Self.environment) -> String? {
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/ispy/history" }
    guard let home = variable("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/ispy/history"
  }

  public static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Adds a line. What is on disk is the user's alone (mode 0600), and no link is followed to it.
  public mutating func add(_ text: String) {
    let line = text.last == " " ? String(text.reversed().drop { $0 == " " }.reversed()) : text
    let isKept = !line.isEmpty && line.first != " " && !line.contains("\n") && line != lines.last
    guard isKept else { return }
    lines.append(line)
    if lines.count > Self.limit { lines.removeFirst() }
    guard let path, let file = Self.open(path, isWriting: true) else { return }
    defer { close(file) }
    // One append each: the kernel does not mix them.
    let bytes = Array((line + "\n").utf8)
    _ = write(file, bytes, bytes.count)
    compact(file)
  }

  /// Keeps the last lines of a file that has grown to twice as many; the others wait meanwhile.
  private func compact(_ file: Int32) {
    guard flock(file, LOCK_EX) == 0 else { return }
    defer { flock(file, LOCK_UN) }
    let all = Self.content(file)
    guard all.count > 2 * Self.limit || all.reduce(0, { $0 + $1.utf8.count + 1 }) > Self.byteLimit / 2 else { return }
    let kept = Array(all.suffix(Self.limit).map { $0 + "\n" }.joined().utf8)
    guard ftruncate(file, 0) == 0 else { return }
    _ = write(file, kept, kept.count)
  }

  // MARK: - The file

  private static func read(_ path: String) -> [String] {
    guard let file = open(path, isWriting: false) else { return [] }
    defer { close(file) }
    return content(file).suffix(limit)
  }

  private static func content(_ file: Int32) -> [String] {
    var bytes = [UInt8](repeating: 0, count: byteLimit)
    let count = pread(file, &bytes, bytes.count, 0)
    guard count > 0 else { return [] }
    return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Nil unless it is a plain file of this user, and nobody else's folder is on the last step to it.
  private static func open(_ path: String, isWriting: Bool) -> Int32? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    let folder = String(path[..<slash])
    if isWriting { make(folder) }
    let place = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard place >= 0 else { return nil }
    defer { close(place) }
    guard isOwn(place, S_IFDIR) else { return nil }
    let name = String(path[path.index(after: slash)...])
    let flags = isWriting ? O_RDWR | O_APPEND | O_CREAT : O_RDONLY
    let file = openat(place, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard file >= 0 else { return nil }
    guard isOwn(file, S_IFREG) else {
      close(file)
      return nil
    }
    return file
  }

  /// Of this user, of this kind, and written by nobody else.
  private static func isOwn(_ file: Int32, _ kind: mode_t) -> Bool {
    var facts = stat()
    return fstat(file, &facts) == 0 && facts.st_mode & S_IFMT == kind && facts.st_uid == geteuid()
      && facts.st_mode & 0o022 == 0
  }

  /// The folder and those above it that are missing, for this user only.
  private static func make(_ folder: String) {
    var index = folder.startIndex
    while let slash = folder[folder.index(after: index)...].firstIndex(of: "/") {
      mkdir(String(folder[..<slash]), 0o700)
      index = slash
    }
    mkdir(folder, 0o700)
  }
}
