/// What is said of the kinds of probes in help.
struct ProbeWords {
  let summary: String
  let discussion: String
  var options: [Parameter] = []
  let cost: String
  let examples: [CommandSpecification.Example]

  private static let condition = Parameter.option(
    "if", .text, "a condition, such as 'amount > 100 and order.currency == \"EUR\"'")
  private static let captureBounds: [Parameter] = [
    .option("depth", .integer(1...5), default: "3", "how deep a value is followed"),
    .option("items", .integer(1...1000), default: "100", "items of one collection"),
    .option("characters", .integer(1...4096), default: "255", "characters of one text"),
  ]
  private static let callCost =
    "some hundred nanoseconds for each call, which the preview measures; some 100 us for one that is captured"

  /// Where what is counted goes beside: whoever shows it sends it, and never the process or a gateway.
  static let metric: [Parameter] = [
    .option(
      "to", .text,
      "send what is counted to graphite://HOST:PORT, statsd://HOST:PORT, otlp://HOST:PORT or prometheus:/PATH.prom"),
    .option("metric", .text, "what it is called there; otherwise as the location is"),
  ]

  /// What holds for all of them.
  static let common = """
    A preview comes first, and alone with --dry-run: where the probe lands in the code that runs, how often that is \
    reached by now, what one hit costs in this process, what would be captured and what withheld. Where the present rate \
    would cost more than --cpu allows, it is refused, with the rate that would fit.

    Every probe has four limits: hits, captures in a second, time of a processor, and an end. Whichever comes first takes \
    it out, and it says which. A hit that takes more than 50 ms of a processor's time takes it out for good. Where there \
    are several processes it goes to one of them first, and after --canary to the others, unless that one came to harm.

    The command shows what is found until the probe is over, or Ctrl-C takes it out. Through a gateway, or in a shell, \
    --background leaves it there: see ispy probes, ispy probe results.
    """

  static func limits(_ kind: ProbeKind) -> [Parameter] {
    let captures: [Parameter] = [
      .option("hits", .integer(1...100_000), default: "100", "captures in all, in each process"),
      .option(
        "rate", .integer(1...1000), default: String(kind.defaultRate), "captures in a second, in each process"),
    ]
    return (kind.counts ? [] : captures) + [
      .option("cpu", .text, default: "1", "per cent of one core that it may take, in all processes together"),
      .option("for", .duration, default: "10m", "how long it stays"),
      .option("canary", .duration, default: "3s", "how long it is tried in one process before it goes to the others"),
      .flag("all-at-once", "go to all processes at one time: a grant of its own"),
      .flag("dry-run", "show what it would do, and do nothing else"),
      .flag("background", "leave it there, and do not wait"),
    ]
  }

