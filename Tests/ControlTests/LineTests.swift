import Catalog
import Foundation
import Redaction
import ResultFixtures
import Synchronization
import Testing

@testable import Control

@Suite struct LineTests {
  private static let secret = "planted-secret"

  // MARK: - The gate comes first

  @Test(arguments: [(Rung.console, 0), (.change, 1)])
  func onlyAnAdmittedCommandIsExecuted(rung: Rung, count: Int) {
    let executions = Mutex(0)
    let entry = CatalogEntry.sample(rung: rung) { _, _ throws(CommandError) in
      executions.withLock { $0 += 1 }
      return ProcessListResult(processes: [])
    }
    _ = try? Line().perform(.sample(entry))
    #expect(executions.withLock { $0 } == count)
  }

  /// Counts how often it is asked; allows what it allows for so long.
  private final class Counting: Gate {
    let asked = Atomic(0)
    let limits: Limits

    init(limits: Limits = Limits()) { self.limits = limits }

    func consider(_ request: Request) { asked.add(1, ordering: .relaxed) }

    func admit(_ request: Request, to targets: [Target]) -> Admission {
      asked.add(1, ordering: .relaxed)
      return Admission(rule: "counting", values: .redacted, limits: limits)
    }

    func isVisible(_ target: Target, to principal: Principal) -> Bool { true }
  }

  @Test func aCommandWithoutTargetsIsDecidedOnce() throws {
    let gate = Counting()
    _ = try Line(gate: gate).perform(.sample(.sample()))
    #expect(gate.asked.load(ordering: .relaxed) == 1)
  }

  // MARK: - Limits

  /// Goes on until it is told to end.
  private static func endless(
    emitting: Bool = false, failure: CommandError? = nil
  ) -> CatalogEntry {
    .sample { _, context throws(CommandError) in
      while context.wait(0.001) {
        if emitting, !context.emit(ProcessListResult(processes: [])) { break }
      }
      if let failure { throw failure }
      return ProcessListResult(processes: [])
    }
  }

