import WebRequests

extension CatalogEntry {
  /// `ispy requests`: the HTTP requests in flight.
  static let requests = requests(ofPlugin: nil)

  /// The same command, as itself or as one of a plugin.
  static func requests(ofPlugin plugin: String?) -> CatalogEntry {
    CatalogEntry(specification(ofPlugin: plugin), result: RequestsResult.self, execute: execute)
  }

  private static func specification(ofPlugin plugin: String?) -> CommandSpecification {
    func command(_ target: String) -> String {
      plugin.map { "ispy run \(target) \($0) requests" } ?? "ispy requests \(target)"
    }
    return CommandSpecification(
      plugin: plugin, name: "requests", rung: .inspect, summary: "Show the HTTP requests in flight",
      discussion: """
        Shows the requests that the processes serve at this moment, those that run longest first: method, path, client, how \
        long, what it runs on (thread, asyncio task, greenlet), the route, and the innermost frame of the application's own \
        code. They are read from the variables of the servers' and frameworks' frames: no middleware is needed, and it works \
        on a worker that hangs.

        A duration is exact where the server notes the start (gunicorn, hypercorn, waitress, Daphne, Tornado, mod_wsgi, \
        aiohttp with an access log). Elsewhere it is a lower bound, written >=: since data last came in on the request's \
        connection, or since --follow first saw it. Time spent waiting for a worker may be part of it.

        With --follow it goes on until it is interrupted, and shows each request when it begins and when it ends. It looks \
        once every interval: requests shorter than that may never be seen.
        """,
      parameters: [
        .targets(),
        .flag("follow", short: "f", "go on, and show requests as they begin and end"),
        .option("interval", .duration, default: "1s", "the time between two looks, with --follow: 200ms, 5s, 2m"),
        .flag("headers", "show the request headers too, redacted"),
      ],
      cost: "reads some hundred kilobytes of its memory at each look",
      examples: [
        .init(command("shop"), "what all workers of shop are serving"),
        .init(command("4711") + " --follow --interval 200ms", "requests of one process as they come and go"),
        .init(command("shop") + " --json | jq '.requests[] | select(.seconds > 5)'", "those that run for over 5 s"),
      ], schema: "ispyd.requests/1"
    )
  }

  private static func execute(
    _ arguments: Arguments, _ context: ExecutionContext
  ) throws(CommandError) -> any CommandResult {
    let withHeaders = arguments.has("headers")
    guard arguments.has("follow") else { return try look(at: context.targets, withHeaders: withHeaders, context) }
    var follower = RequestFollower(arguments.all("target"), withHeaders: withHeaders)
    let first = try follower.begin(context.targets)
    let interval = max(arguments.seconds("interval") ?? 1, 0.01)
    return follower.run(from: first, interval: interval, context)
  }

  private static func look(
    at targets: [Target], withHeaders: Bool, _ context: ExecutionContext
  ) throws(CommandError) -> RequestsResult {
    var result = RequestsResult(requests: [])
    var failures: [CommandError] = []
    for target in targets where !context.isCancelled() {
      do throws(CommandError) {
        var look = try RequestLook(target)
        result.requests += try look.next(withHeaders: withHeaders).current.map {
          look.summary($0, withHeaders: withHeaders)
        }
        if let problem = look.problem { result.unread.append(problem) }
      } catch {
        // One of many workers may end at any time; the others are shown all the same.
        failures.append(error)
        result.unread.append(UnreadProcess(pid: target.pid, problem: error.description))
      }
    }
    guard failures.isEmpty || failures.count < targets.count else { throw CommandError(all: failures) }
    result.requests.sort { ($0.seconds ?? -1) > ($1.seconds ?? -1) }
    return result
  }
}
