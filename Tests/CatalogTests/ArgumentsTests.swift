import Testing

@testable import Catalog

@Suite struct ArgumentsTests {
  private static let specification = CommandSpecification(
    name: "look", rung: .inspect, summary: "Look", discussion: "Looks.",
    parameters: [
      .targets(),
      .positional("expr", .expression, "what"),
      .flag("locals", short: "l", "variables"),
      .flag("tasks", short: "t", "tasks"),
      .option("depth", .integer(1...20), short: "d", default: "3", "how deep"),
      .option("interval", .duration, default: "1s", "how often"),
      .option("order", .choice(["name", "age"]), "by what"),
      .option("note", .text, "any words"),
    ], cost: "none", examples: [], schema: "look/1")

  private func parse(_ words: String...) throws(CommandError) -> Arguments {
    try Arguments(words, for: Self.specification, others: ["--json"])
  }

  private func error(_ words: String...) -> CommandError? {
    do throws(CommandError) {
      _ = try Arguments(words, for: Self.specification, others: ["--json"])
      return nil
    } catch {
      return error
    }
  }

  // MARK: - What is understood

  @Test func placesTakeTheirWordsAndTheLastKeepsOne() throws {
    let arguments = try parse("4711", "shop", "4712/children", "settings.DEBUG")
    #expect(arguments.all("target") == ["4711", "shop", "4712/children"])
    #expect(arguments["expr"] == "settings.DEBUG")
  }

  @Test func optionsMayStandAnywhere() throws {
    for words in [["--depth", "5", "4711", "x"], ["4711", "--depth", "5", "x"], ["4711", "x", "--depth", "5"]] {
      let arguments = try Arguments(words, for: Self.specification)
      #expect(arguments.integer("depth") == 5)
      #expect(arguments.all("target") == ["4711"])
    }
  }

  @Test func aValueMayBeTiedToItsOption() throws {
    #expect(try parse("1", "x", "--depth=7").integer("depth") == 7)
    #expect(try parse("1", "x", "--note=a=b")["note"] == "a=b")
    #expect(try parse("1", "x", "--note=")["note"] == "")
    #expect(try parse("1", "x", "-d", "9").integer("depth") == 9)
  }

  @Test func aValueMayLookLikeAnOption() throws {
    #expect(try parse("1", "x", "--note", "--locals")["note"] == "--locals")
    #expect(try parse("1", "x", "--note", "--locals").has("locals") == false)
  }

  @Test func theLastOfARepeatedOptionCounts() throws {
    let arguments = try parse("1", "x", "--depth", "5", "--depth=6")
    #expect(arguments.all("depth") == ["6"])
  }

  @Test func flagsAreSetOrNot() throws {
    #expect(try parse("1", "x", "--locals").has("locals"))
    #expect(try parse("1", "x", "-l").has("locals"))
    #expect(try parse("1", "x").has("locals") == false)
  }

  @Test func shortFlagsMayStandTogether() throws {
    let arguments = try parse("-lt", "1", "x")
    #expect(arguments.has("locals") && arguments.has("tasks"))
    #expect(error("-ld", "5", "1", "x")?.message == "unknown option -ld")
    #expect(error("-lx", "1", "x")?.message == "unknown option -lx")
  }

  @Test func behindTwoHyphensNothingIsAnOption() throws {
    let arguments = try parse("4711", "--", "--locals")
    #expect(arguments["expr"] == "--locals")
    #expect(!arguments.has("locals"))
  }

