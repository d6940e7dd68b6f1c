/// What a probe asks of running code.
public enum ProbeKind: String, CaseIterable, Codable, Sendable {
  case watch, snapshot, log, exceptions, count, time, trace, stack, profile, record

  /// Whether it is about one line, where a line is named; the others are about the function in which it stands.
  public var isOfLines: Bool { self == .snapshot || self == .log }
  /// Whether it counts, and captures nothing.
  public var counts: Bool { self == .count || self == .time }
  /// Whether it tells the same only once, and how often it was.
  public var tellsOnce: Bool { self == .exceptions || self == .stack }
  /// Whether it follows calls through all that they call.
  var follows: Bool { self == .trace || self == .profile }
  /// Captures in a second at most, unless it is told otherwise: a trace is dearer than a snapshot.
  var defaultRate: Int { follows ? 1 : 5 }
}
