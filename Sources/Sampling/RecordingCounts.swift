/// What was counted of one process, or of several.
struct RecordingCounts {
  var samples = 0
  var uncertain = 0
  var failed = 0
  /// Calls of the wanted function that were seen.
  var calls = 0
  /// Looks for requests and tasks.
  var looks = 0
  /// Samples of threads of which it was asked what request they served.
  var asked = 0
  /// Those of which it is known what request they served, or that they served none.
  var told = 0
  /// Those that served a request that is wanted.
  var wanted = 0

  mutating func add(_ other: RecordingCounts) {
    samples += other.samples
    uncertain += other.uncertain
    failed += other.failed
    calls += other.calls
    looks += other.looks
    asked += other.asked
    told += other.told
    wanted += other.wanted
  }
}
