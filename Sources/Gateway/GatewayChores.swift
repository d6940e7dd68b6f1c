import Logging
import Audit
import Glibc
import ServiceLifecycle
import UnixSignals

/// What a gateway does of its own accord, until it is told to end: signs the audit, writes its figures, reads its policy
/// again on SIGHUP.
struct GatewayChores {
  let core: GatewayCore
  let log: AuditLog
  let metrics: String?

  /// Seconds between two looks.
  private static let interval = 10
  /// Entries after which the head is signed; or after so many seconds, where there is a new one.
  private static let entriesBetweenCheckpoints: UInt64 = 1000
  private static let secondsBetweenCheckpoints = 600.0

  func run() async {
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await reloadOnSignal() }
      tasks.addTask { await repeatChores() }
      try? await gracefulShutdown()
      tasks.cancelAll()
    }
    checkpoint()
  }

  private func reloadOnSignal() async {
    for await _ in await UnixSignalsSequence(trapping: .sighup) {
      let (isInForce, _) = core.keeper.read()
      core.trail.control(
        "policy reload", by: nil,
        note: "SIGHUP: " + (isInForce ? "another policy is in force" : "the file is broken; nothing changed"))
    }
  }

  private func repeatChores() async {
    var last = log.head.number
    var lastTime = AuditLog.now()
    while !Task.isCancelled {
      writeMetrics()
      let head = log.head
      let isDue =
        head.number >= last + Self.entriesBetweenCheckpoints
        || head.number > last && AuditLog.now() > lastTime + Self.secondsBetweenCheckpoints
      if isDue {
        checkpoint()
        last = head.number
        lastTime = AuditLog.now()
      }
      try? await Task.sleep(for: .seconds(Self.interval))
    }
  }

  private func checkpoint() {
    let head = log.head
    guard head.number > 0 else { return }
    do { _ = try core.state.checkpoint(head) } catch {
      core.logger.critical("the audit's head could not be signed and kept", metadata: ["error": "\(error)"])
    }
  }

  /// Written beside and renamed: whoever reads it never sees half of it.
  private func writeMetrics() {
    guard let metrics else { return }
    let text = Array(core.figures.text(auditEntries: log.head.number).utf8)
    let draft = metrics + ".draft"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { return }
    let isWhole = write(descriptor, text, text.count) == text.count
    close(descriptor)
    if !isWhole || rename(draft, metrics) != 0 { unlink(draft) }
  }
}