  static func of(_ kind: ProbeKind) -> ProbeWords {
    switch kind {
    case .watch:
      ProbeWords(
        summary: "Show the calls of a function: arguments, return value, exception, time",
        discussion:
          "Shows calls of a function with what they were given, what they returned or raised, and how long they took, where a condition holds. In the condition the parameters go by their names, and at the end of a call @return, @exception and @ms.",
        options: [
          condition, .option("at", .choice(["before", "after"]), default: "after", "when a call begins, or has ended"),
        ] + captureBounds,
        cost: callCost,
        examples: [
          .init("ispy probe watch shop shop.checkout:pay --if 'amount > 100'", "calls with a large amount"),
          .init("ispy probe watch shop /checkout --if '@ms > 500'", "slow requests of a route"),
        ])
    case .snapshot:
      ProbeWords(
        summary: "Show the local variables and the stack at a line",
        discussion:
          "Shows the variables of a function when a line of it is reached, and the stack, where a condition holds. Where a function is named, it is its beginning.",
        options: [condition] + captureBounds,
        cost: "some hundred nanoseconds for each time; some 100 us for one that is captured",
        examples: [
          .init("ispy probe snapshot shop checkout.py:42 --hits 1", "once"),
          .init("ispy probe snapshot shop checkout.py:42 --if 'total < 0'", "where the total is negative"),
        ])
    case .log:
      ProbeWords(
        summary: "Say a message with values when a line is reached",
        discussion:
          "Says a message each time that a line is reached, with the values that stand in braces. With --logger the application's own log gets it too, at the level INFO, with what is withheld left out; as long as this command shows it.",
        options: [condition, .option("logger", .text, "a logger of the application's that gets the message too")]
          + captureBounds,
        cost: "some hundred nanoseconds for each time; some 50 us for one that is said",
        examples: [
          .init("ispy probe log shop checkout.py:42 'order {order.id}: {total}'", "what passes by there")
        ])
    case .exceptions:
      ProbeWords(
        summary: "Keep the exceptions that leave a function, with the variables of every frame",
        discussion:
          "Keeps the exceptions that leave a function or the view of a route: each distinct one once, with how often it came, and the variables of every frame that it went through. The location `everywhere` means what reaches the handlers of Flask, Django and Starlette, or ends a thread. No live frame is kept.",
        options: [condition] + captureBounds,
        cost: "some 50 ns for each call; some 200 us for an exception",
        examples: [
          .init("ispy probe exceptions shop /checkout", "why the checkout fails"),
          .init("ispy probe exceptions shop shop.checkout:pay --if '@exception == \"KeyError\"'", "of one type"),
          .init("ispy probe exceptions shop everywhere", "whatever nobody handles"),
        ])
    case .count, .time:
      ProbeWords(
        summary: kind == .count
          ? "Count the calls and errors of a function" : "Time the calls of a function: a histogram",
        discussion: kind == .count
          ? "Counts the calls of a function and the exceptions that leave it, by labels, and says so at each interval."
          : "Counts and times the calls of a function and the exceptions that leave it, by labels, and says at each interval how long they took: quantiles of a histogram with a precision of 3 %.",
        options: [
          .option("by", .text, "what the calls are told apart by: expressions with commas between them, name=EXPR"),
          .option("interval", .duration, default: "10s", "from one report to the next"),
        ] + metric,
        cost: "some 300 ns for each call",
        examples: [
          .init("ispy probe \(kind.rawValue) shop shop.checkout:pay", "in all workers together"),
          .init("ispy probe \(kind.rawValue) shop shop.checkout:pay --by order.currency", "by currency"),
          .init(
            "ispy probe \(kind.rawValue) shop shop.checkout:pay --metric shop.pay --to statsd://127.0.0.1:8125",
            "a metric for monitoring, with no deploy"),
        ])
    case .trace, .profile:
      ProbeWords(
        summary: kind == .trace
          ? "Show what a call of a function calls, with times" : "Profile single calls of a function",
        discussion: (kind == .trace
          ? "Follows one call of many through all that it calls, and shows the tree with times."
          : "Follows one call of many through all that it calls, and shows the functions with their own times.")
          + " At most one call at a time, of at most 20,000 events. From outside, with no code in the process, ispy record --function shows where the time of all calls goes.",
        options: [.option("every", .integer(1...1_000_000), default: "1", "one call of so many")],
        cost:
          "some hundred nanoseconds for a call that is not followed, and some microseconds for each call within one that is",
        examples: [.init("ispy probe \(kind.rawValue) shop /report --hits 3", "three requests of a slow route")])
    case .stack:
      ProbeWords(
        summary: "Show who calls a function",
        discussion: "Shows the stacks from which a function is called, each distinct one once.",
        options: [condition], cost: callCost,
        examples: [.init("ispy probe stack shop shop.models:Order.save", "who saves orders")])
    case .record:
      ProbeWords(
        summary: "Keep the last calls of a function",
        discussion:
          "Keeps the last calls of a function with arguments and outcome, up to 200 of each process. None of them is ever repeated.",
        options: [condition] + captureBounds, cost: callCost,
        examples: [.init("ispy probe record shop shop.checkout:pay --background", "to be searched later")])
    }
  }
}
