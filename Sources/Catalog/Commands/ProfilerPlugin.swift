import CPython
import Profiles
import RemoteProcess
import Sampling

/// The plugin `profiler`: a recording that goes on between two commands, by a process of its own.
enum ProfilerPlugin {
  static let commands: [CatalogEntry] = [
    CatalogEntry(
      CommandSpecification(
        plugin: "profiler", name: "start", rung: .inspect, summary: "Begin to record a profile in the background",
        discussion: """
          Begins a recording as `ispy record` makes it, in a process of its own that goes on when this command has ended. It \
          ends with --duration, with the last of its targets, or with stop or abort. There is one recording of a process at a \
          time for each user.

          What it gathers is kept in a directory of this user's alone: ispy below XDG_RUNTIME_DIR or /run/user/UID, or \
          /tmp/ispy-UID; for a day, or until the next recording of the same process.
          """,
        parameters: [
          .targets(),
          .option("duration", .duration, short: "d", default: "10m", "for how long at most, up to 24h"),
        ] + CatalogEntry.recordingOptions, place: .direct,
        cost: "reads some kilobytes of its memory for each sample",
        examples: [
          .init("ispy run shop profiler start", "all workers of shop, until stop, for ten minutes at most"),
          .init("ispy run 4711 profiler start --mode cpu -r 1000 -d 30s", "what uses the CPU, in the next 30 seconds"),
        ], schema: "ispyd.profiler.start/1"), result: FactsResult.self,
      validate: { arguments throws(CommandError) in _ = try plan(arguments) }, execute: start),
    command(
      "stop", "End the recording and show it", "Ends the recording of these processes, and shows what it gathered.",
      parameters: CatalogEntry.profileFileOptions,
      example: .init("ispy run shop profiler stop -o shop.html", "as a page"),
      schema: "ispyd.record/1"
    ) { store, keys throws(RecorderError) in
      let recording = try running(store, keys)
      try store.end(recording, keeps: true, of: keys)
      return try kept(store, keys, recording)
    },
    command(
      "status", "Say whether a recording runs, and how far it is",
      "Says of each process whether it is being recorded, since when, and what was gathered so far."
    ) { store, keys throws(RecorderError) in
      let facts = try keys.map { key throws(RecorderError) in
        ProcessFact(pid: key.pid, fact: status(try store.recordings(of: [key]).first, store))
      }
      return FactsResult(schema: "ispyd.profiler.status/1", processes: facts)
    },
    command(
      "abort", "End the recording and throw it away",
      "Ends the recording of these processes. What it gathered is thrown away."
    ) { store, keys throws(RecorderError) in
      let recording = try running(store, keys)
      try store.end(recording, keeps: false, of: keys)
      return FactsResult(
        schema: "ispyd.profiler.abort/1",
        processes: keys.map { ProcessFact(pid: $0.pid, fact: .fields([.init("state", .text("aborted"))])) })
    },
    command(
      "results", "Show the last recording that has ended",
      "Shows what the last recording of these processes gathered, once it has ended. They may have ended too.",
      parameters: CatalogEntry.profileFileOptions,
      example: .init("ispy run 4711 profiler results -o cpu.json", "for https://www.speedscope.app"),
      schema: "ispyd.record/1"
    ) { store, keys throws(RecorderError) in
      let recordings = try store.recordings(of: keys)
      guard recordings.count <= 1 else { throw .several(keys.map(\.pid)) }
      guard let recording = recordings.first else { throw .nothingKept(keys.map(\.pid)) }
      if let recorder = recording.recorder { throw .alreadyRecorded(pid: keys[0].pid, by: recorder) }
      return try kept(store, keys, recording)
    },
  ]

  // MARK: - Commands

  private static func command(
    _ name: String, _ summary: String, _ discussion: String, parameters: [Parameter] = [],
    example: CommandSpecification.Example? = nil, schema: String? = nil,
    run: @escaping @Sendable (RecordingStore, [RecordingStore.Key]) throws(RecorderError) -> any CommandResult
  ) -> CatalogEntry {
    CatalogEntry(
      CommandSpecification(
        plugin: "profiler", name: name, rung: .inspect, summary: summary, discussion: discussion,
        parameters: [.targets()] + parameters, takesMissingTargets: true, place: .direct,
        cost: "none",
        examples: [.init("ispy run shop profiler \(name)", "of all workers of shop")] + (example.map { [$0] } ?? []),
        schema: schema ?? "ispyd.profiler.\(name)/1"), result: schema == nil ? FactsResult.self : RecordResult.self
    ) { arguments, context throws(CommandError) in
      let keys = keys(of: arguments.all("target"), context.targets)
      return try recording(arguments) { () throws(RecorderError) in try run(try RecordingStore(), keys) }
    }
  }

