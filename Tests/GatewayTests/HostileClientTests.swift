import Foundation
import TestSupport
import Testing

/// Clients that say anything but what they should.
@Suite struct HostileClientTests {
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

  @Test func whoeverDoesNotReadIsNotReadFromUntilTheyDo() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    var patience = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(wire.descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let line = #"{"jsonrpc":"2.0","id":3,"method":"nothing"}"# + "\n"
    let (lines, limit) = (200, 2000)
    let block = String(repeating: line, count: lines)
    var blocks = 0
    while blocks < limit, wire.send(block) { blocks += 1 }
    #expect(blocks < limit, "it would be kept somewhere")
    #expect(try gateway.ispy(TestGateway.ann, "whoami").code == 0)
    for _ in 0..<blocks * lines { #expect(wire.line()?.contains("there is no method") == true) }
    #expect(blocks > 0)
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
