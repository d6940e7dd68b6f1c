import CLinux
import Dispatch
import Glibc
import JSON
import Testing

@testable import Attaching

/// What comes out of a target is its own word: an agent that says what it should not is refused, in words and in time.
@Suite struct HostileAgentTests {
  /// A connection to an agent that has said `text` already, and goes then unless it is to stay.
  private func agent(saying text: String, stays: Bool = false) throws -> (AgentConnection, other: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
    let bytes = Array(text.utf8)
    try #require(send(ends[1], bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    if !stays { shutdown(ends[1], Int32(SHUT_WR)) }
    return (AgentConnection(adopting: ends[0]), ends[1])
  }

  private func error(_ body: () throws(AttachError) -> Void) -> AttachError? {
    do throws(AttachError) { try body() } catch { return error }
    return nil
  }

  private static let arrived =
    #"{"jsonrpc":"2.0","method":"arrived","params":{"protocol":2,"pid":1,"python":1,"ceiling":"console","lease":1,"seconds":1}}"#

  @Test(arguments: [
    "\n", "garbage\n", "\u{0}\u{1b}[2J\n", "[]\n", "{}\n", "null\n", #"{"jsonrpc":"2.0"}"# + "\n",
    #"{"jsonrpc":"2.0","id":1,"result":{}}"# + "\n",
    #"{"jsonrpc":"2.0","method":"arrived","params":[]}"# + "\n",
    #"{"jsonrpc":"2.0","method":"arrived","params":{"protocol":"1"}}"# + "\n",
    arrived.replacing("\"pid\":1", with: "\"pid\":99999999999") + "\n",
    arrived.replacing("arrived", with: "gone") + "\n",
    String(repeating: "[", count: 50_000) + "\n",
  ])
  func aWrongFirstWordIsRefused(_ text: String) throws {
    let (connection, other) = try agent(saying: text)
    defer { close(other) }
    let found = error { () throws(AttachError) in try connection.greet([], until: .now + .seconds(30)) }
    guard case .malformedAnswer = found else {
      Issue.record("\(text): \(String(describing: found))")
      return
    }
    #expect("\(try #require(found))".unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }

  @Test(arguments: [(1, "the application is older"), (3, "this program is older")])
  func anotherVersionIsSaidToBeOlderOrNewer(_ version: Int, _ words: String) throws {
    let (connection, other) = try agent(
      saying: Self.arrived.replacing("\"protocol\":2", with: "\"protocol\":\(version)") + "\n")
    defer { close(other) }
    let found = try #require(error { () throws(AttachError) in try connection.welcome(until: .now + .seconds(30)) })
    #expect(found == .version(theirs: version, ours: 2))
    #expect("\(found)".contains(words))
  }

  @Test(arguments: ["", "{", arrived])
  func whoGoesInTheMiddleIsGone(_ text: String) throws {
    let (connection, other) = try agent(saying: text)
    defer { close(other) }
    #expect(error { () throws(AttachError) in try connection.greet([], until: .now + .seconds(30)) } == .disconnected)
  }

  @Test func whoSaysNothingIsWaitedForInVain() throws {
    let (connection, other) = try agent(saying: "", stays: true)
    defer { close(other) }
    let found = error { () throws(AttachError) in try connection.greet([], until: .now + .milliseconds(20)) }
    #expect(found == .notConfirmed("its agent did not answer in time"))
  }

  /// What has no end is not kept: the first too many bytes end it.
  @Test func aLineWithoutEndIsRefused() throws {
    let (connection, other) = try agent(saying: "", stays: true)
    let flood = DispatchGroup()
    DispatchQueue(label: "flood").async(group: flood) {
      let bytes = [UInt8](repeating: 0x20, count: 1 << 16)
      while send(other, bytes, bytes.count, Int32(MSG_NOSIGNAL)) > 0 {}
    }
    defer {
      shutdown(other, Int32(SHUT_RDWR))
      flood.wait()
      close(other)
    }
    let found = error { () throws(AttachError) in try connection.greet([], until: .now + .seconds(60)) }
    #expect(found == .malformedAnswer("a message of more than \(4 << 20) bytes"))
  }

  // MARK: - Later

  private func answer(_ number: Int, _ result: String = "{}") -> String {
    #"{"jsonrpc":"2.0","id":\#(number),"result":\#(result)}"# + "\n"
  }

  @Test func anAnswerToSomethingElseIsPassedOver() throws {
    let (connection, other) = try agent(
      saying: answer(0) + answer(7) + Self.arrived + "\n" + answer(1, "[3]"), stays: true)
    defer { close(other) }
    #expect(try connection.call("status") == .array([.number("3")]))
    // The same again: the number is an old one by now.
    let old = Array(answer(1).utf8)
    #expect(send(other, old, old.count, Int32(MSG_NOSIGNAL)) == old.count)
    let found = error { () throws(AttachError) in _ = try connection.call("status", within: 0.02) }
    #expect(found == .notConfirmed("its agent did not answer in time"))
  }

  @Test(arguments: ["/dev/null", "/proc/self/maps", "/tmp"])
  func aDoorThatIsNoSocketIsRefused(_ path: String) throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    try #require(file >= 0)
    defer { close(file) }
    let process = clinux_pidfd_open(getpid())
    try #require(process >= 0)
    defer { close(process) }
    let found = error { () throws(AttachError) in _ = try AgentConnection(takenFrom: process, door: file) }
    #expect(found == .malformedAnswer("what it offers is no socket"))
  }

  @Test(arguments: [-1, 1 << 30] as [Int32]) func aDoorThatIsNotThereIsRefused(_ door: Int32) throws {
    let process = clinux_pidfd_open(getpid())
    try #require(process >= 0)
    defer { close(process) }
    let found = error { () throws(AttachError) in _ = try AgentConnection(takenFrom: process, door: door) }
    #expect(found == .disconnected)
  }
}
