public import Redaction
public import Values

/// What redaction does with the values of some processes.
public struct RedactionCheckResult: CommandResult, Equatable {
  public let schema: String
  public var processes: [CheckedProcess]
  public var unread: [UnreadProcess] = []
  /// Whether values that are shown are listed too.
  public let listsAll: Bool
  public let limit: Int

  public init(processes: [CheckedProcess], listsAll: Bool, limit: Int) {
    schema = "ispyd.redact.check/1"
    self.processes = processes
    self.listsAll = listsAll
    self.limit = limit
  }

  public var isPartial: Bool { !unread.isEmpty }

  public mutating func redact(with redactor: inout Redactor) {
    for index in processes.indices { processes[index].redact(with: &redactor, listsAll: listsAll, limit: limit) }
  }
}

/// One process.
public struct CheckedProcess: Codable, Sendable, Equatable {
  public let pid: Int32
  /// Variables that were looked at.
  public var variables = 0
  /// Secrets that were withheld, by kind.
  public var withheld: [String: Int] = [:]
  public var findings: [Finding] = []
  /// Findings that are not listed.
  public var unlisted = 0

  public struct Finding: Codable, Sendable, Equatable {
    /// `checkout (/srv/shop/checkout.py:41) form`.
    public let place: String
    /// As it would be shown.
    public let value: Value
    public let isWithheld: Bool
  }

  /// Not shown and not encoded: what is to be looked at. It becomes findings when it passes redaction.
  var stacks: [StackDump]

  private enum CodingKeys: String, CodingKey { case pid, variables, withheld, findings, unlisted }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pid = try container.decode(Int32.self, forKey: .pid)
    variables = try container.decode(Int.self, forKey: .variables)
    withheld = try container.decode([String: Int].self, forKey: .withheld)
    findings = try container.decode([Finding].self, forKey: .findings)
    unlisted = try container.decode(Int.self, forKey: .unlisted)
    stacks = []
  }

  init(pid: Int32, dump: ProcessDump) {
    self.pid = pid
    stacks = dump.threads.map(\.stack) + (dump.tasks ?? []).map(\.stack) + (dump.greenlets ?? []).map(\.stack)
  }

  /// Redaction is what is asked about: the findings are made by it.
  mutating func redact(with redactor: inout Redactor, listsAll: Bool, limit: Int) {
    let before = redactor.withheld
    for frame in stacks.flatMap(\.frames) {
      for local in frame.locals ?? [] {
        variables += 1
        let shown = redactor.redact(local.value, name: local.name)
        let isWithheld = shown.holdsRedacted
        guard isWithheld || listsAll else { continue }
        guard findings.count < limit else {
          unlisted += 1
          continue
        }
        let line = frame.line.map { ":\($0)" } ?? ""
        findings.append(
          Finding(place: "\(frame.function) (\(frame.file)\(line)) \(local.name)", value: shown, isWithheld: isWithheld)
        )
      }
    }
    stacks = []
    for (kind, count) in redactor.withheld {
      let own = count - (before[kind] ?? 0)
      if own > 0 { withheld[kind.rawValue] = own }
    }
  }
}

extension Value {
  /// Whether something in it was withheld: whole, or a part of a text.
  fileprivate var holdsRedacted: Bool {
    switch content {
    case .redacted: true
    case .sequence(let items, _): items.contains(where: \.holdsRedacted)
    case .mapping(let entries, _): entries.contains { $0.key.holdsRedacted || $0.value.holdsRedacted }
    case .object(let fields, _): fields.contains { $0.value.holdsRedacted }
    case .text(let text, _), .literal(let text): text.utf8.count > 10 && text.split(separator: "<redacted:").count > 1
    default: false
    }
  }
}
