/// What a probe would do, before it does: where it is, what a hit costs, and how often there is one.
public struct ProbePreview: Codable, Equatable, Sendable {
  /// Where, in the code that runs.
  public var places: [ProbeRecord.Place]
  /// Functions that this means, where it is more than one.
  public var count: Int
  /// What is to be said of it beside.
  public var notes: [String]
  public var mechanism: ProbeMechanism
  /// Nanoseconds of a hit that captures nothing.
  public var cost: Double
  /// How often the place is reached by now; nil where nobody counted.
  public var rate: Rate?
  /// Variables of which values are captured.
  public var names: [String]
  /// Those of them that are withheld by their names.
  public var withheld: [String]?
  /// Processes that it goes to.
  public var processes: Int?
  /// Per cent of one core that the present rate would take, in all processes together, without captures.
  public var share: Double?

  public struct Rate: Codable, Equatable, Sendable {
    public var calls: Int
    public var nanoseconds: Int

    public var perSecond: Double { nanoseconds > 0 ? Double(calls) / (Double(nanoseconds) / 1e9) : 0 }
  }
}
