import Catalog
import Redaction
import Testing

@testable import Control

@Suite struct ApprovalBookTests {
  private static let ann = Principal(user: 1000, name: "ann")
  private static let bob = Principal(user: 1001, name: "bob", groups: ["ops"])
  private static let eve = Principal(user: 1002, name: "eve")
  private static let cat = Principal(user: 1003, name: "cat", groups: ["ops"])
  private static let approvers = Subjects(groups: ["ops"])
  private static let process = ApprovedTarget.process(pid: 7, startTime: 100)

  private func target(_ pid: Int32, _ startTime: UInt64) -> Target {
    Target(pid: pid, startTime: startTime, application: Application(name: "shop", server: nil), commandLine: "")
  }

  private func rule(count: Int = 1, longest: Double = 900, isBreakGlass: Bool = false) -> Policy.ApprovalRule {
    Policy.ApprovalRule(
      name: "rule", place: "line 1", subjects: Subjects(users: ["*"]), selectors: [], rung: .inspect, commands: [],
      values: .redacted, approvers: Self.approvers, count: count, longest: longest, isBreakGlass: isBreakGlass)
  }

  private func request(_ words: [String] = [], by principal: Principal = ann, values: ValueRight = .redacted) -> Request
  {
    let specification = CommandSpecification(
      name: "dump", rung: .inspect, summary: "", discussion: "",
      parameters: [.positional("target", .text, isRequired: false, isRepeated: true, "")], cost: "", examples: [],
      schema: "")
    let entry = CatalogEntry(specification, result: ProcessListResult.self) { _, _ throws(CommandError) in
      ProcessListResult(processes: [])
    }
    guard let arguments = try? Arguments(words, for: specification) else { preconditionFailure("they are words") }
    return Request(principal: principal, entry: entry, arguments: arguments, values: values)
  }

  private func now(_ time: Double, moment: Double? = nil) -> ApprovalBook.Now {
    ApprovalBook.Now(time: time, moment: moment ?? time)
  }

  private func asked(
    _ book: inout ApprovalBook, _ words: [String] = ["shop"], rule: Policy.ApprovalRule? = nil,
    targets: [ApprovedTarget] = [process], at time: Double = 0
  ) throws -> Int {
    try book.ask(
      request(words), words: words, targets: targets, reason: "it hangs", rule: rule ?? self.rule(), now(time)
    ).number
  }

  private func uses(
    _ book: inout ApprovalBook, _ words: [String] = ["shop"], by principal: Principal = ann,
    values: ValueRight = .redacted, on target: Target? = nil, labels: [String: String] = [:], at time: Double = 1,
    moment: Double? = nil
  ) -> Bool {
    book.use(
      request(words, by: principal, values: values), words: words,
      on: [(target ?? self.target(7, 100), labels)], now(time, moment: moment)) != nil
  }

  @Test func whatIsNotApprovedIsNoGrant() throws {
    var book = ApprovalBook()
    _ = try asked(&book)
    #expect(!uses(&book))
  }