  @Test func whoIsEndedByATimeoutIsToldSo() throws {
    let line = Line(gate: Counting(limits: Limits(timeout: 0.5)), limits: LimitKeeper())
    let reasons = Mutex<[String]>([])
    var surroundings = Line.Surroundings()
    surroundings.limitReached = { reason in reasons.withLock { $0.append(reason) } }
    _ = try line.perform(.sample(Self.endless()), surroundings)
    #expect(
      reasons.withLock { $0 } == ["ended by the policy's timeout of 0.5 s: this is what was found until then"])
    let nothing = CommandError(.failed, "nothing was found")
    let error = #expect(throws: CommandError.self) {
      try line.perform(.sample(Self.endless(failure: nothing)), surroundings)
    }
    #expect(error?.cause == .limited && error?.message.contains("timeout of 0.5 s") == true)
    #expect(error?.hint == "nothing was found")
  }

  @Test func whoIsEndedByALimitOfBytesIsToldSo() throws {
    let reasons = Mutex<[String]>([])
    let shown = Atomic(0)
    var surroundings = Line.Surroundings()
    surroundings.limitReached = { reason in reasons.withLock { $0.append(reason) } }
    surroundings.emit = { _ in
      shown.add(1, ordering: .relaxed)
      return true
    }
    surroundings.isUsedUp = { shown.load(ordering: .relaxed) >= 3 }
    _ = try Line(gate: Counting()).perform(.sample(Self.endless(emitting: true)), surroundings)
    #expect(reasons.withLock { $0 } == ["ended by the policy's limit of bytes: this is what was shown until then"])
    #expect(shown.load(ordering: .relaxed) == 3)
  }

  @Test func whoEndsItThemselvesIsToldNothing() throws {
    let line = Line(gate: Counting(limits: Limits(timeout: 3600)), limits: LimitKeeper())
    var surroundings = Line.Surroundings()
    surroundings.isCancelled = { true }
    surroundings.limitReached = { Issue.record("\($0)") }
    _ = try line.perform(.sample(Self.endless()), surroundings)
  }

  // MARK: - Redaction

  @Test(arguments: ResultFixture.withSecrets) func everyResultIsRedacted(fixture: ResultFixture) throws {
    let raw = try shown(fixture, .raw)
    #expect(raw.contains(Self.secret), "the fixture has something to withhold")
    #expect(raw == Self.json(try fixture.result()), "raw is raw")
    let redacted = try shown(fixture, .redacted)
    #expect(!redacted.contains(Self.secret))
    #expect(redacted.contains("<redacted:") || redacted.contains("\"redacted\":"))
  }

  @Test(arguments: ResultFixture.withSecrets, [ValueRight.none, .summary])
  func withoutTheRightToValuesNoneIsShown(fixture: ResultFixture, right: ValueRight) throws {
    let shown = try shown(fixture, right)
    for value in [Self.secret, "planted-name", "4111", "full=1", "203.0.113.9", "shop.example", "/usr/bin\""] {
      #expect(!shown.contains(value), "\(value)")
    }
  }

  @Test(arguments: [ValueRight.none, .summary, .redacted, .raw])
  func whatIsTheProgramsOwnIsAlwaysShown(right: ValueRight) throws {
    let dump = try shown(.dump, right)
    #expect(dump.contains("/srv/shop/views.py") && dump.contains("stock_lock") && dump.contains("db_password"))
    let requests = try shown(.requests, right)
    #expect(requests.contains("/orders/<int:id>") && requests.contains("gunicorn gthread") && requests.contains("POST"))
  }

  @Test func whatGoesOnIsRedactedToo() throws {
    let raw = try ResultFixture.requests.result()
    let entry = CatalogEntry.sample { _, context throws(CommandError) in
      _ = context.emit(raw)
      return raw
    }
    let emitted = Mutex<[String]>([])
    let last = try Line().perform(
      .sample(entry),
      emit: { result in
        emitted.withLock { $0.append(Self.json(result)) }
        return true
      })
    let first = try #require(emitted.withLock { $0.first })
    #expect(!first.contains(Self.secret))
    // One redactor for all: an equal secret has the same number each time.
    #expect(first == Self.json(last))
  }

  @Test func errorsAreRedacted() {
    let entry = CatalogEntry.sample { _, _ throws(CommandError) in
      throw CommandError(.notFound, "no key 'db_password=planted-secret'", hint: "try --password=planted-secret")
    }
    let error = #expect(throws: CommandError.self) { try Line().perform(.sample(entry)) }
    #expect(error?.cause == .notFound)
    #expect(error?.description.contains(Self.secret) == false)
    #expect(error?.message.hasPrefix("no key") == true)
  }

  @Test func errorsWithoutSecretsStayAsTheyAre() {
    let error = CommandError(.noSuchProcess, "no process 4711", hint: "ispy ps lists the Python processes")
    let entry = CatalogEntry.sample { _, _ throws(CommandError) in throw error }
    #expect(throws: error) { try Line().perform(.sample(entry)) }
  }

  // MARK: - What it hands on

  @Test func theCommandGetsItsArgumentsAndCanBeEnded() throws {
    let specification = CommandSpecification(
      name: "sample", rung: .inspect, summary: "", discussion: "", parameters: [.positional("word", .text, "any")],
      cost: "", examples: [], schema: "")
    let seen = Mutex<[String]>([])
    let entry = CatalogEntry(specification, result: PeekResult.self) { arguments, context throws(CommandError) in
      seen.withLock {
        $0 =
          arguments.all("word") + [
            "\(context.isCancelled())", "\(context.emit(PeekResult(expression: "", processes: [])))",
          ]
      }
      return PeekResult(expression: "", processes: [])
    }
    let request = Request(
      principal: Principal(user: 0), entry: entry, arguments: try Arguments(["hello"], for: specification),
      values: .redacted)
    _ = try Line().perform(request, isCancelled: { true }, emit: { _ in false })
    #expect(seen.withLock { $0 } == ["hello", "true", "false"])
  }

  // MARK: - Samples

  private func shown(_ fixture: ResultFixture, _ right: ValueRight) throws -> String {
    let result = try fixture.result()
    let entry = CatalogEntry.sample { _, _ throws(CommandError) in result }
    return Self.json(try Line().perform(.sample(entry, values: right)))
  }

  private static func json(_ result: any CommandResult) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: (try? encoder.encode(result)) ?? Data(), as: UTF8.self)
  }
}
