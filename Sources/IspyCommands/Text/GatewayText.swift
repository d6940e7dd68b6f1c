import Catalog
import JSON
import Redaction
import Terminal
import Values

extension WhoamiResult: TextRendering {
  func text(_ paint: Paint) -> String {
    var text = "\(paint.bold(name)) (user \(user)), groups: \(groups.joined(separator: ", "))\n"
    guard !roles.isEmpty else { return text + "no role: nothing is allowed\n" }
    let rows = roles.map { role in
      [
        role.role, role.rung.rawValue, role.values.rawValue,
        role.targets.isEmpty ? "every target" : role.targets.joined(separator: ", "), role.place,
      ]
    }
    text += Table.text([["ROLE", "RUNG", "VALUES", "TARGETS", "BY"]] + rows, paint)
    if waiting > 0 { text += "\(waiting) waiting for approval: ispy approvals\n" }
    return text
  }
}

extension DecisionResult: TextRendering {
  func text(_ paint: Paint) -> String {
    decisions.map { decision in
      let verdict =
        switch decision.verdict {
        case .allowed: paint.good("allowed")
        case .approval: paint.warning("needs approval")
        case .refused: paint.alarm("refused")
        }
      let place = decision.pid.map { " on \($0)" } ?? ""
      var text = "\(user): \(command)\(place): \(verdict), by \(ValueText.plain(decision.rule))\n"
      if let values = decision.values { text += "  values: \(values.rawValue)\n" }
      if let needed = decision.needed { text += "  needed: \(ValueText.plain(needed))\n" }
      if !decision.labels.isEmpty {
        let labels = decision.labels.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        text += "  labels: \(ValueText.plain(labels.joined(separator: ", ")))\n"
      }
      return text
    }.joined()
  }
}

extension ApprovalsResult: TextRendering {
  func text(_ paint: Paint) -> String {
    guard !approvals.isEmpty else { return "nothing waits, and nothing is granted\n" }
    return approvals.map { approval in
      let words = ([approval.command] + approval.words).joined(separator: " ")
      var text = paint.bold("\(approval.number)") + " \(state(approval, paint)): \(approval.name) wants "
      text += ValueText.plain(words, room: 120) + ", values: \(approval.values.rawValue)\n"
      text += "  because: \(ValueText.plain(approval.reason, room: 400))\n"
      let targets = approval.targets.map(Self.target).joined(separator: ", ")
      text += "  \(targets.isEmpty ? "without a target" : "on \(targets)"), by the rule \(approval.rule)"
      text += approval.isBreakGlass ? ", which breaks the glass\n" : "\n"
      let approvers = approval.approvers.map(\.name)
      if approval.state == .pending, approval.needed > 1 {
        text += "  \(approvers.count) of \(approval.needed) have agreed\n"
      } else if !approvers.isEmpty {
        text += "  agreed: \(approvers.joined(separator: ", "))\n"
      }
      return text
    }.joined()
  }

  private func state(_ approval: Approval, _ paint: Paint) -> String {
    switch approval.state {
    case .pending: paint.warning("waits since \(Clock.text(approval.asked))")
    case .granted:
      paint.good(
        "granted" + (approval.isOnce ? " once" : "") + (approval.expires.map { ", until \(Clock.text($0))" } ?? ""))
    case .denied, .revoked: paint.alarm("\(approval.state.rawValue) by \(approval.ended?.name ?? "?")")
    case .expired, .used: approval.state.rawValue
    }
  }

  private static func target(_ target: ApprovedTarget) -> String {
    switch target {
    case .process(let pid, _): "process \(pid)"
    case .application(let name): "application \(name)"
    }
  }
}

extension SessionsResult: TextRendering {
  func text(_ paint: Paint) -> String {
    guard !sessions.isEmpty else { return "no sessions\n" }
    let rows = sessions.map { session in
      [
        String(session.number), session.name, session.pid.map { String($0) } ?? "-", Clock.text(session.began),
        session.ended.map { session.killedBy.map { "ended by \($0)" } ?? Clock.text($0) } ?? "open",
        String(session.commands),
      ]
    }
    return Table.text([["N", "USER", "PID", "BEGAN", "ENDED", "COMMANDS"]] + rows, right: [0, 2, 5], paint)
  }
}

