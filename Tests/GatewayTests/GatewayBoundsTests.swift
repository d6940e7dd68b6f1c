import Audit
import Catalog
import Foundation
import TestSupport
import Testing

/// What a gateway keeps, for how long, and what it does when it comes to an end of something.
@Suite struct GatewayBoundsTests {
  private typealias User = TestGateway

  private func entries(_ gateway: TestGateway) throws -> [AuditEntry] {
    try AuditReader(directory: gateway.state + "/audit").last(100_000) { _ in true }
  }

  private func auditFiles(_ gateway: TestGateway) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: gateway.state + "/audit").filter { $0.hasPrefix("audit-") }
      .sorted()
  }

  private static func threads() throws -> PythonTarget {
    let target = try #require(PythonInterpreter.named("3.11")).run("threads.py")
    return target
  }

  // MARK: - Time

  @Test func whoIsEndedByATimeoutIsToldSo() throws {
    let gateway = try TestGateway(policy: TestGateway.policy("limits: {timeout: 1s}"))
    let target = try Self.threads()
    defer { target.end() }
    let run = try gateway.ispy(User.ann, "record", "\(target.pid)", "--duration", "1h", "--json")
    #expect(run.code == 74, "\(run.errors)")
    #expect(run.errors.contains("ended by the policy's timeout of 1 s"), "\(run.errors)")
    #expect(run.output.contains("ispyd.record/1"), "what was gathered is there")
    try gateway.restart(with: SIGTERM)
    let outcome = try entries(gateway).last { $0.kind == .outcome }
    #expect(outcome?.note?.contains("timeout of 1 s") == true && outcome?.isPartial == true)
  }

  // MARK: - What one person may have

  @Test func onePersonHasAShareOfTheThreads() throws {
    let gateway = try TestGateway(configuration: "concurrent: 8")
    let target = try Self.threads()
    defer { target.end() }
    // Two is a quarter of eight.
    let long = try (0..<2).map { _ in try gateway.begin(User.ann, "record", "\(target.pid)", "--duration", "1h") }
    defer { for child in long { child.end() } }
    var begun = 0
    for _ in 0..<200 where begun < 2 {
      begun = try gateway.ispy(User.bob, "audit").output.split(separator: "\n").count { $0.contains("record") }
    }
    try #require(begun == 2)
    let third = try gateway.ispy(User.ann, "whoami")
    #expect(third.code == 74 && third.errors.contains("2 commands run already"), "\(third.code) \(third.errors)")
    // Another one has a share of their own.
    #expect(try gateway.ispy(User.bob, "whoami").code == 0)
  }

  // MARK: - What is refused

  @Test func whatIsAboutOthersIsNotOpenedByAnApprovalRuleForAll() throws {
    let gateway = try TestGateway(
      policy: TestGateway.policy(
        "  - {name: glass, users: [\"\(User.eve)\"], on: all, rung: console, values: raw, break-glass: true, approvers: {users: [\"\(User.bob)\"]}}"
      ))
    for words in [["audit"], ["sessions"], ["policy", "reload"], ["sessions", "kill", "1"]] {
      let run = try gateway.ispy(User.eve, words + ["--reason", "because"])
      #expect(run.code == 77, "\(words): \(run.output)")
    }
    // What it opens shows no more than her roles do: there is none.
    #expect(try gateway.ispy(User.eve, "ps", "--reason", "because").code == 75)
    let list = try gateway.ispy(User.eve, "ps", "--json")
    #expect(list.code == 0 && !list.output.contains("\"pid\""), "\(list.output) \(list.errors)")
  }

  @Test func wordsThatAreNoCommandLeaveATrace() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    wire.greet()
    for (command, words) in [
      ("shutdown", #""now","password=planted-secret""#), ("dump", #""--nonsense""#), ("can", #""nonsense""#),
    ] {
      #expect(wire.run(command, words)?.contains("\"cause\":\"usage\"") == true)
    }
    // What was refused is written down soon, and at the end at the latest.
    try gateway.restart(with: SIGTERM)
    let refused = try entries(gateway).filter { $0.kind == .refused }
    try #require(refused.count == 3)
    #expect(refused.map(\.command) == ["shutdown", "dump", "can"])
    #expect(refused.allSatisfy { $0.failure == "usage" && $0.user == getuid() })
    #expect(refused[0].words?.first == "now" && refused[0].words?.last?.contains("planted-secret") == false)
  }

  @Test func refusalsBeyondTheLimitAreWrittenDownTogether() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    wire.greet()
    for _ in 0..<200 {
      #expect(wire.run("audit")?.contains("notPermitted") == true)
    }
    try gateway.restart(with: SIGTERM)
    let entries = try entries(gateway)
    let refused = entries.count { $0.kind == .refused }
    let together = entries.filter { $0.command == "refusals" }
    #expect(refused >= 120 && refused < 200)
    let counted = together.compactMap { $0.note?.split(separator: " ").first.flatMap { Int($0) } }.reduce(0, +)
    #expect(refused + counted == 200)
    #expect(together.allSatisfy { $0.user == getuid() })
  }

  @Test func anIdIsFreeOnceItsAnswerIsThere() throws {
    let gateway = try TestGateway()
    let wire = try Wire(gateway.socket)
    wire.greet()
    for _ in 0..<300 {
      #expect(wire.run("whoami")?.contains("\"result\"") == true)
    }
  }

  @Test func ofAPolicyThatIsCheckedADigestIsKept() throws {
    let gateway = try TestGateway()
    let text = "version: 1\n# a line that nobody else writes\n"
    try text.write(toFile: gateway.directory + "/other.yaml", atomically: false, encoding: .utf8)
    #expect(try gateway.ispy(User.ann, "policy", "check", gateway.directory + "/other.yaml").code == 0)
    let sum = try ChildProcess(["sha256sum", gateway.directory + "/other.yaml"])
    #expect(try sum.waitForExit() == 0)
    let digest = try #require(sum.transcript.split(separator: " ").first)
    let entry = try #require(try entries(gateway).first { $0.kind == .intent && $0.command == "policy check" })
    #expect(entry.words == ["sha256:\(digest)"])
    #expect(try !gateway.everythingKept().contains("nobody else writes"))
  }

  // MARK: - What is kept

  @Test func oldRecordingsAndOldFilesOfTheAuditGo() throws {
    let gateway = try TestGateway(configuration: "recordings: {keep: 1h}\naudit: {keep: 1h}")
    for _ in 0..<2 { _ = try gateway.ispy(User.ann, ["shell"], input: ["ps", "exit"]) }
    try gateway.restart(with: SIGTERM) { gateway in
      // Some files of the audit more, as if it had been at work for long; they and the first recording are old by now.
      let log = try AuditLog(directory: gateway.state + "/audit", segmentLimit: 1000)
      for _ in 0..<40 { _ = try log.append(AuditEntry(time: 1, kind: .control)) }
      log.close()
      let names = try auditFiles(gateway)
      try #require(names.count > 3)
      for path in names.dropLast().map({ "/audit/" + $0 }) + ["/sessions/session-1.jsonl"] {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: gateway.state + path)
      }
    }
    // It looks once at its start; what it did stands in what is left of the audit.
    while try auditFiles(gateway).count > 1 {}
    #expect(try entries(gateway).contains { $0.note?.contains("recordings of the sessions 1 are let go") == true })
    let verdict = try gateway.ispy(User.bob, "audit", "verify")
    #expect(verdict.code == 0, "\(verdict.output) \(verdict.errors)")
    #expect(verdict.output.contains("were let go by the gateway"), "\(verdict.output)")
    #expect(try gateway.ispy(User.bob, "sessions", "replay", "1").code == 71)
    #expect(try gateway.ispy(User.bob, "sessions", "replay", "2").output.contains("$ ps"))
    let key = try #require(try AuditCheckpoint.read(gateway.state + "/audit/released").checkpoints.first?.key)
    let outside = try ChildProcess([
      try BuiltProgram.path(of: "ispyd"), "--verify-audit", gateway.state + "/audit", "--key", key,
    ])
    #expect(try outside.waitForExit() == 0, "\(outside.transcript)")
    #expect(outside.transcript.contains("were let go"), "\(outside.transcript)")
  }

  @Test func aSessionThatWasOpenWhenTheGatewayWasKilledIsOver() throws {
    let gateway = try TestGateway()
    let shell = try gateway.begin(User.ann, "shell")
    defer { shell.end() }
    try shell.send("whoami")
    _ = try shell.line(waitingFor: "who it is") { $0.contains("developer") }
    #expect(try gateway.ispy(User.bob, "sessions").output.contains("open"))
    try gateway.restart(with: SIGKILL)
    let sessions = try gateway.ispy(User.bob, "sessions", "--json")
    #expect(sessions.output.contains("\"ended\"") && !sessions.output.contains("\"pid\""), "\(sessions.output)")
    // The next one has a number of its own, and is recorded.
    _ = try gateway.ispy(User.ann, ["shell"], input: ["whoami", "exit"])
    #expect(try gateway.ispy(User.bob, "sessions", "replay", "2").output.contains("$ whoami"))
  }

  // MARK: - Disks

  @Test(.enabled(if: getuid() == 0, "file systems are root's to mount")) func onAReadOnlyDiskItDoesNotStart() throws {
    let gateway = try TestGateway()
    try gateway.restart(with: SIGTERM) { gateway in
      let start = try ChildProcess([
        "unshare", "--mount", "sh", "-c",
        "mount --bind $0/state $0/state && mount -o remount,bind,ro $0/state && exec $1 --config $0/ispyd.yaml",
        gateway.directory, try BuiltProgram.path(of: "ispyd"),
      ])
      #expect(try start.waitForExit() == 1, "\(start.transcript)")
      #expect(start.transcript.contains("Read-only file system"), "\(start.transcript)")
      #expect(!start.transcript.contains("listening"))
    }
    #expect(try gateway.ispy(User.bob, "audit", "verify").code == 0)
  }

  @Test(.enabled(if: getuid() == 0, "file systems are root's to mount")) func eachEntryGoesToSyslogToo() throws {
    try TemporaryDirectory.with { base in
      let log = try DatagramSocket(base + "/log")
      // A /dev of its own, whose log is ours.
      let script = """
        mkdir -p $0/dev && mount -t tmpfs ispyd-test $0/dev && for name in null zero random urandom; do
          touch $0/dev/$name && mount --bind /dev/$name $0/dev/$name; done
        ln -s $0/log $0/dev/log && mount --rbind $0/dev /dev && exec "$@"
        """
      let gateway = try TestGateway(
        configuration: "audit: {syslog: true}", through: ["unshare", "--mount", "sh", "-c", script, base])
      #expect(try gateway.ispy(User.ann, "whoami").code == 0)
      #expect(try gateway.ispy(User.ann, "audit", "--user", "x\ny").code == 77)
      var lines: [String] = []
      while !lines.contains(where: { $0.contains(" refused ") }) { lines.append(try #require(log.next())) }
      #expect(
        lines.contains { $0.contains("ispyd audit") && $0.contains(" intent user=\"\(User.ann)\" command=\"whoami\"") })
      // One entry, one line: nobody writes lines of their own into it.
      #expect(lines.allSatisfy { !$0.contains("\n") })
    }
  }

  /// Where syslog's messages arrive.
  private final class DatagramSocket {
    private let descriptor: Int32

    init(_ path: String) throws {
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      let code = withUnixAddress(path) { bind(descriptor, $0, $1) }
      try #require(code == 0)
      var limit = timeval(tv_sec: 60, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Nil where none came for a minute.
    func next() -> String? {
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
  }
}
