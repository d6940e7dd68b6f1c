import RemoteProcess
import CLinux
import Glibc
public import Profiles

/// Where recordings live that run between two commands: a directory of this user's, closed to others.
///
///     target-PID-START     one for each process; locked by its recorder while that runs; names the recording
///     NAME.status          how far the recording is, written twice a second
///     NAME.profile         what was recorded, once it has ended
///
/// Who holds the lock is the kernel's word: a recorder that was killed holds none, and leaves nothing to be believed.
public struct RecordingStore {
  let directory: String

  /// A process that is or was recorded.
  public struct Key: Hashable, Sendable {
    public let pid: Int32
    /// When it began, in ticks since the machine did: no other process ever has both. Nil where it has ended.
    public let start: UInt64?

    public init(pid: Int32, start: UInt64?) {
      self.pid = pid
      self.start = start
    }
  }

  /// A recording, running or ended.
  public struct Recording: Equatable, Sendable {
    public let name: String
    /// Its recorder; nil where it has ended.
    public let recorder: Int32?
  }

  /// Recordings that nobody asked for are kept so long, in seconds.
  private static let age = 24 * 3600

  public init() throws(RecorderError) {
    let user = getuid()
    var candidates: [String] = []
    if let runtime = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), runtime.hasPrefix("/") {
      candidates.append(runtime + "/ispy")
    }
    candidates += ["/run/user/\(user)/ispy", "/tmp/ispy-\(user)"]
    var reasons: [String] = []
    for candidate in candidates {
      guard let problem = Self.problem(of: candidate, user: user) else {
        directory = candidate
        return
      }
      reasons.append("\(candidate): \(problem)")
    }
    throw .noDirectory(reasons)
  }

  /// Makes the directory; says why it is not to be trusted where it is not this user's alone.
  private static func problem(of path: String, user: UInt32) -> String? {
    if mkdir(path, 0o700) != 0, errno != EEXIST { return String(cString: strerror(errno)) }
    var status = stat()
    guard lstat(path, &status) == 0 else { return String(cString: strerror(errno)) }
    guard status.st_mode & S_IFMT == S_IFDIR else { return "it is no directory" }
    guard status.st_uid == user else { return "it belongs to user \(status.st_uid)" }
    guard status.st_mode & 0o077 == 0 else { return "others may enter it" }
    return access(path, W_OK | X_OK) == 0 ? nil : String(cString: strerror(errno))
  }

  // MARK: - Recordings

  /// The recordings of these processes, each once.
  public func recordings(of keys: [Key]) throws(RecorderError) -> [Recording] {
    var found: [Recording] = []
    for key in keys {
      guard let recording = try recording(of: key) else { continue }
      if !found.contains(recording) { found.append(recording) }
    }
    return found
  }

  private func recording(of key: Key) throws(RecorderError) -> Recording? {
    guard let path = lockPath(of: key) else { return nil }
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let owner = clinux_lock_owner(descriptor)
    guard owner >= 0 else { throw .unseen(pid: key.pid) }
    let name = String(decoding: Self.contents(of: descriptor), as: UTF8.self)
    guard name.hasPrefix("recording-"), !name.contains("/") else { return nil }
    return Recording(name: name, recorder: owner == 0 ? nil : owner)
  }

  private func lockPath(of key: Key) -> String? {
    if let start = key.start { return "\(directory)/target-\(key.pid)-\(start)" }
    // A process that ended: the last of its number.
    let starts = files().filter { $0.hasPrefix("target-\(key.pid)-") }
      .compactMap { UInt64($0.split(separator: "-").last ?? "") }
    return starts.max().map { "\(directory)/target-\(key.pid)-\($0)" }
  }

  /// How far a recording is: a profile of which only the facts are there.
  public func status(of recording: Recording) -> ProfileFacts? { profile(recording.name + ".status")?.about }

  /// What a recording that has ended gathered.
  public func profile(of recording: Recording) -> Profile? { profile(recording.name + ".profile") }

  private func profile(_ name: String) -> Profile? {
    let descriptor = open("\(directory)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return ProfileArchive.profile(from: Self.contents(of: descriptor))
  }

  /// Ends a recording, and waits until it has; it keeps what it gathered or throws it away.
  public func end(_ recording: Recording, keeps: Bool, of keys: [Key]) throws(RecorderError) {
    guard let recorder = recording.recorder else { throw .notRecorded(keys.map(\.pid)) }
    let process = clinux_pidfd_open(recorder)
    guard process >= 0 else { return }
    defer { close(process) }
    // Still the same one? Its number may have gone to another in between.
    guard try recordings(of: keys).contains(recording) else { return }
    _ = clinux_pidfd_signal(process, keeps ? SIGTERM : SIGUSR1)
    var ended = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
    guard poll(&ended, 1, 60_000) == 1 else { throw .doesNotEnd(pid: recorder) }
  }

  // MARK: - The recorder's side

  /// Takes the locks of all these processes, or none. They are held until this process ends.
  func lock(_ keys: [Key], name: String) throws(RecorderError) {
    for key in keys {
      guard let start = key.start else { throw .failed("process \(key.pid) ended") }
      let path = "\(directory)/target-\(key.pid)-\(start)"
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw .failed("cannot write \(path): \(String(cString: strerror(errno)))") }
      guard clinux_lock(descriptor) == 0 else {
        throw .alreadyRecorded(pid: key.pid, by: clinux_lock_owner(descriptor))
      }
      // What another recording of it left is over.
      let before = String(decoding: Self.contents(of: descriptor), as: UTF8.self)
      if before.hasPrefix("recording-"), !before.contains("/") { remove(before) }
      guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0,
        Self.write(Array(name.utf8), to: descriptor)
      else { throw .failed("cannot write \(path): \(String(cString: strerror(errno)))") }
    }
  }

  /// Puts a file in place, whole or not at all.
  func keep(_ profile: Profile, as name: String) -> Bool {
    let path = "\(directory)/\(name)"
    let temporary = path + ".partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return false }
    let isWritten = Self.write(ProfileArchive(profile).bytes, to: descriptor)
    close(descriptor)
    guard isWritten, rename(temporary, path) == 0 else {
      unlink(temporary)
      return false
    }
    return true
  }

  /// Nothing stays of a recording.
  func remove(_ name: String) { for ending in ["status", "profile"] { unlink("\(directory)/\(name).\(ending)") } }

  /// Removes what lies there since yesterday.
  func tidy() {
    let now = time(nil)
    for file in files() where file.hasPrefix("target-") || file.hasPrefix("recording-") {
      let path = "\(directory)/\(file)"
      var status = stat()
      guard lstat(path, &status) == 0, now - status.st_mtim.tv_sec > Self.age else { continue }
      let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      if clinux_lock_owner(descriptor) == 0 { unlink(path) }
      close(descriptor)
    }
  }

  // MARK: - Files

  private func files() -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
  }

  private static func contents(of descriptor: Int32) -> [UInt8] {
    (try? BoundedFile.contents(of: descriptor, limit: 1 << 28)) ?? []
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }
}
