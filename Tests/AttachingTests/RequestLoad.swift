import Dispatch
import Synchronization
import TestSupport

/// Clients that send a server one request after the other, each on a connection of its own, until they are told to stop.
final class RequestLoad: Sendable {
  struct Outcome: Sendable {
    var answered = 0
    /// What came in place of an answer.
    var failures: [String] = []
  }

  private let outcome = Mutex(Outcome())
  private let isOver = Atomic(false)
  private let clients = DispatchGroup()

  init(port: UInt16, clients count: Int = 2) {
    for number in 0..<count {
      DispatchQueue(label: "client \(number)").async(group: clients) { [self] in
        while !isOver.load(ordering: .relaxed) { ask(port) }
      }
    }
  }

  /// Waits until each client has its last answer.
  func finish() -> Outcome {
    isOver.store(true, ordering: .relaxed)
    clients.wait()
    return outcome.withLock { $0 }
  }

  private func ask(_ port: UInt16) {
    let answer = Result {
      let connection = try LoopbackConnection(port: port)
      try connection.send("GET / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n")
      return try connection.receive()
    }
    outcome.withLock { outcome in
      switch answer {
      case .success(let text) where text.contains(" 200 ") && text.hasSuffix("ok"): outcome.answered += 1
      case .success(let text): outcome.failures.append(text)
      case .failure(let error): outcome.failures.append("\(error)")
      }
    }
  }
}
