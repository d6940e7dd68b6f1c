import Glibc

/// What a command may use while it runs: the processes that it was admitted to, and the way back to who asked.
public struct ExecutionContext: Sendable {
  /// The processes that the words of the command mean, as far as who asks may look at them.
  public let targets: [Target]
  /// Further processes that the same words mean by now, admitted like the first: for work that goes on while workers come
  /// and go. Takes the pids that are known already. A pid alone never means another process.
  public let newcomers: @Sendable (_ known: [Int32]) -> [Target]
  /// Whether who asks may know of a process at all.
  public let isVisible: @Sendable (Target) -> Bool
  /// Asked often by long work: whether to end, and keep what was gathered.
  public let isCancelled: @Sendable () -> Bool
  /// Takes one more result of a command that goes on (`--follow`); false ends it.
  public let emit: @Sendable (any CommandResult) -> Bool
  /// What a gateway does beside; nil where there is none.
  public let services: (any GatewayServices)?
  /// The way to whoever gave the command, where he can be asked for lines; nil where he cannot.
  public let conversation: Conversation?
  /// The agents in processes.
  public let agents: AgentKeeper
  /// What probes may use at most.
  public let probes: ProbeAllowance
  /// A result as whoever asks may see it: for a command that tells it part by part.
  public let redacted: @Sendable (any CommandResult) -> any CommandResult
  /// The kind of secret that a name stands for; nil where it stands for none.
  public let withheldKind: @Sendable (_ name: String) -> String?
  /// Seconds from one result to the next, where the face wants them otherwise than the arguments said: asked again and again.
  public let pace: @Sendable () -> Double?

  public init(
    targets: [Target] = [], newcomers: @escaping @Sendable ([Int32]) -> [Target] = { _ in [] },
    isVisible: @escaping @Sendable (Target) -> Bool = { _ in true },
    isCancelled: @escaping @Sendable () -> Bool = { false },
    emit: @escaping @Sendable (any CommandResult) -> Bool = { _ in false },
    services: (any GatewayServices)? = nil, conversation: Conversation? = nil,
    agents: AgentKeeper = AgentKeeper(isLasting: false), probes: ProbeAllowance = .direct,
    withheldKind: @escaping @Sendable (String) -> String? = { _ in nil },
    redacted: @escaping @Sendable (any CommandResult) -> any CommandResult = { $0 },
    pace: @escaping @Sendable () -> Double? = { nil }
  ) {
    self.targets = targets
    self.newcomers = newcomers
    self.isVisible = isVisible
    self.isCancelled = isCancelled
    self.emit = emit
    self.services = services
    self.conversation = conversation
    self.agents = agents
    self.probes = probes
    self.withheldKind = withheldKind
    self.redacted = redacted
    self.pace = pace
  }

  /// Waits in short pieces, so that an interrupt is not kept waiting; false where there was one.
  public func wait(_ seconds: Double) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while !isCancelled() {
      let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
      guard left > 0 else { return true }
      _ = poll(nil, 0, Int32(min(max(left, 1), 50)))
    }
    return false
  }
}
