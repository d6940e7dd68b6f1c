extension CatalogEntry {
  private static let number = Parameter.positional("number", .integer(1...Int(Int32.max)), "of the session")

  /// `ispy sessions`: who is at work.
  static let sessions = gateway(
    "sessions", standing: .listed, "List the sessions of the gateway",
    discussion: "Shows who is at work in an interactive shell, and whose recordings are kept.",
    examples: [.init("ispy sessions", "the sessions")], result: SessionsResult.self
  ) { _, services, _ throws(CommandError) in try services.sessions() }

  /// `ispy sessions watch N`.
  static let sessionsWatch = gateway(
    "sessions watch", standing: .listed, "Read along in somebody's session",
    discussion: """
      Shows each command of a session and what it answered, as the person at work sees it, until the session ends or Ctrl-C \
      is pressed. What redaction withheld there is withheld here.
      """,
    parameters: [number], examples: [.init("ispy sessions watch 3", "read along in session 3")],
    result: SessionEventsResult.self, schema: "ispyd.session.events/1"
  ) { arguments, services, context throws(CommandError) in
    try services.watch(session: arguments.number("number"), context)
  }

  /// `ispy sessions kill N`.
  static let sessionsKill = gateway(
    "sessions kill", standing: .listed, "End somebody's session",
    discussion: "Ends what the session is doing and closes it. The person at work is told by whom.",
    parameters: [number], examples: [.init("ispy sessions kill 3", "end session 3")], result: SessionsResult.self,
    schema: "ispyd.sessions/1"
  ) { arguments, services, _ throws(CommandError) in try services.kill(session: arguments.number("number")) }

  /// `ispy sessions replay N`.
  static let sessionsReplay = gateway(
    "sessions replay", standing: .listed, "Show a recorded session again",
    discussion:
      "Shows a session as it went, with the time that passed between its events; --speed 10 makes that shorter.",
    parameters: [
      number, .option("speed", .integer(1...1000), "how many times faster than it was; all at once unless given"),
    ],
    examples: [
      .init("ispy sessions replay 3", "all of session 3"),
      .init("ispy sessions replay 3 --speed 4", "as it went, faster"),
    ], result: SessionEventsResult.self, schema: "ispyd.session.events/1"
  ) { arguments, services, context throws(CommandError) in
    try services.replay(
      session: arguments.number("number"), speed: arguments.integer("speed").map(Double.init), context)
  }
}
