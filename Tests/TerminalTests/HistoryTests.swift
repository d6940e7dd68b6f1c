import Glibc
import TestSupport
import Testing

@testable import Terminal

final class HistoryTests {
  private let folder: String

  init() throws {
    var template = Array("/tmp/ispy-history-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestSupportError.system(call: "mkdtemp", errno: errno) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }

  private var path: String { folder + "/state/ispy/history" }

  private func mode(_ path: String) -> mode_t {
    var facts = stat()
    return lstat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
  }

  @Test func linesAreKeptForTheNextTime() throws {
    var history = History(path: path)
    for line in ["one", "two", "two", " secret", "", "three  ", "several\nlines"] { history.add(line) }
    #expect(history.lines == ["one", "two", "three"])
    #expect(History(path: path).lines == ["one", "two", "three"])
    #expect(mode(path) == 0o600)
    #expect(mode(folder + "/state/ispy") == 0o700)
  }

  @Test func shellsBesideEachOtherKeepTheirLines() throws {
    var first = History(path: path)
    var second = History(path: path)
    first.add("a")
    second.add("b")
    first.add("c")
    #expect(History(path: path).lines == ["a", "b", "c"])
  }

  @Test func theOldestAreForgotten() throws {
    var history = History(path: path)
    for number in 0..<2_100 { history.add("line \(number)") }
    #expect(history.lines.count == History.limit)
    let kept = History(path: path).lines
    #expect(kept.count <= History.limit)
    #expect(kept.last == "line 2099")
    let file = try TextFile.read(path)
    #expect(file.split(separator: "\n").count < 2 * History.limit + 1)
  }

  @Test func noLinkIsFollowed() throws {
    var history = History(path: path)
    history.add("one")
    let other = folder + "/other"
    try TextFile.write("untouched\n", to: other)
    unlink(path)
    #expect(symlink(other, path) == 0)
    var linked = History(path: path)
    linked.add("two")
    #expect(linked.lines == ["two"])
    #expect(try TextFile.read(other) == "untouched\n")
  }

  @Test func whatOthersMayWriteIsNotRead() throws {
    var history = History(path: path)
    history.add("one")
    chmod(path, 0o666)
    #expect(History(path: path).lines.isEmpty)
    chmod(path, 0o600)
    chmod(folder + "/state/ispy", 0o777)
    #expect(History(path: path).lines.isEmpty)
  }

  @Test(.enabled(if: getuid() == 0)) func anotherUsersFileIsNotRead() throws {
    var history = History(path: path)
    history.add("one")
    #expect(chown(path, 65_534, 65_534) == 0)
    var other = History(path: path)
    #expect(other.lines.isEmpty)
    other.add("two")
    #expect(try TextFile.read(path) == "one\n")
  }

  @Test func withoutAPathNothingIsWritten() {
    var history = History(path: nil)
    history.add("one")
    #expect(history.lines == ["one"])
  }

  @Test func itsPlaceIsTheUsersStateFolder() {
    #expect(History.defaultPath { ["XDG_STATE_HOME": "/s", "HOME": "/h"][$0] } == "/s/ispy/history")
    #expect(History.defaultPath { ["HOME": "/h"][$0] } == "/h/.local/state/ispy/history")
    #expect(History.defaultPath { ["HOME": "relative"][$0] } == nil)
    #expect(History.defaultPath { _ in nil } == nil)
  }
}