  @Test func aHyphenAloneIsAWord() throws { #expect(try parse("shop", "-")["expr"] == "-") }

  @Test func defaultsStandWhereNothingIsGiven() throws {
    let arguments = try parse("1", "x")
    #expect(arguments.integer("depth") == 3)
    #expect(arguments.seconds("interval") == 1)
    #expect(arguments["order"] == nil)
    #expect(arguments.all("note") == [])
  }

  @Test(arguments: [
    ("500ms", 0.5), ("5s", 5), ("2m", 120), ("1h", 3600), ("7", 7), ("0.25", 0.25), ("0s", 0), ("1.5m", 90),
    ("2d", 172_800),
  ])
  func timesHaveUnits(text: String, seconds: Double) throws {
    #expect(try parse("1", "x", "--interval", text).seconds("interval") == seconds)
  }

  // MARK: - What is refused

  @Test(arguments: ["", "s", "ms", "5w", "-5s", "1e3", "inf", "nan", "5 s", "0x10", "1..2", "٣s", "9999999999s"])
  func otherTimesAreRefused(text: String) {
    let error = error("1", "x", "--interval", text)
    #expect(error?.cause == .usage)
    #expect(error?.message == "--interval is a time such as 500ms, 5s or 2m, not \(text)")
  }

  @Test(arguments: ["0", "21", "-1", "1.5", "", "five", "99999999999999999999", "0x5", "٣"])
  func numbersOutOfTheRangeAreRefused(text: String) {
    let error = error("1", "x", "--depth", text)
    #expect(error?.cause == .usage)
    #expect(error?.message == "--depth is a number from 1 to 20, not \(text)")
    #expect(error?.hint == "see: ispy help look")
  }

  @Test func theEndsOfARangeBelongToIt() throws {
    #expect(try parse("1", "x", "--depth", "1").integer("depth") == 1)
    #expect(try parse("1", "x", "--depth", "20").integer("depth") == 20)
  }

  @Test func anotherChoiceIsRefusedWithASuggestion() {
    let near = error("1", "x", "--order", "nam")
    #expect(near?.message == "--order is one of name, age, not nam")
    #expect(near?.hint == "did you mean name?")
    #expect(error("1", "x", "--order", "colour")?.hint == "see: ispy help look")
  }

  @Test func anUnknownOptionIsRefusedWithASuggestion() {
    #expect(error("1", "x", "--local")?.message == "unknown option --local")
    #expect(error("1", "x", "--local")?.hint == "did you mean --locals?")
    #expect(error("1", "x", "--dept=4")?.message == "unknown option --dept")
    #expect(error("1", "x", "--dept=4")?.hint == "did you mean --depth?")
    #expect(error("1", "x", "-x")?.message == "unknown option -x")
    #expect(error("1", "x", "--recursive")?.hint == "see: ispy help look")
  }

  @Test func optionsOfTheFaceAreSuggestedToo() { #expect(error("1", "x", "--jsn")?.hint == "did you mean --json?") }

  @Test func aMissingValueIsNamed() {
    #expect(error("1", "x", "--depth")?.message == "--depth needs a value: --depth N")
    #expect(error("1", "x", "--order")?.message == "--order needs a value: --order name|age")
  }

  @Test func aFlagTakesNoValue() { #expect(error("1", "x", "--locals=yes")?.message == "--locals takes no value") }

  @Test func theMissingWordIsNamed() {
    #expect(error()?.message == "TARGET is missing")
    #expect(error("4711")?.message == "EXPR is missing")
    #expect(error("4711", "--locals")?.message == "EXPR is missing")
  }

  @Test func aWordTooManyIsRefused() throws {
    let plain = CommandSpecification(
      name: "ps", rung: .observe, summary: "", discussion: "", cost: "", examples: [], schema: "")
    #expect(throws: CommandError(.usage, "unexpected 4711", hint: "see: ispy help ps")) {
      try Arguments(["4711"], for: plain)
    }
  }

  @Test(arguments: ["0", "-1", "-5", "+5", "2147483648", "99999999999", "0/children", "-5/children"])
  func badPidsAreRefused(word: String) {
    // `-5/children` is no number: it can only be meant behind `--`.
    let error = error("--", word, "x")
    #expect(error?.cause == .usage)
    #expect(error?.message.hasSuffix("is no pid") == true)
  }

  @Test func aNegativePidIsNoOption() { #expect(error("-5", "x")?.message == "-5 is no pid") }

  @Test func anEmptyTargetIsRefused() { #expect(error("", "x")?.message == "TARGET is empty") }

  @Test func oneBadTargetAmongGoodOnesIsEnough() {
    #expect(error("4711", "shop", "4712/parents", "x")?.message == "4712/parents is no target")
  }
}
