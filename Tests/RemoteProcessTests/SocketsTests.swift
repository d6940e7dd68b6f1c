import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct SocketsTests {
  @Test func socketsOfAProcessHaveTheirEnds() throws {
    let child = try PythonChild(
      """
      server = socket.socket()
      server.bind(("127.0.0.1", 0))
      server.listen()
      client = socket.create_connection(server.getsockname())
      peer, _ = server.accept()
      local = socket.socket(socket.AF_UNIX)
      local.bind("\\0ispy-test-" + str(os.getpid()))
      local.listen()
      datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      datagrams.bind(("0.0.0.0", 0))
      copy = os.dup(server.fileno())
      facts = [server.fileno(), server.getsockname()[1], client.fileno(), client.getsockname()[1], local.fileno(),
               datagrams.fileno(), copy]
      """)
    defer { child.process.end() }
    let sockets = try Sockets(pid: child.pid)
    let port = try child.number(1)

    let server = try #require(sockets[Int32(try child.number(0))])
    #expect(server.kind == .tcp)
    #expect(server.state == .listening)
    #expect(server.local?.description == "127.0.0.1:\(port)")
    #expect(server.remote == nil)
    #expect(server.descriptors == [Int32(try child.number(0)), Int32(try child.number(6))])

    let client = try #require(sockets[Int32(try child.number(2))])
    #expect(client.state == .established)
    #expect(client.local?.port == UInt16(try child.number(3)))
    #expect(client.remote?.description == "127.0.0.1:\(port)")

    let local = try #require(sockets[Int32(try child.number(4))])
    #expect(local.kind == .unix)
    #expect(local.state == .listening)
    #expect(local.path == "@ispy-test-\(child.pid)")

    let datagrams = try #require(sockets[Int32(try child.number(5))])
    #expect(datagrams.kind == .udp)
    #expect(datagrams.state == .unconnected)
    #expect(datagrams.local?.address == "0.0.0.0")
  }

  @Test func addressesOfVersionSixAreWrittenShort() throws {
    func address(_ text: String) throws -> String? {
      let line = "sl\n 0: \(text):1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 42 1\n"
      return Sockets.parse(Array(line.utf8), kind: .tcp6, descriptors: [42: [3]]).first?.local?.address
    }
    #expect(try address("00000000000000000000000000000000") == "::")
    #expect(try address("00000000000000000000000001000000") == "::1")
    #expect(try address("0000000000000000FFFF00000100007F") == "::ffff:127.0.0.1")
    #expect(try address("B80D0120000000000000000001000000") == "2001:db8::1")
    #expect(try address("B80D0120010000000300020005000400") == "2001:db8:0:1:2:3:4:5")
    #expect(try address("00000120000000000100000000000000") == "2001::1:0:0")
    #expect(try address("B80D") == nil)
  }

  @Test func endpointsAreWrittenAsInAURL() {
    #expect(Socket.Endpoint(words: [0x0100_007f], port: 80).description == "127.0.0.1:80")
    #expect(Socket.Endpoint(words: [0, 0, 0, 0x0100_0000], port: 80).description == "[::1]:80")
  }

  @Test func filesOfAProcessAreTold() throws {
    let child = try PythonChild(
      """
      import select, tempfile
      reader, writer = os.pipe()
      gone = tempfile.TemporaryFile()
      poll = select.epoll()
      memory = os.memfd_create("notes")
      null = os.open("/dev/null", os.O_RDONLY)
      facts = [reader, writer, gone.fileno(), poll.fileno(), memory, null]
      """)
    defer { child.process.end() }
    let files = try OpenFiles(pid: child.pid)
    func target(_ index: Int) throws -> OpenFiles.Target {
      try #require(files[Int32(try child.number(index))])
    }
    #expect(try target(0).description.hasPrefix("pipe:["))
    #expect(try target(1) == target(0))
    #expect(try target(2).description.hasSuffix(" (deleted)"))
    #expect(try target(3) == .anonymous("eventpoll"))
    #expect(try target(4) == .memory("notes"))
    #expect(try target(5) == .path("/dev/null"))
    #expect(files.isComplete)
    #expect(try OpenFiles(pid: child.pid, limit: 3).isComplete == false)
    #expect(try OpenFiles.target(of: Int32(try child.number(5)), pid: child.pid) == .path("/dev/null"))
  }
}
