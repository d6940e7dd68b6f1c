import CPython
import Profiles
import RemoteProcess
import Sampling

extension CatalogEntry {
  /// `ispy record`: a sampling profile.
  static let record = CatalogEntry(
    CommandSpecification(
      name: "record", rung: .inspect, summary: "Record a sampling profile",
      discussion: """
        Looks at the stacks of all threads many times a second, until the time given with --duration is over or Ctrl-C is \
        pressed, and says where the time went. The process is not stopped and no code runs in it. Several targets make one \
        profile; workers that a server starts meanwhile join it, where the target is a name or PID/children.

        --mode wall counts time as it passes, waiting included. --mode cpu counts time on a CPU: a sample is taken where a \
        thread runs, and weighs what the scheduler says that it ran. --mode gil counts the time in which a thread held the \
        global interpreter lock.

        Each sample is proven, or marked as uncertain: a process that runs on may change its stack while it is read. An \
        uncertain one keeps the outer frames that were the same before and after, and ends in [uncertain]. With --stop each \
        thread stands still for some microseconds while its stack is read, and no sample is uncertain.

        --function MODULE:QUALNAME gives the calls below one function only, its share of all time, and how many of its calls \
        were seen. The module is told by the file of the code: shop.views is a file shop/views.py, __main__ is any.

        --request '[METHOD] PATH' keeps what serves a matching request: PATH is a path that matches what lies below it too, \
        or a route as the application wrote it, such as /orders/<int:id>. --by-request keeps all, and a track for each. Who \
        serves what is found in the variables of the frames, every 10 ms or more seldom: at most a tenth of the time goes to \
        it. A sample between two looks that disagree is of no request. The profile says how much could be told.

        --tasks tells the tasks of asyncio apart: one that runs is shown with its own stack and not under the loop's; one that \
        waits is shown with its stack, which ends in what it awaits, at every such look (--mode wall). Tasks without a name of \
        their own go by their coroutine. Greenlets that wait are shown likewise, the one that runs as its thread.

        --output writes the profile to a file, whose ending says what: .html is a page with a flame graph to search and to \
        zoom into, which needs no network; .svg a picture of one; .json a file for https://www.speedscope.app; .pb.gz one for \
        pprof; .trace.json trace events in the order of time, for https://ui.perfetto.dev; .collapsed has a line for each \
        stack, weighed in microseconds. It is opened before anything is recorded, and has its name only when it is whole. \
        ispy diff compares two.

        The moments of sampling are drawn at random within a fixed rhythm, so that no rhythm of the program hides from it. \
        What it says of itself is part of the profile: the rate reached, the share that is uncertain, the CPU it took.
        """,
      parameters: [.targets()] + profileFileOptions + [
        .option("duration", .duration, short: "d", "for how long: 10s, 5m; until Ctrl-C unless given"),
        .option("duty", .text, "sample sometimes: 1s/10s is one second of every ten"),
        .flag("stop", "hold each thread still while its stack is read, one at a time"),
      ] + recordingOptions,
      cost: "reads some kilobytes of its memory for each sample; with --stop, some 25 us of each thread's time",
      examples: [
        .init("ispy record shop -d 10s", "where all workers of shop spend their time"),
        .init("ispy record 4711 --mode cpu -r 1000 -o cpu.html", "what uses the CPU, until Ctrl-C, as a flame graph"),
        .init("ispy record shop --function shop.views:checkout -d 30s", "what checkout spends its time on"),
        .init("ispy record shop --request 'POST /checkout' -o checkout.html", "what such requests spend their time on"),
        .init("ispy record api --tasks -d 10s", "what tasks run, and what they wait for"),
      ], schema: "ispyd.record/1"), result: RecordResult.self, progress: RecordProgress.self,
    validate: { arguments throws(CommandError) in _ = try RecordingPlan(arguments) }, execute: record)

  /// What a recording is of, however long it lasts.
  static let recordingOptions: [Parameter] = [
    .option("rate", .integer(1...1_000_000), short: "r", default: "100", "samples a second"),
    .option(
      "mode", .choice(ProfileFacts.Mode.allCases.map(\.rawValue)), default: "wall",
      "what is counted: time, time on a CPU, or time holding the GIL"),
    .option("thread", .text, "only threads of these names or native ids, with commas between them"),
    .option("function", .text, "only what runs below MODULE:QUALNAME"),
    .option(
      "request", .text,
      "only what serves such requests: '[METHOD] PATH', a path under which they lie, or a route as it was written"),
    .flag("by-request", "tell the requests apart that threads serve: a track for each"),
    .flag("tasks", "a track for each asyncio task and waiting greenlet"),
  ]