  private static func start(
    _ arguments: Arguments, _ context: ExecutionContext
  ) throws(CommandError) -> any CommandResult {
    let plan = try plan(arguments)
    let targets = CatalogEntry.open(context.targets)
    guard targets.failures.isEmpty else { throw CommandError(all: targets.failures) }
    let recorder = try recording(arguments) { () throws(RecorderError) in
      try DetachedRecorder.start(targets.opened, plan: plan, in: try RecordingStore())
    }
    return FactsResult(
      schema: "ispyd.profiler.start/1",
      processes: targets.opened.map { target in
        ProcessFact(
          pid: target.process.pid,
          fact: .fields([
            .init("state", .text("recording")), .init("recorder", .number(recorder)),
            .init("mode", .text(plan.mode.rawValue)), .init("rate", .number(Int(plan.rate))),
            .init("seconds_at_most", .number(plan.duration.map { Int($0.rounded(.up)) })),
          ]))
      })
  }

  private static func plan(_ arguments: Arguments) throws(CommandError) -> RecordingPlan {
    var plan = try RecordingPlan(arguments)
    let duration = arguments.seconds("duration") ?? 600
    guard duration <= 24 * 3600 else {
      throw CommandError(.usage, "--duration is 24h at most for a recording in the background")
    }
    plan.duration = duration
    return plan
  }

  private static func running(
    _ store: RecordingStore, _ keys: [RecordingStore.Key]
  ) throws(RecorderError) -> RecordingStore.Recording {
    let recordings = try store.recordings(of: keys).filter { $0.recorder != nil }
    guard recordings.count <= 1 else { throw .several(recordings.compactMap(\.recorder)) }
    guard let recording = recordings.first else { throw .notRecorded(keys.map(\.pid)) }
    return recording
  }

  private static func kept(
    _ store: RecordingStore, _ keys: [RecordingStore.Key], _ recording: RecordingStore.Recording
  ) throws(RecorderError) -> RecordResult {
    guard let profile = store.profile(of: recording) else { throw .nothingKept(keys.map(\.pid)) }
    return RecordResult(profile: profile)
  }

  private static func status(_ recording: RecordingStore.Recording?, _ store: RecordingStore) -> Fact {
    guard let recording else { return .fields([.init("state", .text("none"))]) }
    guard let recorder = recording.recorder else {
      let profile = store.profile(of: recording)
      guard let about = profile?.about else { return .fields([.init("state", .text("ended, and nothing was kept"))]) }
      return .fields([.init("state", .text("ended"))] + facts(about))
    }
    return .fields(
      [.init("state", .text("recording")), .init("recorder", .number(recorder))]
        + (store.status(of: recording).map(facts) ?? []))
  }

  private static func facts(_ about: ProfileFacts) -> [Fact.Field] {
    [
      .init("mode", .text(about.mode.rawValue)), .init("rate", .number(Int(about.rate))),
      .init("reached", .number(Int(about.achievedRate.rounded()))),
      .init("seconds", .number(Int(about.seconds.rounded()))), .init("samples", .number(about.samples)),
      .init("uncertain", .number(about.uncertain)),
    ]
  }

  // MARK: - Words

  /// The processes that are meant. One that has ended may still have been recorded: its pid is all there is of it.
  private static func keys(
    of words: [String], _ targets: [Target]
  ) -> [RecordingStore.Key] {
    let pids = words.compactMap { Int32($0) }.filter { pid in !targets.contains { $0.pid == pid } }
    return targets.map { RecordingStore.Key(pid: $0.pid, start: $0.startTime) }
      + pids.map { RecordingStore.Key(pid: $0, start: nil) }
  }

  private static func recording<Result>(
    _ arguments: Arguments, _ body: () throws(RecorderError) -> Result
  ) throws(CommandError) -> Result {
    do throws(RecorderError) { return try body() } catch {
      let target = arguments.all("target").joined(separator: " ")
      switch error {
      case .alreadyRecorded:
        throw CommandError(.failed, error.description, hint: "see: ispy run \(target) profiler status")
      case .notRecorded:
        throw CommandError(.notFound, error.description, hint: "begin one: ispy run \(target) profiler start")
      case .nothingKept: throw CommandError(.notFound, error.description)
      case .several: throw CommandError(.ambiguousTarget, error.description, hint: "name one process by its pid")
      case .unseen: throw CommandError(.notPermitted, error.description, hint: "ask where it was started")
      case .noDirectory, .doesNotEnd, .failed: throw CommandError(.failed, error.description)
      }
    }
  }
}
