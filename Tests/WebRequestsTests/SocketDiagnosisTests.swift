import Glibc
import TestSupport
import Testing

@testable import WebRequests

struct SocketDiagnosisTests {
  @Test func theRequestHasTheSizesOfTheKernelsStructures() {
    let request = SocketDiagnosis.request(family: AF_INET)
    #expect(request.count == 72)
    #expect(Array(request[..<8]) == [72, 0, 0, 0, 20, 0, 1, 3])
    #expect(Array(request[16..<24]) == [2, 6, 2, 0, 0b10, 0b1, 0, 0])
  }

  @Test func aMessageIsRead() {
    var connections: [SocketDiagnosis.Connection] = []
    let isLast = message(sinceLastData: 1234).withUnsafeBytes { SocketDiagnosis.parse($0) { connections.append($0) } }
    #expect(!isLast)
    #expect(
      connections == [
        SocketDiagnosis.Connection(remoteAddress: "192.0.2.7", remotePort: 443, inode: 4711, sinceLastData: 1234)
      ])
  }

  @Test func theLastMessageEndsTheAnswer() {
    var done = [UInt8](repeating: 0, count: 20)
    done[0] = 20
    done[4] = 3
    #expect(done.withUnsafeBytes { SocketDiagnosis.parse($0) { _ in Issue.record("no connection is in it") } })
  }

  @Test func aMessageOfAnyLengthIsNoMisread() {
    let whole = message(sinceLastData: 1)
    for count in 0...whole.count {
      _ = Array(whole[..<count]).withUnsafeBytes { SocketDiagnosis.parse($0) { _ in } }
    }
    var random = SeededGenerator(seed: 17)
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<4 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = bytes.withUnsafeBytes { SocketDiagnosis.parse($0) { _ in } }
    }
  }

  @Test func aConnectionOfThisProcessHasAnAge() throws {
    let listener = try LoopbackListener()
    let client = try LoopbackConnection(port: listener.port)
    let server = try listener.accept()
    try client.send("x\n")
    #expect(try server.receive(until: "\n") == "x\n")
    let ages = ConnectionAges(pid: getpid()).seconds
    let peer = WebRequest.Client(address: "127.0.0.1", port: Int(listener.port))
    #expect(ages[peer].map { $0 >= 0 } == true)
    client.end()
  }

  @Test func aProcessThatIsNotThereHasNoConnections() {
    #expect(ConnectionAges(pid: 0x3fff_fff0).seconds.isEmpty)
  }

  @Test func onlyWhatIsUnknownIsCompleted() {
    let peer = WebRequest.Client(address: "192.0.2.7", port: 443)
    let ages = ConnectionAges(seconds: [peer: 2.5])
    var request = WebRequest(path: "/", connection: peer)
    #expect(ages.completing(request).duration == .atLeast(2.5))
    request.duration = .exact(1)
    #expect(ages.completing(request).duration == .exact(1))
    request.duration = .unknown
    request.connection = WebRequest.Client(address: "192.0.2.7", port: 444)
    #expect(ages.completing(request).duration == .unknown)
  }

  /// An `inet_diag_msg` with a `tcp_info`, as the kernel sends it.
  private func message(sinceLastData: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16 + 72 + 4 + 60)
    let count = UInt32(bytes.count)
    bytes.withUnsafeMutableBytes { raw in
      raw.storeBytes(of: count, as: UInt32.self)
      raw.storeBytes(of: 20, toByteOffset: 4, as: UInt16.self)
      raw.storeBytes(of: UInt8(AF_INET), toByteOffset: 16, as: UInt8.self)
      raw.storeBytes(of: UInt16(443).bigEndian, toByteOffset: 16 + 6, as: UInt16.self)
      for (index, byte) in [192, 0, 2, 7].enumerated() {
        raw.storeBytes(of: UInt8(byte), toByteOffset: 16 + 24 + index, as: UInt8.self)
      }
      raw.storeBytes(of: 4711, toByteOffset: 16 + 68, as: UInt32.self)
      raw.storeBytes(of: 64, toByteOffset: 16 + 72, as: UInt16.self)
      raw.storeBytes(of: 2, toByteOffset: 16 + 74, as: UInt16.self)
      raw.storeBytes(of: sinceLastData, toByteOffset: 16 + 76 + 52, as: UInt32.self)
    }
    return bytes
  }
}