  /// The file that a profile goes to: the face opens it before anything is recorded.
  static let profileFileOptions: [Parameter] = [
    .option("output", .file, short: "o", "write the profile to a file, as its ending says"),
    .option(
      "format", .choice(ProfileFormat.allCases.map(\.rawValue)),
      "of the file, where its ending does not say"),
  ]

  private static func record(
    _ arguments: Arguments, _ context: ExecutionContext
  ) throws(CommandError) -> any CommandResult {
    let plan = try RecordingPlan(arguments)
    let (opened, failures, unread) = open(context.targets)
    if plan.stops, context.targets.count > 1 {
      let words = arguments.all("target").joined(separator: " ")
      throw CommandError(
        .ambiguousTarget, "--stop takes one process, and \(words) is \(context.targets.count)",
        hint: "name one by its pid")
    }
    guard !opened.isEmpty else { throw CommandError(all: failures) }
    var search = NewcomerSearch(arguments.all("target"))
    let surroundings = Recorder.Surroundings(
      isCancelled: context.isCancelled, progress: { context.emit(RecordProgress(facts: $0)) },
      newTargets: { known in
        plan.stops ? [] : search.targets(besides: known, context).compactMap { try? open($0) }
      })
    do throws(ThreadStopError) {
      return RecordResult(profile: try Recorder(opened, plan: plan).run(surroundings), unread: unread)
    } catch {
      throw CommandError(.failed, "no thread was stopped: \(error)")
    }
  }

  /// As many of these processes as can be read.
  static func open(
    _ targets: [Target]
  ) -> (opened: [Recorder.Target], failures: [CommandError], unread: [UnreadProcess]) {
    var opened: [Recorder.Target] = []
    var unread: [UnreadProcess] = []
    var failures: [CommandError] = []
    for target in targets {
      do throws(CommandError) {
        opened.append(try open(target))
      } catch {
        failures.append(error)
        unread.append(UnreadProcess(pid: target.pid, problem: error.description))
      }
    }
    return (opened, failures, unread)
  }

  /// Opens a process for sampling.
  static func open(_ target: Target) throws(CommandError) -> Recorder.Target {
    let process = try target.open()
    do throws(ReadError) { _ = try process.runtime.interpreters() } catch {
      throw CommandError(reading: error, pid: target.pid)
    }
    return Recorder.Target(process: process, application: target.application.name)
  }
}

extension RecordingPlan {
  /// From the words of the command.
  init(_ arguments: Arguments) throws(CommandError) {
    self.init(
      mode: arguments["mode"].flatMap { ProfileFacts.Mode(rawValue: $0) } ?? .wall,
      rate: Double(arguments.integer("rate") ?? 100))
    duration = arguments.seconds("duration")
    stops = arguments.has("stop")
    keepsRuns = ProfileFormat(named: arguments["format"], path: arguments["output"])?.hasTime == true
    threads = arguments["thread"]?.split(separator: ",").map(String.init) ?? []
    if let text = arguments["function"] {
      guard let name = FunctionName(text) else {
        throw CommandError(
          .usage, "--function is MODULE:QUALNAME, not \(text)", hint: "for example shop.views:Cart.checkout")
      }
      function = name
    }
    isByRequest = arguments.has("by-request")
    tellsTasks = arguments.has("tasks")
    if let text = arguments["request"] {
      guard let filter = RequestFilter(text) else {
        throw CommandError(
          .usage, "--request is a path, with or without a method before it, not \(text)",
          hint: "for example --request 'POST /checkout'")
      }
      request = filter
    }
    if let text = arguments["duty"] {
      let parts = text.split(separator: "/").map { Arguments.seconds(String($0)) }
      guard parts.count == 2, let on = parts[0], let period = parts[1], on > 0, on <= period else {
        throw CommandError(.usage, "--duty is a time and a longer one, such as 1s/10s, not \(text)")
      }
      duty = (on, period)
    }
  }
}
