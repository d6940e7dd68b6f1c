public import Catalog
import Glibc
import JSON
import JSONRPC
public import Redaction
import Wire

/// The operator's side of a gateway: one connection, commands one after the other.
///
/// Not Sendable: it belongs to the thread that gives the commands.
public final class GatewayClient {
  /// Where a gateway listens unless it is told otherwise.
  public static let defaultPath = "/run/ispyd/ispyd.sock"

  public let path: String
  private let descriptor: Int32
  private var framer = LineFramer(limit: WireMessage.responseLimit)
  private var lines: [[UInt8]] = []
  private var nextID = 1
  /// Who the gateway takes us for.
  public private(set) var user = ""
  /// The number of the session, where it is recorded.
  public private(set) var session: Int?

  /// Connects and greets.
  ///
  /// - Parameter isInteractive: commands come from a person, one after the other: the gateway records them.
  public init(path: String, client: String, isInteractive: Bool) throws(CommandError) {
    self.path = path
    descriptor = try Self.connect(path)
    do throws(CommandError) {
      let id = try send(WireMethod.hello, HelloParameters(client: client, isInteractive: isInteractive))
      let answer = try receive(id, isCancelled: { false }, pace: { nil }, notice: { _ in }, emit: { _ in true })
      guard let hello = try? JSONReader().decode(HelloResult.self, from: answer) else { throw Self.strange(path) }
      user = hello.user
      session = hello.session
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  private static func connect(_ path: String) throws(CommandError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw CommandError(.usage, "\(path) is too long for a socket")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw CommandError(.failed, "no socket: \(String(cString: strerror(errno)))") }
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
      }
    }
    guard code == 0 else {
      close(descriptor)
      switch code {
      case EACCES, EPERM:
        throw CommandError(
          .notPermitted, "the gateway at \(path) is not for this user",
          hint:
            "its socket belongs to a group; ask to be in it, or use --gateway none where you may read the target yourself"
        )
      default:
        throw CommandError(
          .unavailable, "no gateway answers at \(path): \(String(cString: strerror(code)))",
          hint: "is ispyd running? --gateway none works without it")
      }
    }
    return descriptor
  }

  // MARK: - Commands

  /// Carries out a command of the catalog; its results before the last go to `emit`, until that says false, and why it was
  /// ended before it was done goes to `notice`.
  public func run(
    _ entry: CatalogEntry, _ words: [String], values: ValueRight, reason: String?,
    isCancelled: @escaping () -> Bool, emit: @escaping (any CommandResult) -> Bool,
    pace: @escaping () -> Double? = { nil }, conversation: Conversation? = nil, notice: @escaping (String) -> Void
  ) throws(CommandError) -> any CommandResult {
    let specification = entry.specification
    let id = try send(
      WireMethod.run,
      RunParameters(
        plugin: specification.plugin, command: specification.name, words: words, values: values, reason: reason,
        described: entry.described))
    let answer = try receive(
      id, isCancelled: isCancelled, pace: pace, conversation: conversation, notice: notice,
      emit: { [path] value throws(CommandError) in emit(try Self.result(value, of: entry, path)) })
    return try Self.result(answer, of: entry, path)
  }

  private static func result(
    _ value: JSONValue, of entry: CatalogEntry, _ path: String
  ) throws(CommandError) -> any CommandResult {
    guard let result = entry.result(of: value) else { throw strange(path) }
    return result
  }

  private static func strange(_ path: String) -> CommandError {
    CommandError(
      .unavailable, "the gateway at \(path) said something that this ispy does not understand",
      hint: "are both of the same version?")
  }

  // MARK: - Lines

  private func send(_ method: String, _ parameters: some Encodable) throws(CommandError) -> Int {
    let id = nextID
    nextID += 1
    guard let line = try? WireMessage.request(id: id, method: method, parameters) else {
      throw CommandError(.failed, "the request cannot be encoded")
    }
    guard line.utf8.count <= WireMessage.requestLimit else {
      throw CommandError(.usage, "a request has at most \(WireMessage.requestLimit) bytes")
    }
    try write(line)
    return id
  }

  private func write(_ line: String) throws(CommandError) {
    var line = line
    let isWritten = line.withUTF8 { bytes in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let count = Glibc.send(descriptor, base + done, bytes.count - done, Int32(MSG_NOSIGNAL))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        done += count
      }
      return true
    }
    guard isWritten else { throw farewell() ?? lost() }
  }

  /// What the gateway said before it hung up.
  private func farewell() -> CommandError? {
    while let line = try? nextLine() {
      if case .failure(nil, let failure)? = try? WireMessage(trustedLine: line) { return CommandError(failure) }
    }
    return nil
  }

  private func lost() -> CommandError {
    CommandError(.unavailable, "the gateway at \(path) has closed the connection", hint: "its log says why")
  }

  /// The answer to a request; results before it go to `emit`.
  private func receive(
    _ id: Int, isCancelled: () -> Bool, pace: () -> Double?, conversation: Conversation? = nil,
    notice: (String) -> Void,
    emit: (JSONValue) throws(CommandError) -> Bool
  ) throws(CommandError) -> JSONValue {
    var isWanted = true
    var hasCancelled = false
    var lastPace: Double?
    while true {
      if let wanted = pace(), wanted != lastPace {
        lastPace = wanted
        if let line = try? WireMessage.pace(of: id, wanted) { try write(line) }
      }
      if !hasCancelled, !isWanted || isCancelled() {
        hasCancelled = true
        if let line = try? WireMessage.cancellation(of: id) { try write(line) }
      }
      if conversation?.takeInterrupt() == true, let line = try? WireMessage.interrupt(of: id) { try write(line) }
      guard let line = try nextLine() else { continue }
      let message: WireMessage
      do throws(WireFailure) { message = try WireMessage(trustedLine: line) } catch { throw Self.strange(path) }
      switch message {
      case .notification(WireMethod.result, let parameters):
        guard let result = ResultParameters(parameters), result.id == id else { continue }
        if !(try emit(result.result)) { isWanted = false }
      case .notification(WireMethod.notice, let parameters) where parameters["id"]?.integer == id:
        notice(parameters["text"]?.text ?? "")
      case .notification(WireMethod.ask, let parameters) where parameters["id"]?.integer == id:
        let reply = conversation?.ask(parameters["prompt"]?.text ?? "") ?? .end
        if let line = try? WireMessage.reply(to: id, reply) { try write(line) }
      case .response(id, let result): return result
      case .failure(let other, let failure) where other == id || other == nil: throw CommandError(failure)
      default: continue
      }
    }
  }

  /// Nil where none came within a moment, so that an interrupt is noticed.
  private func nextLine() throws(CommandError) -> [UInt8]? {
    if lines.isEmpty {
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&poller, 1, 100) > 0 else { return nil }
      let block = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
      }
      guard !block.isEmpty else {
        if errno == EINTR { return nil }
        throw lost()
      }
      do throws(LineFramer.TooLong) { lines = try framer.take(block) } catch { throw Self.strange(path) }
    }
    return lines.isEmpty ? nil : lines.removeFirst()
  }
}
