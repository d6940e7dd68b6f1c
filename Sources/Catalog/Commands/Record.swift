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

        --output writes the profile to a file, whose ending says what: .html is a page with a flame graph to search and to \
        zoom into, which needs no network; .svg a picture of one; .json a file for https://www.speedscope.app; .pb.gz one for \
        pprof; .trace.json trace events in the order of time, for https://ui.perfetto.dev; .collapsed has a line for each \
        stack, weighed in microseconds. It is opened before anything is recorded, and has its name only when it is whole. \
        ispy diff compares two.

        The moments of sampling are drawn at random within a fixed rhythm, so that no rhythm of the program hides from it. \
        What it says of itself is part of the profile: the rate reached, the share that is uncertain, the CPU it took.
        """,
      parameters: [
        .targets(),
        .option("output", .file, short: "o", "write the profile to a file, as its ending says"),
        .option(
          "format", .choice(ProfileFormat.allCases.map(\.rawValue)),
          "of the file, where its ending does not say"),
        .option("duration", .duration, short: "d", "for how long: 10s, 5m; until Ctrl-C unless given"),
        .option("rate", .integer(1...1_000_000), short: "r", default: "100", "samples a second"),
        .option(
          "mode", .choice(ProfileFacts.Mode.allCases.map(\.rawValue)), default: "wall",
          "what is counted: time, time on a CPU, or time holding the GIL"),
        .option("thread", .text, "only threads of these names or native ids, with commas between them"),
        .option("function", .text, "only what runs below MODULE:QUALNAME"),
        .option("duty", .text, "sample sometimes: 1s/10s is one second of every ten"),
        .flag("stop", "hold each thread still while its stack is read, one at a time"),
      ],
      cost: "reads some kilobytes of its memory for each sample; with --stop, some 25 us of each thread's time",
      examples: [
        .init("ispy record shop -d 10s", "where all workers of shop spend their time"),
        .init("ispy record 4711 --mode cpu -r 1000 -o cpu.html", "what uses the CPU, until Ctrl-C, as a flame graph"),
        .init("ispy record shop --function shop.views:checkout -d 30s", "what checkout spends its time on"),
      ], schema: "ispyd.record/1"), result: RecordResult.self, progress: RecordProgress.self,
    validate: { arguments throws(CommandError) in _ = try RecordingPlan(arguments) }, execute: record)

  private static func record(
    _ arguments: Arguments, _ context: ExecutionContext
  ) throws(CommandError) -> any CommandResult {
    let plan = try RecordingPlan(arguments)
    let targets = context.targets
    if plan.stops, targets.count > 1 {
      let words = arguments.all("target").joined(separator: " ")
      throw CommandError(
        .ambiguousTarget, "--stop takes one process, and \(words) is \(targets.count)",
        hint: "name one by its pid")
    }
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
    guard !opened.isEmpty else { throw CommandError(all: failures) }
    let surroundings = Recorder.Surroundings(
      isCancelled: context.isCancelled, progress: { context.emit(RecordProgress(facts: $0)) },
      newTargets: { known in
        plan.stops ? [] : context.newcomers(known).compactMap { try? open($0) }
      })
    do throws(ThreadStopError) {
      return RecordResult(profile: try Recorder(opened, plan: plan).run(surroundings), unread: unread)
    } catch {
      throw CommandError(.failed, "no thread was stopped: \(error)")
    }
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
  fileprivate init(_ arguments: Arguments) throws(CommandError) {
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
    if let text = arguments["duty"] {
      let parts = text.split(separator: "/").map { Arguments.seconds(String($0)) }
      guard parts.count == 2, let on = parts[0], let period = parts[1], on > 0, on <= period else {
        throw CommandError(.usage, "--duty is a time and a longer one, such as 1s/10s, not \(text)")
      }
      duty = (on, period)
    }
  }
}
