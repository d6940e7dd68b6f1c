import Profiles

/// Gathers samples: equal stacks once, with their weight.
final class ProfileBuilder {
  @exclusivity(unchecked) private(set) var profile: Profile
  private let function: FunctionName?
  private var functions: [Profile.Function: Int] = [:]
  private var locations: [Profile.Location: Int] = [:]
  @exclusivity(unchecked) private var nodes: [UInt64: Int] = [:]
  @exclusivity(unchecked) private var entries: [UInt64: Int] = [:]
  /// Of each node: how deep the outermost call of the wanted function lies, or -1.
  @exclusivity(unchecked) private var depthOfFunction: [Int32] = []
  @exclusivity(unchecked) private var depths: [Int32] = []
  private(set) var isFull = false
  /// Nanoseconds since the recording began: when what is added was seen.
  var now: UInt64 = 0
  private var keeper: RunKeeper?

  /// Frames of different stacks at most, some 100 bytes each; what comes after ends in a mark.
  private static let nodeLimit = 60_000

  /// - Parameter keepsRuns: keep when which stack was seen.
  init(_ about: ProfileFacts, function: FunctionName?, keepsRuns: Bool = false) {
    profile = Profile(about: about)
    self.function = function
    // A thread that waits is sampled all the time; one that has no CPU, or not the GIL, is not.
    if keepsRuns { keeper = RunKeeper(closesGaps: about.mode == .wall) }
  }

  func track(_ track: Profile.Track) -> Int {
    profile.tracks.append(track)
    return profile.tracks.count - 1
  }

  func location(_ function: Profile.Function, line: Int) -> Int {
    let index = functions[function] ?? profile.functions.count
    if index == profile.functions.count {
      functions[function] = index
      profile.functions.append(function)
    }
    let location = Profile.Location(function: index, line: line)
    if let known = locations[location] { return known }
    locations[location] = profile.locations.count
    profile.locations.append(location)
    return profile.locations.count - 1
  }

  func mark(_ name: String) -> Int {
    location(Profile.Function(name: name, file: "", firstLine: 0, isMark: true), line: 0)
  }

  /// The node of a frame called from another; that other itself, marked, where there is no more room.
  func node(parent: Int, location: Int) -> Int {
    let key = UInt64(parent + 1) << 32 | UInt64(location)
    if let known = nodes[key] { return known }
    let mark = profile.functions[profile.locations[location].function].isMark
    if profile.nodes.count >= Self.nodeLimit, !mark {
      isFull = true
      let full = self.mark("[too many stacks]")
      return parent >= 0 && profile.nodes[parent].location == full ? parent : node(parent: parent, location: full)
    }
    let index = profile.nodes.count
    nodes[key] = index
    profile.nodes.append(Profile.Node(parent: parent, location: location))
    let depth = parent < 0 ? 0 : depths[parent] + 1
    depths.append(depth)
    let outer = parent < 0 ? -1 : depthOfFunction[parent]
    let isWanted = outer < 0 && function?.matches(profile.functions[profile.locations[location].function]) == true
    depthOfFunction.append(isWanted ? depth : outer)
    return index
  }

  /// How deep the outermost call of the wanted function lies in a stack, counted from the outermost frame.
  func depthOfFunction(in node: Int) -> Int? {
    guard node >= 0, depthOfFunction[node] >= 0 else { return nil }
    return Int(depthOfFunction[node])
  }

  /// How many frames a node is called through.
  func depth(of node: Int) -> Int { Int(depths[node]) }

  func function(at location: Int) -> Profile.Function { profile.functions[profile.locations[location].function] }

  /// Adds samples to a stack, and returns where it is kept.
  ///
  /// - Parameter near: where it may be kept, or -1.
  @discardableResult
  func add(track: Int, node: Int, count: Int, nanoseconds: UInt64, near: Int = -1) -> Int {
    var index = near
    if near < 0 || profile.stacks[near].node != node || profile.stacks[near].track != track {
      let key = UInt64(track) << 32 | UInt64(node + 1)
      index = entries[key] ?? profile.stacks.count
      if index == profile.stacks.count {
        entries[key] = index
        profile.stacks.append(Profile.Entry(track: track, node: node, count: 0, nanoseconds: 0))
      }
    }
    profile.stacks[index].count += count
    profile.stacks[index].nanoseconds &+= nanoseconds
    keeper?.add(track: track, node: node, nanoseconds: nanoseconds, at: now)
    return index
  }

  /// Puts the runs that were kept into the profile. To be called once, at the end.
  func settleRuns() {
    guard let keeper else { return }
    profile.runs = keeper.runs
    guard keeper.forgotten > 0 else { return }
    change {
      $0.notes.append(
        "the order of time is kept from second \(Double(keeper.forgotten / 10_000_000) / 100) on; shares are of all")
    }
  }

  /// Begins the tree of stacks anew where it has grown large: a live recording keeps nothing, and goes on for days.
  func forgetStacksIfMany() -> Bool {
    guard profile.nodes.count > Self.nodeLimit / 3 || profile.stacks.count > Self.nodeLimit else { return false }
    profile.nodes.removeAll(keepingCapacity: true)
    profile.stacks.removeAll(keepingCapacity: true)
    nodes.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: true)
    depths.removeAll(keepingCapacity: true)
    depthOfFunction.removeAll(keepingCapacity: true)
    isFull = false
    return true
  }

  func change(_ body: (inout ProfileFacts) -> Void) { body(&profile.about) }
}
