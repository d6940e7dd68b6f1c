import Glibc
import TestSupport
import Testing

/// Programs that no one here wrote, which open what is written (Scripts/setup/viewers).
enum Viewer {
  /// Runs one to its end and returns what it printed on standard output; nil, and a line that says so, where it is not
  /// installed.
  static func run(_ program: String, _ arguments: [String], what: String) throws -> String? {
    guard access(program, X_OK) == 0 else {
      withKnownIssue { Issue.record("not tested: \(what) (no \(program); see Scripts/setup/viewers)") }
      return nil
    }
    let home = "/tmp/ispy-viewer-\(getpid())"
    mkdir(home, 0o700)
    let child = try ChildProcess(
      ["/bin/sh", "-c", "exec \"$@\" 2>/dev/null", "sh", program] + arguments,
      environment: ["HOME": home, "GOCACHE": home + "/go", "GOTOOLCHAIN": "local", "PPROF_TMPDIR": home])
    defer { child.end() }
    #expect(try child.waitForExit(within: .seconds(180)) == 0)
    return child.transcript
  }

  /// Opens a page that may read files, and says by itself what it found; nil as above.
  static func browser(_ path: String) throws -> ChildProcess? {
    guard access("/usr/bin/chromium", X_OK) == 0 else {
      withKnownIssue { Issue.record("not tested: pages in a browser (see Scripts/setup/viewers)") }
      return nil
    }
    let home = "/tmp/ispy-viewer-\(getpid())"
    mkdir(home, 0o700)
    return try ChildProcess(
      [
        "/usr/bin/chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--allow-file-access-from-files", "--user-data-dir=\(home)/chromium-\(path.split(separator: "/").last ?? "")",
        "--dump-dom", "file://" + path,
      ], environment: ["HOME": home])
  }

  /// What a page is once its scripts have run.
  static func dom(of path: String, fragment: String = "", what: String) throws -> String? {
    try run(
      "/usr/bin/chromium",
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
        "--user-data-dir=/tmp/ispy-viewer-\(getpid())/chromium-\(path.split(separator: "/").last ?? "")",
        "--virtual-time-budget=10000", "--dump-dom", "file://" + path + (fragment.isEmpty ? "" : "#" + fragment),
      ], what: what)
  }

  /// A file for a viewer, which goes when the test ends.
  struct Document: ~Copyable {
    let path: String

    init(_ bytes: [UInt8], ending: String) throws {
      path = "/tmp/ispy-viewer-\(getpid())-\(UInt32.random(in: .min ... .max))\(ending)"
      let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
      defer { close(file) }
      guard write(file, bytes, bytes.count) == bytes.count else {
        throw TestSupportError.system(call: "write \(path)", errno: errno)
      }
    }

    deinit { unlink(path) }
  }
}
