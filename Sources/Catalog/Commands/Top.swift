import Profiles
import Sampling

extension CatalogEntry {
  /// Of results that are a picture each, for a face that can show them one in place of the other.
  public static let liveSchema = "ispyd.top/1"

  /// `ispy top`: what processes are busy with, live.
  static let top = CatalogEntry(
    CommandSpecification(
      name: "top", rung: .inspect, summary: "Show live what processes are busy with",
      discussion: """
        A screen that is renewed every second: the functions that take the time, the threads with what they do or wait for, \
        the HTTP requests in flight, and for each process its CPU, memory and GIL. The processes are not stopped and no code \
        runs in them. Several targets are shown together or one by one; workers that a server starts join, where the target \
        is a name or PID/children, and those that end leave.

        Percents are of one thread, or one CPU, all the time: two threads that are always busy in a function make 200%. OWN \
        is the time in which a function was the innermost, TOTAL that in which it was anywhere on the stack. --mode cpu \
        counts time on a CPU, by the scheduler's own count; wall counts time as it passes, waiting included; gil the time \
        holding the global interpreter lock.

        The second row says how far the figures can be trusted: how many looks a second were reached of those asked for, \
        what share of the stacks was not proven, and what ispy itself takes of a CPU. A thread shorter than the interval may \
        be in the functions and not among the threads.

        Where standard output is no terminal one snapshot is printed, after one interval; with --batch they go on, until \
        Ctrl-C or as many as -n says. --json prints each as one line.
        """,
      parameters: [
        .targets(),
        .flag("batch", short: "b", "print snapshots in place of the screen, until Ctrl-C"),
        .option("count", .integer(1...1_000_000), short: "n", "print so many snapshots in place of the screen"),
        .option(
          "interval", .duration, short: "i", default: "1s", "from one look to the next: 500ms, 5s; 100ms at least"),
        .option("rate", .integer(1...10_000), short: "r", default: "100", "samples a second"),
        .option(
          "mode", .choice(ProfileFacts.Mode.allCases.map(\.rawValue)), default: "cpu",
          "what is counted: time on a CPU, time as it passes, or time holding the GIL"),
      ],
      cost: "reads some kilobytes of its memory for each sample, and some hundred once in an interval",
      examples: [
        .init("ispy top shop", "all workers of the application shop"),
        .init("ispy top 4711 --mode wall", "one process, time spent waiting included"),
        .init("ispy top shop --batch -n 60 --interval 1m > top.log", "a snapshot a minute, for an hour"),
        .init("ispy top shop --json -n 2 | jq '.functions[0]'", "the busiest function, twice, as data"),
      ], schema: liveSchema), result: EndOfResults.self, progress: TopResult.self
  ) { arguments, context throws(CommandError) in
    var plan = RecordingPlan(
      mode: arguments["mode"].flatMap { ProfileFacts.Mode(rawValue: $0) } ?? .cpu,
      rate: Double(arguments.integer("rate") ?? 100))
    plan.isLive = true
    let count = arguments.integer("count") ?? (arguments.has("batch") ? nil : 1)
    return try TopSession(arguments.all("target"), plan: plan, count: count, context)
      .run(interval: arguments.seconds("interval") ?? 1)
  }
}
