import Catalog
import Dispatch
import Redaction
import Synchronization
import Testing

@testable import Control

@Suite struct ApprovalDeskTests {
  /// Keeps them in memory, or fails as a full disk does.
  private final class Store: ApprovalStore {
    private let state = Mutex((kept: [Int: Approval](), isFull: false))

    struct Full: Error {}

    func approvals() -> [Approval] { Array(state.withLock { $0.kept }.values) }

    func save(_ approval: Approval) throws {
      try state.withLock { state in
        guard !state.isFull else { throw Full() }
        state.kept[approval.number] = approval
      }
    }

    func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }
  }

  private static let ann = Principal(user: 1000, name: "ann")
  private static let bob = Principal(user: 1001, name: "bob")
  private let store = Store()

  private func gate(
    now: @escaping @Sendable () -> ApprovalBook.Now = { ApprovalBook.Now() }
  ) throws -> PolicyGate {
    var policy = Policy()
    policy.approvals = [
      .init(
        name: "reads", place: "line 1", subjects: Subjects(users: ["ann"]), selectors: [], rung: .inspect, commands: [],
        values: .redacted, approvers: Subjects(users: ["bob"]))
    ]
    return PolicyGate(policy: policy, desk: try ApprovalDesk(store: store, now: now))
  }

  private func request(reason: String? = "it hangs") -> Request {
    let specification = CommandSpecification(
      name: "dump", rung: .inspect, summary: "", discussion: "",
      parameters: [.positional("target", .text, isRepeated: true, "")], cost: "", examples: [], schema: "")
    let entry = CatalogEntry(specification, result: ProcessListResult.self) { _, _ throws(CommandError) in
      ProcessListResult(processes: [])
    }
    guard let arguments = try? Arguments(["7"], for: specification) else { preconditionFailure("it is a word") }
    return Request(principal: Self.ann, entry: entry, arguments: arguments, values: .redacted, reason: reason)
  }

  private let target = Target(
    pid: 7, startTime: 1, application: Application(name: nil, server: nil), commandLine: "")

  private func cause(_ body: () throws -> Admission) -> CommandError.Cause? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? CommandError)?.cause
    }
  }

  @Test func aReasonIsMandatory() throws {
    let gate = try gate()
    for reason in [nil, "", "  \n"] {
      #expect(cause { try gate.admit(request(reason: reason), to: [target]) } == .approvalNeeded)
    }
    #expect(gate.desk.all().isEmpty)
  }

  @Test func ofManyThatRaceForOneUseOneHasIt() throws {
    let gate = try gate()
    #expect(cause { try gate.admit(request(), to: [target]) } == .approvalNeeded)
    _ = try gate.approve(1, by: Self.bob, for: nil)
    let admitted = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 64) { _ in
      if cause({ try gate.admit(request(reason: nil), to: [target]) }) == nil { admitted.add(1, ordering: .relaxed) }
    }
    #expect(admitted.load(ordering: .relaxed) == 1)
  }

  @Test func ofManyThatRaceWithTheEndOfAGrantNoneIsLater() throws {
    // A second passes with each look at the clock, whoever looks: each use has a time of its own.
    let ticks = Atomic(0)
    let gate = try gate {
      let now = Double(ticks.add(1, ordering: .relaxed).newValue)
      return ApprovalBook.Now(time: now, moment: now)
    }
    #expect(cause { try gate.admit(request(), to: [target]) } == .approvalNeeded)
    let grant = try gate.approve(1, by: Self.bob, for: 20)
    let granted = ticks.load(ordering: .relaxed)
    let admitted = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 64) { _ in
      if cause({ try gate.admit(request(reason: nil), to: [target]) }) == nil { admitted.add(1, ordering: .relaxed) }
    }
    #expect(grant.expires == Double(granted + 20))
    #expect(admitted.load(ordering: .relaxed) == 19, "those whose time was before the end")
    #expect(gate.desk.all().map(\.state) == [.expired])
  }

  @Test func whatLooksAtTargetsIsNotAskedForWithoutOne() throws {
    let gate = try gate()
    #expect(cause { try gate.admit(request(), to: []) } == .notPermitted)
    #expect(throws: Never.self) { try gate.consider(request()) }
    #expect(gate.desk.all().isEmpty)
  }

  @Test func whatHasNoTargetIsAskedForAsAllElse() throws {
    func kill(_ session: String, reason: String? = nil) throws -> Request {
      let specification = CommandSpecification(
        name: "kill", rung: .inspect, summary: "", discussion: "", parameters: [.positional("session", .text, "")],
        cost: "", examples: [], schema: "")
      return Request(
        principal: Self.ann, entry: .sample(specification), arguments: try Arguments([session], for: specification),
        values: .redacted, reason: reason)
    }
    let gate = try gate()
    #expect(cause { try gate.admit(kill("7"), to: []) } == .approvalNeeded)
    #expect(gate.desk.all().isEmpty, "a reason is mandatory")
    #expect(cause { try gate.admit(kill("7", reason: "it hangs"), to: []) } == .approvalNeeded)
    #expect(cause { try gate.admit(kill("7", reason: "it hangs"), to: []) } == .approvalNeeded)
    let waiting = gate.desk.all()
    #expect(waiting.count == 1 && waiting[0].targets.isEmpty && waiting[0].words == ["7"])
    let granted = try gate.approve(1, by: Self.bob, for: nil)
    #expect(granted.state == .granted)
    #expect(cause { try gate.admit(kill("8"), to: []) } == .approvalNeeded, "these very words")
    #expect(try gate.admit(kill("7"), to: []).rule == "grant 1 of bob")
    #expect(cause { try gate.admit(kill("7"), to: []) } == .approvalNeeded, "once is once")
    #expect(cause { try gate.admit(kill("9", reason: "it hangs"), to: []) } == .approvalNeeded)
    #expect(try gate.deny(2, by: Self.bob).state == .denied)
    #expect(cause { try gate.admit(kill("9"), to: []) } == .approvalNeeded)
  }

  @Test func whatCannotBeWrittenDownDoesNotCount() throws {
    let gate = try gate()
    #expect(cause { try gate.admit(request(), to: [target]) } == .approvalNeeded)
    store.fill(true)
    #expect(throws: CommandError.self) { try gate.approve(1, by: Self.bob, for: nil) }
    #expect(gate.desk.all().map(\.state) == [.pending])
    store.fill(false)
    _ = try gate.approve(1, by: Self.bob, for: nil)
    // Nor is a single use had whose use cannot be noted: it could be had again.
    store.fill(true)
    #expect(cause { try gate.admit(request(reason: nil), to: [target]) } == .failed)
    store.fill(false)
    #expect(cause { try gate.admit(request(reason: nil), to: [target]) } == nil)
  }

  @Test func aGrantEndsWithItsRule() throws {
    let gate = try gate()
    #expect(cause { try gate.admit(request(), to: [target]) } == .approvalNeeded)
    _ = try gate.approve(1, by: Self.bob, for: 60)
    #expect(cause { try gate.admit(request(reason: nil), to: [target]) } == nil)
    gate.replace(Policy())
    #expect(cause { try gate.admit(request(reason: nil), to: [target]) } == .notPermitted)
  }

  @Test func aSecretIsNothingToApprove() throws {
    let gate = try gate()
    let secret = Request(
      principal: Self.ann, entry: request().entry,
      arguments: try Arguments(["password=planted-secret"], for: request().specification), values: .redacted,
      reason: "why")
    #expect(cause { try gate.admit(secret, to: [target]) } == .usage)
    #expect(gate.desk.all().isEmpty)
    #expect(cause { try gate.admit(request(reason: "password=planted-secret"), to: [target]) } == .approvalNeeded)
    #expect(gate.desk.all().allSatisfy { !$0.reason.contains("planted-secret") })
  }
}
