import Foundation
import TestSupport
import Testing

/// Clients that say anything but what they should.
@Suite struct HostileClientTests {
  /// A connection that is written to by hand.
  private final class Wire {
    let descriptor: Int32
    private var pending: [UInt8] = []

    init(_ path: String) throws {
      descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(code == 0)
      var limit = timeval(tv_sec: 60, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult func send(_ bytes: [UInt8]) -> Bool {
      var done = 0
      while done < bytes.count {
        let count = bytes.withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        done += count
      }
      return true
    }

    /// The next line; nil at the end.
    func line() -> String? {
      while true {
        if let end = pending.firstIndex(of: 0x0a) {
          defer { pending.removeSubrange(...end) }
          return String(decoding: pending[..<end], as: UTF8.self)
        }
        var block = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &block, block.count)
        guard count > 0 else { return nil }
        pending += block[..<count]
      }
    }

    func greet() {
      send(
        #"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"version":1,"client":"t","isInteractive":false}}"# + "\n")
      _ = line()
    }
  }

  private static let whoami =
    #"{"jsonrpc":"2.0","id":2,"method":"run","params":{"command":"whoami","words":[],"values":"redacted"}}"# + "\n"

  @Test func whoeverDoesNotGreetGetsNothing() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    wire.send(Self.whoami)
    #expect(wire.line()?.contains("the first request is hello") == true)
  }

  @Test func anotherVersionIsRefusedInWords() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    wire.send(
      #"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"version":99,"client":"t","isInteractive":false}}"# + "\n")
    #expect(wire.line()?.contains("speaks version 1") == true)
  }

  @Test func nonsenseIsAnsweredAndTheConnectionGoesOn() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    wire.greet()
    for text in [
      "nonsense\n", "{}\n", "[]\n", "\u{0}\u{1}\n", #"{"jsonrpc":"2.0","id":3,"method":"nothing"}"# + "\n",
      #"{"jsonrpc":"2.0","id":4,"method":"run","params":{"command":7}}"# + "\n",
      #"{"jsonrpc":"2.0","id":5,"method":"run","params":{"command":"nothing","words":[],"values":"redacted"}}"# + "\n",
      #"{"jsonrpc":"2.0","id":6,"method":"run","params":{"command":"whoami","words":[],"values":"everything"}}"# + "\n",
      #"{"jsonrpc":"2.0","id":7,"method":"run","params":{"command":"whoami","words":["x"],"values":"redacted"}}"#
        + "\n",
      String(repeating: "[", count: 500_000) + "\n",
    ] {
      wire.send(text)
      #expect(wire.line()?.contains("\"error\"") == true, "\(text.prefix(80))")
    }
    wire.send(Self.whoami)
    #expect(wire.line()?.contains("ispyd.whoami/1") == true)
  }

  @Test func aLineWithoutEndIsCutOff() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    let block = [UInt8](repeating: 0x61, count: 1 << 16)
    var sent = 0
    while sent < 64 << 20, wire.send(block) { sent += block.count }
    #expect(sent < 64 << 20, "the gateway hangs up long before")
    #expect(try gateway.ispy(TestGateway.ann, "whoami").code == 0)
  }

  @Test func requestsMayComeInAnyPiecesAndAllTogether() throws {
    let gateway = try TestGateway(
      policy: TestGateway.policy().replacingOccurrences(of: TestGateway.ann, with: "root"))
    let wire = try Wire(gateway.socket)
    wire.greet()
    let lines = (10..<18).map { Self.whoami.replacingOccurrences(of: "\"id\":2", with: "\"id\":\($0)") }.joined()
    for byte in lines.utf8.prefix(150) { wire.send([byte]) }
    wire.send(Array(lines.utf8.dropFirst(150)))
    let answers = (10..<18).compactMap { _ in wire.line() }
    for id in 10..<18 { #expect(answers.contains { $0.contains("\"id\":\(id),") }) }
  }

  @Test func oneClientCannotRunWithoutEnd() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    wire.greet()
    let one = Self.whoami.replacingOccurrences(of: "\"id\":2", with: "\"id\":ID")
    wire.send((0..<200).map { one.replacingOccurrences(of: "ID", with: "\($0 + 10)") }.joined())
    var refused = 0
    for _ in 0..<200 { if wire.line()?.contains("at most 16 requests") == true { refused += 1 } }
    #expect(refused > 0)
  }

  @Test func oneUserCannotTakeEverybodysPlace() throws {
    let gateway = try TestGateway(configuration: "connections: 16")
    // Root is the user of this test: a quarter of the places is the most that it gets.
    let wires = try (0..<12).map { _ in try Wire(gateway.socket) }
    let greeted = wires.filter { wire in
      wire.send(
        #"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"version":1,"client":"t","isInteractive":false}}"# + "\n")
      return wire.line() != nil
    }
    #expect(greeted.count == 4)
    #expect(try gateway.ispy(TestGateway.ann, "whoami").code == 0)
  }

  @Test func randomBytesNeverEndTheGateway() throws {
    let gateway = try TestGateway()
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<40 {
      let wire = try Wire(gateway.socket)
      if Bool.random(using: &generator) { wire.greet() }
      wire.send(generator.mutated(Array((Self.whoami + Self.whoami).utf8)) + [0x0a])
      if Bool.random(using: &generator) { _ = wire.line() }
    }
    #expect(try gateway.ispy(TestGateway.ann, "whoami").code == 0)
  }
}
