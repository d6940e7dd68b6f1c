import Sampling

extension CatalogEntry {
  /// `ispy probe requests`: the watch for slow requests, from outside.
  static let probeRequests = CatalogEntry(
    CommandSpecification(
      name: "probe requests", rung: .inspect, summary: "Show requests that take long, with what they do meanwhile",
      discussion: """
        Watches the HTTP requests of the processes from outside: memory is read, and no code runs in them. A request that \
        takes longer than --slower is shown once it is over: method, path and route, the worker, what it ran on, how long it \
        took, the stacks it was seen with, and the SQL statements that it was seen to execute. One that runs on is shown after \
        a minute, or when the watch ends, and says so.

        ROUTE keeps the requests of one: '[METHOD] PATH' with a path that means what lies below it too, or a route as the \
        application wrote it, such as /orders/<int:id>.

        It looks --rate times a second, and more seldom where looks are dear: they take a tenth of the time at most. How long a \
        request took is at least what is shown: it ended after the last look that saw it. A sample counts where the look before \
        it saw the request too, and where its stack is proven. At most 50 requests are followed at the same time, the slow ones \
        first; 200 samples and 50 statements are kept of each. What did not fit is counted.

        Statements are read from the variables of SQLAlchemy, Django, Peewee and of drivers that are written in Python. \
        Numbers, texts and comments in them are not shown, nor are parameters. A driver in C that the application calls by \
        itself has no frame to read from.

        Where a server notes no start of its requests, two requests for the same path that come at once one after the other on \
        one connection may be taken for one.
        """,
      parameters: [
        .targets(),
        .positional(
          "route", .request, isRequired: false,
          "only such requests: '[METHOD] PATH', a path under which they lie, or a route as it was written"),
        .option("slower", .duration, default: "1s", "how long a request takes that is shown: 500ms, 5s"),
        .option("hits", .integer(1...10_000), default: "100", "requests shown at most"),
        .option("for", .duration, default: "10m", "how long it watches"),
        .option("rate", .integer(1...100), default: "10", "looks a second"),
      ],
      cost: "reads some hundred kilobytes of its memory at each look",
      examples: [
        .init("ispy probe requests shop --slower 500ms", "what takes longer than half a second in any worker of shop"),
        .init("ispy probe requests shop 'POST /checkout' --hits 5", "the next five slow checkouts"),
        .init(
          "ispy probe requests shop --json | jq '.requests[].statements'", "the statements of slow requests, as data"),
      ], schema: SlowRequestsResult.requestsSchema), result: SlowRequestsResult.self,
    validate: { arguments throws(CommandError) in _ = try SlowRequestWatch.Plan(arguments) }
  ) { arguments, context throws(CommandError) in
    var watch = SlowRequestWatch(arguments.all("target"), plan: try SlowRequestWatch.Plan(arguments), context)
    return try watch.run()
  }
}

extension SlowRequestWatch.Plan {
  /// From the words of the command.
  init(_ arguments: Arguments) throws(CommandError) {
    filter = arguments["route"].flatMap { RequestFilter($0) }
    slower = arguments.seconds("slower") ?? slower
    hits = arguments.integer("hits") ?? hits
    seconds = arguments.seconds("for") ?? seconds
    rate = arguments.integer("rate") ?? rate
    guard slower > 0, seconds > 0 else {
      throw CommandError(.usage, "--slower and --for are times longer than none", hint: "see: ispy help probe requests")
    }
  }
}
