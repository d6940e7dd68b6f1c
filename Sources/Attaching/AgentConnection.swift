import CTracer
import Glibc
public import JSON
import JSONRPC

/// The line to an agent: JSON-RPC 2.0, a message a line, over a socket that nobody else can open.
///
/// One call at a time.
public final class AgentConnection {
  private let descriptor: Int32
  private var framer = LineFramer(limit: messageLimit)
  private var lines: [[UInt8]] = []
  private var lastNumber = 0

  /// Bytes of one message; an agent keeps below it.
  private static let messageLimit = 4 << 20

  /// Takes the end of the pair that is `door` in the process.
  ///
  /// - Parameter process: a descriptor from pidfd_open.
  init(takenFrom process: Int32, door: Int32) throws(AttachError) {
    descriptor = ctracer_take_descriptor(process, door)
    switch -descriptor {
    case EPERM, EACCES: throw .notPermitted("its socket cannot be taken (pidfd_getfd)")
    case EBADF, ESRCH: throw .disconnected
    case let code where code > 0: throw .failed("its socket cannot be taken (pidfd_getfd: errno \(code))")
    default: break
    }
    var (domain, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    guard getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0, domain == AF_UNIX else {
      throw .malformedAnswer("what it offers is no socket")
    }
  }

  /// Takes one that is there already.
  init(adopting descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Sends what the agent waits for at its door, and hears that it has arrived.
  func greet(_ answer: [UInt8], until end: ContinuousClock.Instant) throws(AttachError) {
    try send(answer, until: end)
    try welcome(until: end)
  }

  /// Hears that it has arrived, and in which version.
  func welcome(until end: ContinuousClock.Instant) throws(AttachError) {
    guard case .notification("arrived", let parameters) = try message(until: end),
      let status = try? AgentStatus(parameters)
    else { throw .malformedAnswer("it did not say that it has arrived") }
    guard status.protocol == AgentStatus.protocolVersion else {
      throw .version(theirs: status.protocol, ours: AgentStatus.protocolVersion)
    }
  }

  /// Asks the agent and waits for its answer. What comes meanwhile and is no answer is passed over.
  ///
  /// - Parameter seconds: that it may take.
  public func call(
    _ method: String, _ parameters: some Encodable = [String: String](), within seconds: Double = 5
  ) throws(AttachError) -> JSONValue {
    let end = ContinuousClock.now + .seconds(seconds)
    let number = try ask(method, parameters, until: end)
    while true {
      if let answer = try Self.answer(to: number, in: try message(until: end)) { return answer }
    }
  }

  /// Sends a request; what answers it has the number that is returned.
  func ask(
    _ method: String, _ parameters: some Encodable = [String: String](), until end: ContinuousClock.Instant
  ) throws(AttachError) -> Int {
    lastNumber += 1
    guard let line = try? WireMessage.request(id: lastNumber, method: method, parameters) else {
      throw .failed("\(method) cannot be written as JSON")
    }
    try send(Array(line.utf8), until: end)
    return lastNumber
  }

  /// What a message answers to the request of that number; nil where it is something else.
  static func answer(to number: Int, in message: WireMessage) throws(AttachError) -> JSONValue? {
    switch message {
    case .response(number, let result): return result
    case .failure(number, let failure):
      throw failure.code == WireFailure.command
        ? .refused(failure.message) : .failed("its agent failed: \(failure.message)")
    default: return nil
    }
  }

  func send(_ bytes: [UInt8], until end: ContinuousClock.Instant) throws(AttachError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      try wait(for: POLLOUT, until: end)
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Self.flags) }
      if count > 0 { rest = rest.dropFirst(count) } else if !Self.isPassing(errno) { throw .disconnected }
    }
  }

  /// Whether a message is there, or something of one, within so many milliseconds.
  func hasMessage(within milliseconds: Int32) -> Bool {
    guard lines.isEmpty else { return true }
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, milliseconds) > 0
  }

  /// The next message of the agent.
  func message(until end: ContinuousClock.Instant) throws(AttachError) -> WireMessage {
    while lines.isEmpty {
      try wait(for: POLLIN, until: end)
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(descriptor, &buffer, buffer.count, Self.flags)
      guard count > 0 else {
        if count < 0, Self.isPassing(errno) { continue }
        throw .disconnected
      }
      do throws(LineFramer.TooLong) { lines = try framer.take(Array(buffer[..<count])) } catch {
        throw .malformedAnswer("a message of more than \(error.limit) bytes")
      }
    }
    do throws(WireFailure) { return try WireMessage(trustedLine: lines.removeFirst()) } catch {
      throw .malformedAnswer(error.message)
    }
  }

  private static let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)

  private static func isPassing(_ errno: Int32) -> Bool { errno == EAGAIN || errno == EINTR }

  private func wait(for events: Int32, until end: ContinuousClock.Instant) throws(AttachError) {
    let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
    guard left > 0 else { throw .notConfirmed("its agent did not answer in time") }
    var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    _ = Glibc.poll(&poll, 1, Int32(min(left + 1, 1000)))
  }
}
