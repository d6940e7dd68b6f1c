/// A sampling profile: stacks with their weights, what they stand for, and how far they can be trusted.
///
/// Stacks are kept as a tree from the outermost frame inwards (`nodes`), names apart from places, so that an hour of
/// sampling takes the room of the stacks that differ. All indices are into the arrays beside them.
public struct Profile: Codable, Equatable, Sendable {
  public var about: ProfileFacts
  public var functions: [Function] = []
  public var locations: [Location] = []
  /// A parent comes before its children.
  public var nodes: [Node] = []
  public var tracks: [Track] = []
  public var stacks: [Entry] = []
  /// When which stack was seen, in the order of time; empty where it was not kept.
  public var runs: [Run] = []

  public init(about: ProfileFacts) { self.about = about }

  /// A function of the target, or a mark in its place (`isMark`).
  public struct Function: Codable, Hashable, Sendable {
    /// `co_qualname` where there is one.
    public var name: String
    /// Empty for a mark.
    public var file: String
    /// 0 for a mark.
    public var firstLine: Int
    /// Not a function: `[uncertain]` for frames that could not be trusted, `[awaits …]`, `[too many stacks]`.
    public var isMark: Bool

    public init(name: String, file: String, firstLine: Int, isMark: Bool = false) {
      self.name = name
      self.file = file
      self.firstLine = firstLine
      self.isMark = isMark
    }
  }

  public struct Location: Codable, Hashable, Sendable {
    public var function: Int
    /// 0 where it is not known.
    public var line: Int

    public init(function: Int, line: Int) {
      self.function = function
      self.line = line
    }
  }

  public struct Node: Codable, Hashable, Sendable {
    /// Of the frame that called this one; -1 for an outermost frame.
    public var parent: Int
    public var location: Int

    public init(parent: Int, location: Int) {
      self.parent = parent
      self.location = location
    }
  }

  /// What was sampled by itself: a thread, a task, or a request on one of them.
  public struct Track: Codable, Hashable, Sendable {
    public var pid: Int32
    public var application: String?
    /// `MainThread`, `Task-7`.
    public var name: String
    /// Of the thread, in this host's numbering; nil for a task, and where it is not known.
    public var nativeID: Int32?
    /// `POST /checkout`, where requests are told apart.
    public var request: String?

    public init(pid: Int32, application: String?, name: String, nativeID: Int32?, request: String? = nil) {
      self.pid = pid
      self.application = application
      self.name = name
      self.nativeID = nativeID
      self.request = request
    }
  }

  /// How often, and for how long, a track was in a stack.
  public struct Entry: Codable, Hashable, Sendable {
    public var track: Int
    /// The innermost frame; -1 where no Python ran.
    public var node: Int
    public var count: Int
    public var nanoseconds: UInt64

    public init(track: Int, node: Int, count: Int, nanoseconds: UInt64) {
      self.track = track
      self.node = node
      self.count = count
      self.nanoseconds = nanoseconds
    }
  }

  /// Samples of one track that were equal, one after the other.
  public struct Run: Codable, Hashable, Sendable {
    public var track: Int
    public var node: Int
    /// Nanoseconds since the profile began.
    public var start: UInt64
    public var nanoseconds: UInt64

    public init(track: Int, node: Int, start: UInt64, nanoseconds: UInt64) {
      self.track = track
      self.node = node
      self.start = start
      self.nanoseconds = nanoseconds
    }
  }
}

extension Profile {
  public var totalNanoseconds: UInt64 { stacks.reduce(0) { $0 &+ $1.nanoseconds } }

  /// The locations of a stack, outermost first.
  public func path(to node: Int) -> [Int] {
    var path: [Int] = []
    var next = node
    while next >= 0 {
      path.append(nodes[next].location)
      next = nodes[next].parent
    }
    return path.reversed()
  }
}