extension SessionEventsResult: TextRendering {
  func text(_ paint: Paint) -> String {
    events.map { event in
      switch event.kind {
      case .command: paint.bold("[\(Figures.fixed(event.at, places: 1)) s] $ \(ValueText.plain(event.text))") + "\n"
      case .input: paint.bold(ValueText.plain(event.text)) + "\n"
      case .error: paint.alarm(ValueText.plain(event.text)) + "\n"
      case .end, .full: paint.dim("[\(Figures.fixed(event.at, places: 1)) s] \(ValueText.plain(event.text))") + "\n"
      case .result: Self.result(event, paint)
      }
    }.joined()
  }

  /// As the person at work saw it.
  private static func result(_ event: SessionEvent, _ paint: Paint) -> String {
    let entry = Catalog.standard.entries.first { entry in entry.specification.schema == event.text }
    let value = try? JSONReader().value(of: (event.result ?? "").utf8)
    // One that a process brought is in no catalog here; its results are facts like those of all plugins.
    let result: (any CommandResult)? = value.flatMap { value in
      guard let entry else { return try? JSONReader().decode(FactsResult.self, from: value) }
      return entry.result(of: value)
    }
    let shown = result as? any TextRendering
    let withheld = (event.withheld ?? [:]).sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return (shown?.text(paint) ?? event.result.map { $0 + "\n" } ?? "")
      + (withheld.isEmpty ? "" : paint.dim("withheld: \(withheld.joined(separator: ", "))") + "\n")
  }
}

extension AuditResult: TextRendering {
  func text(_ paint: Paint) -> String {
    guard !entries.isEmpty else { return "no entries\n" }
    return entries.map { entry in
      var parts = [String(entry.number), Clock.text(entry.time), Self.kind(entry.kind, paint)]
      if let intent = entry.intent { parts.append("of \(intent)") }
      if let name = entry.name { parts.append(name) }
      if let command = entry.command {
        parts.append(ValueText.plain(([command] + (entry.words ?? [])).joined(separator: " "), room: 100))
      }
      if let targets = entry.targets, !targets.isEmpty {
        parts.append("on " + targets.prefix(8).map { String($0.pid) }.joined(separator: ","))
      }
      if let rule = entry.rule { parts.append("by " + ValueText.plain(rule, room: 160)) }
      if let reason = entry.reason { parts.append("because " + ValueText.plain(reason, room: 160)) }
      if let failure = entry.failure { parts.append(paint.alarm(ValueText.plain(failure, room: 160))) }
      if let withheld = entry.withheld {
        parts.append(
          "withheld " + withheld.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
      }
      if let note = entry.note { parts.append(ValueText.plain(note, room: 200)) }
      return parts.joined(separator: "  ") + "\n"
    }.joined()
  }

  private static func kind(_ kind: AuditEntry.Kind, _ paint: Paint) -> String {
    kind == .refused ? paint.alarm(kind.rawValue) : kind.rawValue
  }
}

extension AuditVerdictResult: TextRendering {
  func text(_ paint: Paint) -> String {
    var text = problems.map { problem in
      paint.alarm("\(problem.file):\(problem.line): entry \(problem.number): \(ValueText.plain(problem.what))") + "\n"
    }.joined()
    if let number = releasedNumber, let time = releasedTime {
      text += "entries 1 to \(number) were let go by the gateway at \(Clock.text(Double(time))), signed\n"
    }
    text += "\(entries) entries, held against \(checkpoints) checkpoints; the last is \(headNumber), \(head)\n"
    return text
      + (problems.isEmpty ? paint.good("the audit is what it was") : paint.alarm("the audit is NOT what it was")) + "\n"
  }
}

extension CheckpointResult: TextRendering {
  func text(_ paint: Paint) -> String {
    "entry \(number) at \(Clock.text(Double(time)))\nhash       \(hash)\nkey        \(key)\nsignature  \(signature)\n"
  }
}

extension PolicyCheckResult: TextRendering {
  func text(_ paint: Paint) -> String {
    let lines = problems.map { problem in
      "\(problem.line):\(problem.column): "
        + (problem.isWarning ? paint.warning("warning") : paint.alarm("error"))
        + ": \(ValueText.plain(problem.message))\n"
    }.joined()
    if !problems.allSatisfy(\.isWarning) { return lines + "not in force\n" }
    return lines + (isInForce ? paint.good("in force") : "nothing is wrong with it") + "\n"
  }
}

/// A table with a head.
enum Table {
  static func text(_ rows: [[String]], right: Set<Int> = [], _ paint: Paint) -> String {
    let lines = Columns.lines(rows, right: right)
    return ([paint.bold(lines[0])] + lines.dropFirst()).joined(separator: "\n") + "\n"
  }
}
