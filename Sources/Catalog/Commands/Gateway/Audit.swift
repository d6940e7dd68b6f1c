import Glibc

extension CatalogEntry {
  /// `ispy audit`: what was done.
  static let audit = gateway(
    "audit", standing: .listed, "Show what was done through the gateway, by whom, and by which rule",
    discussion: """
      Shows entries of the audit, the oldest of them first: every command with its targets, the rule that allowed it and what \
      came of it; what was refused; approvals, sessions, policies. Each was on disk before the command was carried out.
      """,
    parameters: [
      .option("user", .text, "of one user"), .option("command", .text, "of one command"),
      .option("pid", .integer(1...Int(Int32.max)), "about one process"),
      .option("kind", .choice(AuditEntry.Kind.allCases.map(\.rawValue)), "of one kind"),
      .option("since", .duration, "of the last 10m, 8h, …"),
      .option("limit", .integer(1...100_000), default: "100", "the last ones, so many"),
    ],
    examples: [
      .init("ispy audit --since 8h --kind refused", "what was refused today"),
      .init("ispy audit --user ann --json", "what ann did, for a program"),
    ], result: AuditResult.self
  ) { arguments, services, _ throws(CommandError) in
    var query = AuditQuery()
    query.user = arguments["user"]
    query.command = arguments["command"]
    query.pid = arguments.integer("pid").map { Int32(clamping: $0) }
    query.kind = arguments["kind"].flatMap { AuditEntry.Kind(rawValue: $0) }
    query.since = arguments.seconds("since").map { Double(time(nil)) - $0 }
    query.limit = arguments.integer("limit") ?? query.limit
    return try services.audit(query)
  }

  /// `ispy audit verify`.
  static let auditVerify = gateway(
    "audit verify", standing: .listed, "Prove that the audit is what it was",
    discussion: """
      Checks every byte of the audit: each entry holds the hash of the one before, so that a changed, missing or moved one is \
      found and named. Against its end being cut off it is held to the gateway's own checkpoints; checkpoints that were kept \
      elsewhere prove it against whoever could write on this host.
      """,
    parameters: [
      .option("checkpoints", .contents, "signed heads that were kept elsewhere, as audit checkpoint --json wrote them")
    ],
    examples: [.init("ispy audit verify", "the whole audit")], result: AuditVerdictResult.self,
    schema: "ispyd.audit.verdict/1"
  ) { arguments, services, _ throws(CommandError) in
    try services.verifyAudit(checkpoints: arguments["checkpoints"])
  }

  /// `ispy audit checkpoint`.
  static let auditCheckpoint = gateway(
    "audit checkpoint", standing: .listed, "Sign the head of the audit, to be kept elsewhere",
    discussion: """
      Gives the number and hash of the last entry, signed with the gateway's key (Ed25519). Kept where nobody of this host can \
      write, it proves later that the audit up to there is what it was.
      """,
    examples: [.init("ispy audit checkpoint --json", "a line to keep")], result: CheckpointResult.self
  ) { _, services, _ throws(CommandError) in try services.checkpointAudit() }
}
