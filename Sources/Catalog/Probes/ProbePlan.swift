import Attaching
import Expressions
import JSON

/// A probe as it was asked for, checked as far as it can be without the process.
struct ProbePlan: Sendable {
  let kind: ProbeKind
  let place: String
  var condition: Expression?
  var message: Template?
  var labels: [Label] = []
  /// Of the application, which gets the messages too.
  var logger: String?
  var hits: Int
  var rate: Int
  /// Per cent of one core, in all processes together.
  var cpu: Double
  var seconds: Double
  var isBefore = false
  /// One call of so many is traced.
  var every = 1
  var capture: [String: Int] = [:]
  var isDry = false
  var isInBackground = false
  var isAllAtOnce = false
  /// Seconds that the first process is looked at before the others follow.
  var canary: Double
  /// Seconds from one report to the next, of what is counted.
  var interval: Double

  struct Label: Sendable {
    let name: String
    let expression: Expression
  }

  /// From the words of the command.
  init(_ kind: ProbeKind, _ arguments: Arguments) throws(CommandError) {
    self.kind = kind
    place = arguments["location"] ?? ""
    hits = arguments.integer("hits") ?? Self.usualHits
    rate = arguments.integer("rate") ?? kind.defaultRate
    seconds = arguments.seconds("for") ?? Self.usualSeconds
    canary = arguments.seconds("canary") ?? 3
    interval = arguments.seconds("interval") ?? 10
    cpu = Self.usualCPU
    if let text = arguments["cpu"] {
      guard let number = Double(text.last == "%" ? String(text.dropLast()) : text), number > 0, number <= 100 else {
        throw CommandError(.usage, "--cpu is a part of one core in per cent, such as 0.5, not \(text)")
      }
      cpu = number
    }
    try Self.check(place, kind)
    if let text = arguments["if"] { condition = try Self.expression(text, "--if") }
    if let text = arguments["message"] { message = try Self.template(text) }
    for text in arguments["by"].map({ Self.split($0) }) ?? [] { labels.append(try Self.label(text)) }
    logger = arguments["logger"]
    isBefore = arguments["at"] == "before"
    every = arguments.integer("every") ?? 1
    for (name, key) in [("depth", "depth"), ("items", "items"), ("characters", "characters")] {
      if let number = arguments.integer(name) { capture[key] = number }
    }
    isDry = arguments.has("dry-run")
    isInBackground = arguments.has("background")
    isAllAtOnce = arguments.has("all-at-once")
  }

  private static func check(_ place: String, _ kind: ProbeKind) throws(CommandError) {
    if place == "everywhere", kind == .exceptions { return }
    let isLine = place.split(separator: ":").last.flatMap { Int($0) } != nil && place.contains(".py:")
    guard place.hasPrefix("/") || isLine || place.contains(":") && !place.hasSuffix(":") else {
      throw CommandError(
        .usage, "LOCATION is module:function, file.py:LINE, or a route that begins with /, not \(place)",
        hint: "for example shop.checkout:Cart.pay, checkout.py:42, or /checkout")
    }
  }

  private static func expression(_ text: String, _ option: String) throws(CommandError) -> Expression {
    do throws(ExpressionError) {
      return try Expression(text)
    } catch {
      throw CommandError(.usage, "\(option) \(text): \(error)", hint: "see: Documentation/Expressions.md")
    }
  }

  private static func template(_ text: String) throws(CommandError) -> Template {
    do throws(ExpressionError) {
      return try Template(text)
    } catch {
      throw CommandError(.usage, "the message \(text): \(error)", hint: "see: Documentation/Expressions.md")
    }
  }

  /// Refuses what asks about a secret, whatever the right to values: an answer would tell it.
  ///
  /// - Parameter kind: of the secret that a name stands for; nil where it stands for none.
  func refuse(_ kind: (String) -> String?) throws(CommandError) {
    do throws(ExpressionError) {
      try condition?.refuse(kind)
      try message?.refuse(kind)
      for label in labels { try label.expression.refuse(kind) }
    } catch {
      throw CommandError(
        .notPermitted, "\(error)", hint: "the policy's redaction: shown: lists names that look secret and are not")
    }
  }