  @Test func onceIsOnceAndForTheseVeryWords() throws {
    var book = ApprovalBook()
    let number = try asked(&book)
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: nil, now(0))
    #expect(!uses(&book, ["shop", "other"]))
    #expect(uses(&book))
    #expect(!uses(&book))
    #expect(book.approvals[number]?.state == .used)
  }

  @Test func aTimeIsATimeForAnyArguments() throws {
    var book = ApprovalBook()
    let number = try asked(&book)
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(0))
    #expect(uses(&book, at: 1))
    #expect(uses(&book, ["shop", "other"], at: 59))
    #expect(!uses(&book, at: 60))
    #expect(book.approvals[number]?.state == .expired)
  }

  @Test func settingTheClockBackLengthensNothing() throws {
    var book = ApprovalBook()
    let number = try asked(&book, at: 1000)
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(1000, moment: 10))
    #expect(uses(&book, at: 500, moment: 69))
    #expect(!uses(&book, at: 500, moment: 70))
  }

  @Test func settingTheClockForwardEndsIt() throws {
    var book = ApprovalBook()
    let number = try asked(&book, at: 1000)
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(1000, moment: 10))
    #expect(!uses(&book, at: 2000, moment: 11))
  }

  @Test func aGrantIsForItsPersonTargetCommandAndValuesOnly() throws {
    var book = ApprovalBook()
    let number = try asked(&book)
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(0))
    #expect(!uses(&book, by: Self.eve))
    #expect(!uses(&book, on: target(7, 101)), "another process with its pid")
    #expect(!uses(&book, on: target(8, 100)))
    #expect(!uses(&book, values: .raw))
    #expect(uses(&book, values: .summary))
  }

  @Test func aGrantForAnApplicationHoldsForThoseThatAreBelieved() throws {
    var book = ApprovalBook()
    let number = try asked(&book, targets: [.application("shop")])
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(0))
    #expect(uses(&book, on: target(9, 5), labels: ["application": "shop"]))
    // It calls itself shop, and the policy does not believe it.
    #expect(!uses(&book, on: target(9, 5), labels: [:]))
  }

  @Test func whatHasNoTargetIsGrantedWithoutOneAndOnlyThen() throws {
    func uses(_ book: inout ApprovalBook, _ words: [String], _ targets: [(Target, [String: String])]) -> Bool {
      book.use(request(words), words: words, on: targets, now(1)) != nil
    }
    var book = ApprovalBook()
    let without = try asked(&book, ["7"], targets: [])
    _ = try book.approve(without, by: Self.bob, approvers: Self.approvers, for: nil, now(0))
    #expect(!uses(&book, ["7"], [(target(7, 100), [:])]), "it is for no process")
    #expect(!uses(&book, ["8"], []), "it is for these words")
    #expect(uses(&book, ["7"], []))
    #expect(!uses(&book, ["7"], []), "once is once")
    let with = try asked(&book, ["7"])
    _ = try book.approve(with, by: Self.bob, approvers: Self.approvers, for: 60, now(1))
    #expect(!uses(&book, ["7"], []), "it is for one process")
    let long = try asked(&book, ["7"], targets: [])
    _ = try book.approve(long, by: Self.bob, approvers: Self.approvers, for: 60, now(1))
    #expect(uses(&book, ["8"], []), "for a time it is for any words")
    _ = try book.revoke(long, by: Self.cat, approvers: Self.approvers, now(1))
    #expect(!uses(&book, ["8"], []))
  }

  @Test func nobodyApprovesTheirOwn() throws {
    var book = ApprovalBook()
    let number = try asked(&book)
    let everybody = Subjects(users: ["*"])
    #expect(throws: ApprovalError.ownRequest) {
      try book.approve(number, by: Self.ann, approvers: everybody, for: nil, now(0))
    }
    #expect(throws: ApprovalError.notAnApprover(Self.approvers)) {
      try book.approve(number, by: Self.eve, approvers: Self.approvers, for: nil, now(0))
    }
  }

  @Test func severalMustAgreeWhereTheRuleSaysSo() throws {
    var book = ApprovalBook()
    let number = try asked(&book, rule: rule(count: 2))
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(0))
    #expect(!uses(&book))
    #expect(throws: ApprovalError.alreadyApproved) {
      try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(0))
    }
    _ = try book.approve(number, by: Self.cat, approvers: Self.approvers, for: 60, now(0))
    #expect(uses(&book))
  }

  @Test func nothingIsGrantedForLongerThanTheRuleSays() throws {
    var book = ApprovalBook()
    let number = try asked(&book)
    #expect(throws: ApprovalError.tooLong(longest: 900)) {
      try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 901, now(0))
    }
  }

  @Test func aGrantCanBeTakenBack() throws {
    var book = ApprovalBook()
    let number = try asked(&book)
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(0))
    _ = try book.revoke(number, by: Self.cat, approvers: Self.approvers, now(1))
    #expect(!uses(&book))
    #expect(book.approvals[number]?.ended?.name == "cat")
  }

  @Test func whatIsDeniedIsOver() throws {
    var book = ApprovalBook()
    let number = try asked(&book)
    #expect(throws: ApprovalError.notAnApprover(Self.approvers)) {
      try book.deny(number, by: Self.eve, approvers: Self.approvers, now(0))
    }
    _ = try book.deny(number, by: Self.bob, approvers: Self.approvers, now(0))
    #expect(throws: ApprovalError.wrongState(.denied)) {
      try book.approve(number, by: Self.bob, approvers: Self.approvers, for: nil, now(0))
    }
  }

  @Test func theSameAskedTwiceIsOneRequest() throws {
    var book = ApprovalBook()
    let first = try asked(&book)
    #expect(try asked(&book) == first)
    #expect(try asked(&book, ["other"]) != first)
  }

  @Test func onePersonCannotFillTheBook() throws {
    var book = ApprovalBook()
    for index in 0..<ApprovalBook.pendingLimit { _ = try asked(&book, ["\(index)"]) }
    #expect(throws: ApprovalError.tooMany(ApprovalBook.pendingLimit)) { try asked(&book, ["one more"]) }
  }

  @Test func brokenGlassIsGrantedAtOnceAndNotForLong() throws {
    var book = ApprovalBook()
    _ = try asked(&book, rule: rule(longest: 60, isBreakGlass: true))
    #expect(uses(&book, at: 1))
    #expect(!uses(&book, at: 61))
  }

  @Test func theBookGoesOnWhereItsCopyEnds() throws {
    var book = ApprovalBook()
    let number = try asked(&book)
    _ = try book.approve(number, by: Self.bob, approvers: Self.approvers, for: 60, now(0))
    var again = ApprovalBook(Array(book.approvals.values))
    #expect(uses(&again, at: 59))
    #expect(!uses(&again, at: 60))
    #expect(try asked(&again, ["other"]) == number + 1)
  }
}
