public import Catalog
import Redaction
import Synchronization

/// The one way that every command takes, whichever face it came from.
public struct Line: Sendable {
  private let gate: any Gate
  /// Nil in direct mode: who could change the record as well as the target needs none.
  private let trail: (any Trail)?
  private let limits: LimitKeeper?

  public init(gate: any Gate = DirectGate(), trail: (any Trail)? = nil, limits: LimitKeeper? = nil) {
    self.gate = gate
    self.trail = trail
    self.limits = limits
  }

  /// What stands around one command: who wants its results, and whether they still do.
  public struct Surroundings: Sendable {
    public var isCancelled: @Sendable () -> Bool = { false }
    /// Takes the results of a command that goes on, redacted like the last one; false ends it.
    public var emit: @Sendable (any CommandResult) -> Bool = { _ in false }
    /// Seconds from one of these to the next; nil leaves it to the arguments.
    public var pace: @Sendable () -> Double? = { nil }
    /// Whether the bytes of results that who asks may have are used up.
    public var isUsedUp: @Sendable () -> Bool = { false }
    /// Is told why it ended before it was done, where that was a limit of the policy.
    public var limitReached: @Sendable (String) -> Void = { _ in }
    public var services: (any GatewayServices)?
    /// The way to whoever asks, where he can be asked for lines.
    public var conversation: Conversation?
    /// The agents that stay after the command; nil where none does.
    public var agents: AgentKeeper?
    /// Is told once what counts against the limits of who asks, so that bytes can be counted too.
    public var began: @Sendable (LimitKeeper, LimitKeeper.Hold) -> Void = { _, _ in }
    /// Is told at the end what was withheld, by kind.
    public var withheld: @Sendable ([String: Int]) -> Void = { _ in }

    public init() {}
  }

  /// Admits, writes down, executes, redacts, writes down.
  ///
  /// - Parameters:
  ///   - emit: takes the results of a command that goes on, redacted like the last one; false ends it.
  ///   - pace: seconds from one of these to the next; nil leaves it to the arguments.
  public func perform(
    _ request: Request, isCancelled: @escaping @Sendable () -> Bool = { false },
    emit: @escaping @Sendable (any CommandResult) -> Bool = { _ in false },
    pace: @escaping @Sendable () -> Double? = { nil }
  ) throws(CommandError) -> any CommandResult {
    var surroundings = Surroundings()
    surroundings.isCancelled = isCancelled
    surroundings.emit = emit
    surroundings.pace = pace
    return try perform(request, surroundings)
  }

  public func perform(
    _ request: Request, _ surroundings: Surroundings
  ) throws(CommandError) -> any CommandResult {
    var targets: [Target] = []
    let admission: Admission
    let hold: LimitKeeper.Hold?
    do throws(CommandError) {
      try request.entry.validate(request.arguments)
      if request.specification.takesTargets {
        try gate.consider(request)
        targets = try resolve(request)
      }
      admission = try gate.admit(request, to: targets)
      hold = try limits?.begin(
        request.principal, limits: admission.limits, targets: targets, targetLimits: admission.targetLimits)
    } catch {
      // It may quote what the user said, or names of other processes.
      let shown = SharedRedactor(Redactor()).redacted(error)
      if limits?.mayNoteRefusal(request.principal) != false { trail?.refuse(request, to: targets, shown) }
      throw shown
    }
    defer { if let limits, let hold { limits.end(hold) } }
    let entry = try trail?.intend(request, to: targets, under: admission)
    if let limits, let hold { surroundings.began(limits, hold) }
    let redaction = SharedRedactor(Redactor(right: admission.values, policy: admission.redaction))
    let results = Counter()
    let allowance = Allowance(seconds: hold?.timeout, isUsedUp: surroundings.isUsedUp)
    let context = context(
      request, surroundings, targets, entry, redaction, results, allowance,
      admission.limits.stricter(targets.isEmpty ? Limits() : admission.targetLimits))
    func conclude(_ failure: CommandError?, isPartial: Bool = false) {
      let withheld = redaction.withheld
      surroundings.withheld(withheld)
      guard let entry else { return }
      trail?.conclude(
        entry,
        Outcome(
          failure: failure, isPartial: isPartial, limit: allowance.reached, withheld: withheld, results: results.value))
    }
    do throws(CommandError) {
      let result = redaction.redacted(try request.entry.execute(request.arguments, context))
      results.add()
      conclude(nil, isPartial: result.isPartial || allowance.reached != nil)
      if let limit = allowance.reached { surroundings.limitReached(limit) }
      return result
    } catch {
      // Of a target nothing is told that its values would tell; where there is none, a message is the gateway's own.
      var shown = targets.isEmpty ? SharedRedactor(Redactor()).redacted(error) : redaction.redacted(error)
      if let limit = allowance.reached { shown = CommandError(.limited, limit, hint: shown.message) }
      conclude(shown)
      throw shown
    }
  }

  private func context(
    _ request: Request, _ surroundings: Surroundings, _ targets: [Target], _ entry: TrailEntry?,
    _ redaction: SharedRedactor, _ results: Counter, _ allowance: Allowance, _ limits: Limits
  ) -> ExecutionContext {
    ExecutionContext(
      targets: targets, newcomers: { known in newcomers(request, known, entry) },
      isVisible: { gate.isVisible($0, to: request.principal) },
      isCancelled: { surroundings.isCancelled() || allowance.isOver() },
      emit: { result in
        results.add()
        return surroundings.emit(redaction.redacted(result)) && !allowance.isOver()
      }, services: surroundings.services,
      conversation: surroundings.conversation.map { conversation in
        Conversation(
          ask: { conversation.ask(redaction.redacted(text: $0)) }, takeInterrupt: conversation.takeInterrupt)
      },
      agents: surroundings.agents ?? AgentKeeper(isLasting: false),
      probes: limits.probes ?? .standard, withheldKind: { redaction.kind(ofName: $0) },
      redacted: { redaction.redacted($0) }, pace: surroundings.pace)
  }

  /// How many results were handed on.
  private final class Counter: Sendable {
    private let count = Atomic(0)
    func add() { count.add(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
  }

  // MARK: - Targets

  private func resolver(for request: Request) -> TargetResolver {
    TargetResolver { gate.isVisible($0, to: request.principal) }
  }

  private func resolve(_ request: Request) throws(CommandError) -> [Target] {
    var resolver = resolver(for: request)
    guard request.specification.takesMissingTargets else { return try resolver.resolve(request.targetWords) }
    var targets: [Target] = []
    for word in request.targetWords {
      do throws(CommandError) {
        targets += try resolver.resolve([word])
      } catch {
        guard Int32(word) != nil else { throw error }
      }
    }
    return targets
  }

  /// What the words mean by now that they did not mean before. A pid stays what it is; a name that means nobody at this
  /// moment may mean somebody at the next.
  private func newcomers(_ request: Request, _ known: [Int32], _ entry: TrailEntry?) -> [Target] {
    let names = request.targetWords.filter { Int32($0) == nil }
    guard !names.isEmpty else { return [] }
    var resolver = resolver(for: request)
    var found: [Target] = []
    for target in names.flatMap({ (try? resolver.resolve([$0])) ?? [] }) where !known.contains(target.pid) {
      guard (try? gate.admit(request.unreasoned, to: [target])) != nil else { continue }
      found.append(target)
    }
    guard !found.isEmpty, let entry, let trail else { return found }
    return (try? trail.join(entry, found)) == nil ? [] : found
  }
}
