public import Profiles
public import RemoteProcess

/// What a running recording gathered since the view before: what a live screen shows.
public struct LiveView {
  /// The weights are those of this interval alone; functions, places and tracks are all that are known, and keep their
  /// indices from view to view. What it says of itself is of the whole recording so far.
  public let profile: Profile
  /// How long the interval was.
  public let seconds: Double
  /// The threads there are now, process by process.
  public let threads: [Thread]

  public struct Thread {
    public let pid: Int32
    /// Index of its track in the profile.
    public let track: Int
    public let name: String
    /// In this host's numbering; nil where it is not known.
    public let nativeID: Int32?
    /// Where the kernel says that it is; nil where that is not known.
    public let place: ThreadPlace?
    /// Its stack at the last look; -1 where it ran no Python. An index of the profile's nodes.
    public let node: Int
    /// What the scheduler gave it in the interval, in nanoseconds; nil where that is not known.
    public let cpuNanoseconds: UInt64?
    /// Looks in the interval, and those in which it held the GIL.
    public let looks: Int
    public let looksWithGIL: Int
  }
}

extension ProfileBuilder {
  /// Counts as they were at the last view, in the order of the profile's stacks.
  struct Marks {
    var counts: [(count: Int, nanoseconds: UInt64)] = []
  }

  /// The stacks of what was added since the last time.
  func added(since marks: inout Marks) -> [Profile.Entry] {
    var added: [Profile.Entry] = []
    for (index, entry) in profile.stacks.enumerated() {
      let before: (count: Int, nanoseconds: UInt64) =
        index < marks.counts.count ? marks.counts[index] : (0, 0)
      guard entry.count > before.count || entry.nanoseconds > before.nanoseconds else { continue }
      added.append(
        Profile.Entry(
          track: entry.track, node: entry.node, count: entry.count - before.count,
          nanoseconds: entry.nanoseconds - before.nanoseconds))
    }
    marks.counts = profile.stacks.map { ($0.count, $0.nanoseconds) }
    return added
  }
}