  /// `name=EXPR`, or an expression, which is its own name then.
  private static func label(_ text: String) throws(CommandError) -> Label {
    let parts = text.split(separator: "=", maxSplits: 1)
    if parts.count == 2, parts[1].first != "=", parts[0].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) {
      return Label(name: String(parts[0]), expression: try expression(String(parts[1]), "--by"))
    }
    let expression = try expression(text, "--by")
    return Label(name: expression.names.last?.text ?? "label", expression: expression)
  }

  /// At commas that stand in no brackets and no text.
  private static func split(_ text: String) -> [String] {
    var parts = [""]
    var (depth, quote): (Int, Character?) = (0, nil)
    for character in text {
      if character == ",", depth == 0, quote == nil {
        parts.append("")
        continue
      }
      if let open = quote {
        quote = character == open ? nil : quote
      } else if "'\"".contains(character) {
        quote = character
      }
      if quote == nil { depth += "([".contains(character) ? 1 : ")]".contains(character) ? -1 : 0 }
      parts[parts.count - 1].append(character)
    }
    return parts
  }

  private static let usualHits = 100
  private static let usualSeconds = 600.0
  private static let usualCPU = 1.0

  /// What nobody asked for otherwise is at most what is allowed.
  mutating func fit(into allowance: ProbeAllowance) {
    if hits == Self.usualHits { hits = min(hits, allowance.hits) }
    if rate == kind.defaultRate { rate = min(rate, allowance.rate) }
    if cpu == Self.usualCPU { cpu = min(cpu, allowance.cpu) }
    if seconds == Self.usualSeconds { seconds = min(seconds, allowance.seconds) }
  }

  /// Refuses what is above what is allowed: a probe may only be asked for with less.
  func check(against allowance: ProbeAllowance) throws(CommandError) {
    func refuse(_ option: String, _ most: String) throws(CommandError) {
      throw CommandError(.limited, "\(option) may be \(most) at most", hint: "ask for less, or have the policy changed")
    }
    if hits > allowance.hits { try refuse("--hits", "\(allowance.hits)") }
    if rate > allowance.rate { try refuse("--rate", "\(allowance.rate)") }
    if cpu > allowance.cpu { try refuse("--cpu", "\(ProbeRun.percent(allowance.cpu)) %") }
    if seconds > allowance.seconds { try refuse("--for", "\(Int(allowance.seconds)) s") }
    if isAllAtOnce, !allowance.isAllAtOnce {
      throw CommandError(
        .notPermitted, "--all-at-once is not granted: a probe is tried in one process first",
        hint: "without it the others follow by themselves")
    }
  }

  /// What an agent is told.
  func order(number: Int? = nil, workers: Int, cost: Double? = nil) -> ProbeOrder {
    var trees: [String: JSONValue] = [:]
    if let condition { trees["condition"] = condition.json }
    if let message { trees["message"] = message.json }
    if !labels.isEmpty { trees["labels"] = .array(labels.map(\.expression.json)) }
    return ProbeOrder(
      kind: kind, place: place, number: number, trees: trees, hits: hits, rate: rate,
      share: cpu / 100 / Double(max(workers, 1)), seconds: seconds, when: isBefore ? "before" : "after", every: every,
      capture: capture, cost: cost,
      labels: kind.counts ? labels.map(\.name) : nil)
  }
}

/// A probe as an agent is told of it (Agent/probe_plugin.py).
struct ProbeOrder: Encodable, Sendable {
  let kind: ProbeKind
  let place: String
  let number: Int?
  let trees: [String: JSONValue]
  let hits: Int
  let rate: Int
  /// Of one core, in this process.
  let share: Double
  let seconds: Double
  let when: String
  let every: Int
  let capture: [String: Int]
  /// Nanoseconds of one hit, where they were measured already.
  let cost: Double?
  /// The names of its labels, for whoever asks later.
  let labels: [String]?
}

extension Template {
  /// As an agent takes it: a value goes by the last name that its expression asks for.
  fileprivate var json: JSONValue {
    .array(
      parts.map { part in
        switch part {
        case .text(let text): .object([.init(key: "text", value: .string(text))])
        case .expression(let expression):
          .object([
            .init(key: "name", value: .string(expression.names.last?.text ?? "")),
            .init(key: "tree", value: expression.json),
          ])
        }
      })
  }
}
