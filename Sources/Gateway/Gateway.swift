import Audit
import Catalog
import Control
import Glibc
public import Logging
import NIOCore
import NIOPosix
import Persistence
public import PolicyFile
public import ServiceLifecycle
import UnixSignals

/// The daemon: everyone's commands come here, and what the policy allows is carried out.
public struct Gateway: Service {
  public static let version = "0.1.0"

  private let configuration: GatewayConfiguration
  private let logger: Logger

  public init(_ configuration: GatewayConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Listens until it is told to end; then what runs is ended, and the audit is closed.
  public func run() async throws {
    // A client that goes away, or a reader of a pipe, is no reason to end.
    signal(SIGPIPE, SIG_IGN)
    // A file that may not grow is an error of the write, as a full disk is.
    signal(SIGXFSZ, SIG_IGN)
    let directory = try SocketDirectory(configuration.socket.directoryPart, group: configuration.group)
    let state = try GatewayState(configuration)
    let log = try AuditLog(directory: state.audit, mirror: configuration.syslog ? SystemLog.mirror : nil)
    defer { log.close() }
    let store = try GatewayStore(path: state.database)
    let trail = AuditTrail(log: log, logger: logger)
    let keeper = PolicyKeeper(
      path: configuration.policy, share: max(1, configuration.concurrent / 4), desk: try ApprovalDesk(store: store),
      trail: trail, logger: logger)
    let isInForce = keeper.read().isInForce
    if !isInForce { logger.critical("nothing is allowed until the policy can be read") }
    let threads = NIOThreadPool(numberOfThreads: configuration.concurrent)
    threads.start()
    let core = GatewayCore(
      keeper: keeper, trail: trail,
      sessions: try SessionBook(store: store, directory: state.sessions), state: state, logger: logger, threads: threads
    )
    let listener = try directory.listen(configuration.socket.lastPart)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await bootstrap(group, threads, core).withBoundSocket(listener).get()
    core.trail.control(
      "start", by: nil, note: "ispyd \(Self.version); policy \(isInForce ? "in force" : "broken: nothing is allowed")")
    logger.notice("listening", metadata: ["socket": "\(configuration.socket)"])
    await GatewayChores(core: core, log: log, configuration: configuration).run()
    logger.notice("going down")
    unlink(configuration.socket)
    try? await server.close()
    // Closes every connection, which ends what is done for it.
    try? await group.shutdownGracefully()
    try? await threads.shutdownGracefully()
    core.trail.control("stop", by: nil, note: "ispyd \(Self.version)")
  }

  private func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ threads: NIOThreadPool, _ core: GatewayCore
  ) -> ServerBootstrap {
    let limit = configuration.connections
    // Nobody has the place of everybody.
    let limitOfUser = max(4, limit / 4)
    return ServerBootstrap(group: group).childChannelInitializer { channel in
      guard core.figures.connect(limit: limit) else { return channel.eventLoop.makeFailedFuture(Refused.tooMany) }
      guard let provider = channel as? any SocketOptionProvider else {
        return channel.eventLoop.makeFailedFuture(Refused.unknown)
      }
      let credentials: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
        level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
      return credentials.flatMap { credentials in
        // Names of users and groups may be asked of a server elsewhere: that is not for the thread of all connections.
        threads.runIfActive(eventLoop: channel.eventLoop) { credentials.principal }.flatMapThrowing { principal in
          guard core.figures.connect(principal.user, limit: limitOfUser) else { throw Refused.tooMany }
          let client = ClientState(principal, pid: credentials.pid, channel: channel)
          try channel.pipeline.syncOperations.addHandler(Connection(core, client))
        }
      }.flatMapErrorThrowing { error in
        // No handler will say that it ended.
        core.figures.disconnect(nil)
        throw error
      }
    }
  }

  private enum Refused: Error { case tooMany, unknown }
}

extension String {
  /// `/run/ispyd` of `/run/ispyd/ispyd.sock`.
  fileprivate var directoryPart: String {
    let parts = split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }

  fileprivate var lastPart: String { split(separator: "/").last.map(String.init) ?? self }
}
