extension CatalogEntry {
  /// `ispy approvals`: what waits, and what was granted.
  static let approvals = gateway(
    "approvals", standing: .everybody, "List what waits for approval, and what was granted",
    discussion: """
      Shows requests and grants that you asked for, or that you may answer: who wants to do what to which target, why, by \
      which rule, and until when a grant lasts.
      """,
    parameters: [.flag("all", short: "a", "those too that are over: used, denied, expired, revoked")],
    examples: [.init("ispy approvals", "what waits for you")], result: ApprovalsResult.self
  ) { arguments, services, _ throws(CommandError) in try services.approvals(all: arguments.has("all")) }

  /// `ispy approve N`.
  static let approve = gateway(
    "approve", standing: .everybody, "Agree to what somebody else asked for",
    discussion: """
      Grants a request, if the rule that it was made under names you as an approver; nobody approves their own. With --once \
      (the default) exactly the words that were asked for may be given once. With --for the command may be given on these \
      targets, with any arguments, for that time. It shows in the audit, and can be taken back with deny.
      """,
    parameters: [
      .positional("number", .integer(1...Int(Int32.max)), "of the request, as approvals shows it"),
      .option("for", .duration, "for a time, such as 15m, instead of once"),
      .flag("once", "for one use, of these very words"),
    ],
    examples: [
      .init("ispy approve 7", "request 7, once"), .init("ispy approve 7 --for 15m", "for a quarter of an hour"),
    ], result: ApprovalsResult.self, schema: "ispyd.approvals/1",
    validate: { arguments throws(CommandError) in
      if arguments.has("once"), arguments["for"] != nil {
        throw CommandError(.usage, "--once and --for exclude each other", hint: "see: ispy help approve")
      }
    }
  ) { arguments, services, _ throws(CommandError) in
    try services.approve(arguments.number("number"), for: arguments.seconds("for"))
  }

  /// `ispy deny N`.
  static let deny = gateway(
    "deny", standing: .everybody, "Refuse what somebody asked for, or take back what was granted",
    discussion: "Ends a request that waits, or a grant before its time. Who asked may do so too.",
    parameters: [.positional("number", .integer(1...Int(Int32.max)), "of the request or grant")],
    examples: [.init("ispy deny 7", "request 7")], result: ApprovalsResult.self, schema: "ispyd.approvals/1"
  ) { arguments, services, _ throws(CommandError) in try services.deny(arguments.number("number")) }
}
