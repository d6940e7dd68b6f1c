import Glibc

extension ProfileFacts {
  /// What a profile is of: `Time of shop (4711, Python 3.13.0)`.
  public var title: String {
    let who = targets.map { ($0.application.map { $0 + " " } ?? "") + "(\($0.pid), Python \($0.python))" }
    return mode.title.prefix(1).uppercased() + mode.title.dropFirst()
      + (who.isEmpty ? "" : " of " + who.joined(separator: ", "))
  }

  /// How it was taken and how good it is, in some words each; the notes are beside them.
  public var words: [String] {
    func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
    var words = [
      "\(samples) samples in \(tenths(seconds)) s",
      "\(tenths(achievedRate)) a second of \(Int(exactly: rate).map(String.init) ?? "\(rate)") asked",
      "\(tenths(uncertainShare * 100)) % uncertain", "ispy took \(tenths(ownCPU * 1000)) ms of CPU", Self.date(started),
    ]
    if failed > 0 { words.append("\(failed) unreadable") }
    if missed > 0 { words.append("\(missed) missed") }
    if isStopped { words.append("each thread stopped while it was read") }
    if !filters.isEmpty { words.append("only " + filters.joined(separator: ", ")) }
    return words
  }

  /// `2026-11-24 09:20:00 UTC`.
  private static func date(_ seconds: Double) -> String {
    guard var time = time_t(exactly: seconds.rounded(.down)) else { return "at an unknown time" }
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) UTC"
  }
}

extension ProfileFacts.Mode {
  /// What is counted, within a sentence.
  public var title: String {
    switch self {
    case .wall: "time"
    case .cpu: "CPU time"
    case .gil: "time holding the GIL"
    }
  }
}
