import Attaching
import Audit
import Catalog
import Control
import JSON
import JSONRPC
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// What all connections share: the catalog, the line that commands take, and the threads that carry them out.
final class GatewayCore: Sendable {
  let keeper: PolicyKeeper
  let trail: AuditTrail
  let sessions: SessionBook
  let state: GatewayState
  let logger: Logger
  let figures = GatewayFigures()
  let agents = AgentKeeper(isLasting: true)
  private let catalog: Catalog
  private let line: Line
  private let limits = LimitKeeper()
  private let threads: NIOThreadPool

  init(
    keeper: PolicyKeeper, trail: AuditTrail, sessions: SessionBook, state: GatewayState, logger: Logger,
    threads: NIOThreadPool, catalog: Catalog = .standard
  ) {
    self.keeper = keeper
    self.trail = trail
    self.sessions = sessions
    self.state = state
    self.logger = logger
    self.catalog = catalog
    self.threads = threads
    line = Line(gate: keeper.gate, trail: trail, limits: limits)
  }

  // MARK: - Commands

  /// Carries a command out on a thread of its own, and answers.
  func run(_ parameters: RunParameters, id: Int, for client: ClientState) {
    let request: Request
    do throws(CommandError) { request = try self.request(parameters, client.principal) } catch {
      client.free(id)
      client.end()
      if limits.mayNoteRefusal(client.principal) { trail.misunderstood(parameters, by: client.principal, error) }
      figures.count(refused: error.cause)
      return client.send(failure: WireFailure(error), to: id)
    }
    let title = request.specification.title
    let session = client.session
    session?.countCommand()
    session?.recording.add(.command, ([title] + request.keptWords(digest: AuditLog.digest)).joined(separator: " "))
    threads.submit { [self] state in
      let answer =
        if case .active = state { self.answer(request, id: id, client, session) } else {
          Self.failure(CommandError(.unavailable, "the gateway is going down"), to: id)
        }
      client.free(id)
      client.finish(with: answer)
    }
  }

  private static func failure(_ error: CommandError, to id: Int) -> String {
    (try? WireMessage.failure(to: id, WireFailure(error))) ?? ""
  }

  private func request(_ parameters: RunParameters, _ principal: Principal) throws(CommandError) -> Request {
    let entry = try entry(of: parameters)
    guard entry.specification.place == .anywhere else {
      throw CommandError(
        .usage, "\(entry.specification.title) does not go through a gateway", hint: "record does; or use --gateway none"
      )
    }
    return Request(
      principal: principal, entry: entry, arguments: try Arguments(parameters.words, for: entry.specification),
      values: parameters.values, reason: parameters.reason.map { String($0.prefix(1000)) })
  }

  /// A command of the catalog, or one that a process brings, as it described it.
  private func entry(of parameters: RunParameters) throws(CommandError) -> CatalogEntry {
    guard let described = parameters.described, let plugin = parameters.plugin, !catalog.plugins.contains(plugin) else {
      return try catalog.command(parameters.command, plugin: parameters.plugin)
    }
    guard described.title == "\(plugin) \(parameters.command)",
      let entry = CatalogEntry(described: described, in: catalog)
    else { throw CommandError(.usage, "\(plugin) \(parameters.command) is not described in a way that is understood") }
    return entry
  }

  /// What is typed into a command that asks for lines is written down before it is carried out.
  private func conversation(_ id: Int, _ client: ClientState, _ session: SessionBook.Session) -> Conversation {
    Conversation(
      ask: { prompt in
        let reply = client.ask(id, prompt)
        guard case .line(let text) = reply else { return reply }
        return session.recording.add(.input, prompt + KeptText.text(text)) ? reply : .end
      }, takeInterrupt: { client.takeInterrupt(id) })
  }

  /// Carries it out; the line of its answer.
  private func answer(
    _ request: Request, id: Int, _ client: ClientState, _ session: SessionBook.Session?
  ) -> String {
    let began = LimitKeeper.monotonicSeconds()
    let charge = Charge()
    var surroundings = Line.Surroundings()
    surroundings.services = Services(core: self, principal: client.principal)
    surroundings.agents = agents
    // What cannot be recorded is not talked about.
    surroundings.conversation = session.map { conversation(id, client, $0) }
    surroundings.pace = { client.pace(of: id) }
    surroundings.isCancelled = { client.isCancelled(id) }
    surroundings.isUsedUp = { charge.isUsedUp }
    surroundings.limitReached = { reason in
      session?.recording.add(.error, reason)
      if let line = try? WireMessage.notice(of: id, reason) { _ = client.writeAndWait(line) }
    }
    surroundings.began = { charge.take($0, $1) }
    surroundings.withheld = { charge.withheld($0) }
    surroundings.emit = { result in
      guard let line = try? WireMessage.result(of: id, result) else { return false }
      charge.add(line.utf8.count)
      session?.recording.add(.result, result.schema, result: try? JSONText().text(of: result))
      return client.writeAndWait(line)
    }
    do throws(CommandError) {
      let result = try line.perform(request, surroundings)
      figures.count(request.specification.title, seconds: LimitKeeper.monotonicSeconds() - began)
      session?.recording.add(
        .result, result.schema, result: try? JSONText().text(of: result), withheld: charge.allWithheld)
      guard let line = try? WireMessage.response(to: id, result) else {
        return Self.failure(CommandError(.failed, "the result cannot be encoded"), to: id)
      }
      charge.add(line.utf8.count)
      return line
    } catch {
      figures.count(refused: error.cause)
      session?.recording.add(.error, error.description, withheld: charge.allWithheld)
      return Self.failure(error, to: id)
    }
  }

  /// Refusals that were only counted are written down together.
  func noteRefusals() {
    for unnoted in limits.takeUnnoted() {
      trail.control("refusals", by: unnoted.principal, note: "\(unnoted.count) more were not written down one by one")
    }
  }

  /// What a command uses of its limits while it runs.
  private final class Charge: Sendable {
    private let state = Mutex(State())

    private struct State {
      var keeper: LimitKeeper?
      var hold: LimitKeeper.Hold?
      var isUsedUp = false
      var withheld: [String: Int]?
    }

    func take(_ keeper: LimitKeeper, _ hold: LimitKeeper.Hold) {
      state.withLock { ($0.keeper, $0.hold) = (keeper, hold) }
    }

    func add(_ bytes: Int) {
      state.withLock { state in
        guard let keeper = state.keeper, let hold = state.hold else { return }
        if !keeper.charge(hold, bytes: bytes) { state.isUsedUp = true }
      }
    }

    func withheld(_ counts: [String: Int]) { state.withLock { $0.withheld = counts.isEmpty ? nil : counts } }

    var isUsedUp: Bool { state.withLock { $0.isUsedUp } }
    var allWithheld: [String: Int]? { state.withLock { $0.withheld } }
  }

  // MARK: - Sessions

  func beginSession(_ client: ClientState) throws(CommandError) {
    let session = try sessions.begin(client.principal, pid: client.pid) { name in
      client.send(failure: WireFailure(CommandError(.unavailable, "\(name) has ended this session")), to: nil)
      client.cancelAll()
      client.close()
    }
    client.take(session)
    trail.control("session", by: client.principal, note: "session \(session.summary.number) began")
  }

  func connectionEnded(_ client: ClientState) {
    figures.disconnect(client.principal.user)
    guard let session = client.session else { return }
    sessions.finish(session)
    let summary = session.summary
    let note = summary.killedBy.map { "was ended by \($0)" } ?? "ended"
    trail.control("session", by: client.principal, note: "session \(summary.number) \(note)")
  }
}
