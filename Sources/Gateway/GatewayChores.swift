import Audit
import Catalog
import Control
import Glibc
import Logging
import PolicyFile
import ServiceLifecycle
import UnixSignals

/// What a gateway does of its own accord, until it is told to end: signs the audit, writes its figures, reads its policy
/// again on SIGHUP.
struct GatewayChores {
  let core: GatewayCore
  let log: AuditLog
  let configuration: GatewayConfiguration

  /// Seconds between two looks.
  private static let interval = 10
  /// Entries after which the head is signed; or after so many seconds, where there is a new one.
  private static let entriesBetweenCheckpoints: UInt64 = 1000
  private static let secondsBetweenCheckpoints = 600.0
  /// Between two looks at what is older or more than is to be kept.
  private static let secondsBetweenLettingGo = 60.0

  func run() async {
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await reloadOnSignal() }
      tasks.addTask { await repeatChores() }
      tasks.addTask { await tendAgents() }
      try? await gracefulShutdown()
      tasks.cancelAll()
    }
    core.agents.detachAll()
    core.noteRefusals()
    checkpoint()
  }

  /// Without this the agents go within their lease.
  private func tendAgents() async {
    while !Task.isCancelled {
      core.agents.tend()
      try? await Task.sleep(for: .seconds(2))
    }
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
    var nextLetGo = 0.0
    while !Task.isCancelled {
      writeMetrics()
      core.noteRefusals()
      let head = log.head
      let isDue =
        head.number >= last + Self.entriesBetweenCheckpoints
        || head.number > last && AuditLog.now() > lastTime + Self.secondsBetweenCheckpoints
      if isDue {
        checkpoint()
        last = head.number
        lastTime = AuditLog.now()
      }
      if LimitKeeper.monotonicSeconds() >= nextLetGo {
        letGo()
        nextLetGo = LimitKeeper.monotonicSeconds() + Self.secondsBetweenLettingGo
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

  /// What is older or more than is to be kept: recordings, and files of the audit once that is signed and written down.
  private func letGo() {
    do {
      let gone = try core.sessions.letGo(configuration.recordings)
      if !gone.isEmpty {
        let numbers = gone.map { String($0) }.joined(separator: ", ")
        core.trail.control(
          "retention", by: nil, note: KeptText.bounded("recordings of the sessions \(numbers) are let go"))
      }
      let kept = configuration.audit
      while let oldest = try AuditRelease(of: core.state.audit, bytes: kept.bytes, seconds: kept.seconds) {
        try core.state.release(oldest.last)
        var entry = AuditEntry(time: AuditLog.now(), kind: .control)
        entry.command = "retention"
        entry.note = "entries \(oldest.first) to \(oldest.last.number) are let go, signed"
        _ = try log.append(entry)
        try oldest.remove()
      }
    } catch {
      core.logger.critical("what was to be let go is kept", metadata: ["error": "\(error)"])
    }
  }

  /// Written beside and renamed: whoever reads it never sees half of it.
  private func writeMetrics() {
    guard let metrics = configuration.metrics else { return }
    let text = Array(core.figures.text(auditEntries: log.head.number).utf8)
    let draft = metrics + ".draft"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { return }
    let isWhole = write(descriptor, text, text.count) == text.count
    close(descriptor)
    if !isWhole || rename(draft, metrics) != 0 { unlink(draft) }
  }
}
