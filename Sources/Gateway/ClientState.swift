import Catalog
import Control
import JSONRPC
import Glibc
import NIOCore
import Synchronization
import Wire

/// What is known of a client, and the way to it; used by its connection and by the threads that work for it.
final class ClientState: Sendable {
  let principal: Principal
  /// Of the client's process.
  let pid: Int32
  private let channel: any Channel
  private let state = Mutex(State())

  /// What its client said of a request that runs.
  private struct Running {
    var isCancelled = false
    var pace: Double?
    /// What it answered to a question, and Ctrl-C while there is none.
    var reply: Conversation.Reply?
    var isAsked = false
    var isInterrupted = false
  }

  private struct State {
    /// Those whose answer has not been made yet.
    var requests: [Int: Running] = [:]
    /// Those whose answer has not been written out yet.
    var unanswered = 0
    var isGone = false
    var session: SessionBook.Session?
  }

  init(_ principal: Principal, pid: Int32, channel: any Channel) {
    self.principal = principal
    self.pid = pid
    self.channel = channel
  }

  var session: SessionBook.Session? { state.withLock { $0.session } }
  func take(_ session: SessionBook.Session) { state.withLock { $0.session = session } }

  // MARK: - Requests

  /// False where there are too many, or that id is in use.
  func begin(_ id: Int, limit: Int) -> Bool {
    state.withLock { state in
      guard state.unanswered < limit, state.requests[id] == nil, !state.isGone else { return false }
      state.requests[id] = Running()
      state.unanswered += 1
      return true
    }
  }

  /// The answer is made: who gets it may use the id again at once.
  func free(_ id: Int) { state.withLock { $0.requests[id] = nil } }

  /// The answer has left this process, or there is none.
  func end() { state.withLock { $0.unanswered -= 1 } }

  func cancel(_ id: Int) { state.withLock { $0.requests[id]?.isCancelled = true } }

  func cancelAll() {
    state.withLock { state in for id in state.requests.keys { state.requests[id]?.isCancelled = true } }
  }

  func setPace(_ seconds: Double, of id: Int) { state.withLock { $0.requests[id]?.pace = seconds } }

  func pace(of id: Int) -> Double? { state.withLock { $0.requests[id]?.pace } }

  // MARK: - Conversations

  func reply(_ reply: Conversation.Reply, to id: Int) {
    state.withLock { if $0.requests[id]?.isAsked == true { $0.requests[id]?.reply = reply } }
  }

  /// Ctrl-C for what runs.
  func interrupt(_ id: Int) { state.withLock { $0.requests[id]?.isInterrupted = true } }

  func takeInterrupt(_ id: Int) -> Bool {
    state.withLock { state in
      defer { state.requests[id]?.isInterrupted = false }
      return state.requests[id]?.isInterrupted == true
    }
  }

  /// Asks the client for a line and waits for it, until its request is cancelled or it is gone.
  func ask(_ id: Int, _ prompt: String) -> Conversation.Reply {
    state.withLock { state in
      state.requests[id]?.isAsked = true
      state.requests[id]?.reply = nil
    }
    defer { state.withLock { $0.requests[id]?.isAsked = false } }
    guard let line = try? WireMessage.question(of: id, prompt), writeAndWait(line) else { return .end }
    while !isCancelled(id) {
      if let reply = state.withLock({ $0.requests[id]?.reply }) { return reply }
      _ = poll(nil, 0, 20)
    }
    return .end
  }

  func isCancelled(_ id: Int) -> Bool { state.withLock { $0.isGone || $0.requests[id]?.isCancelled ?? true } }

  func isGone() {
    state.withLock { $0.isGone = true }
  }

  // MARK: - Lines

  func send(_ result: some Encodable, to id: Int) {
    guard let line = try? WireMessage.response(to: id, result) else { return }
    write(line)
  }

  func send(failure: WireFailure, to id: Int?) {
    guard let line = try? WireMessage.failure(to: id, failure) else { return }
    write(line)
  }

  private func write(_ line: String) { channel.writeAndFlush(channel.allocator.buffer(string: line), promise: nil) }

  /// Sends the answer to a request, with which it ends. A short one is left to the thread of the connection while the
  /// client reads what it gets: to wait for it would wake a thread that has nothing more to do. Not for that thread.
  func finish(with answer: String) {
    guard answer.utf8.count <= Self.shortAnswer, channel.isWritable, !state.withLock({ $0.isGone }) else {
      _ = writeAndWait(answer)
      return end()
    }
    channel.writeAndFlush(channel.allocator.buffer(string: answer)).whenComplete { [self] _ in end() }
  }

  /// Bytes: with as many of them as a client has requests, and what a channel holds before it is not writable any more, a
  /// client that does not read holds 128 KiB.
  private static let shortAnswer = 4096

  /// Waits until it has left this process: who reads slowly is sent to slowly. Not for the thread of the connection.
  ///
  /// - Returns: false where the client is gone.
  func writeAndWait(_ line: String) -> Bool {
    guard !state.withLock({ $0.isGone }) else { return false }
    return (try? channel.writeAndFlush(channel.allocator.buffer(string: line)).wait()) != nil
  }

  /// Closes the connection once what was written has gone out.
  func close() { channel.close(promise: nil) }
}
