/// Puts a profile together from stacks that name their frames.
struct ProfileAssembly {
  private(set) var profile: Profile
  private var functions: [Profile.Function: Int] = [:]
  private var locations: [Profile.Location: Int] = [:]
  private var nodes: [Profile.Node: Int] = [:]
  private var tracks: [String: Int] = [:]

  init() { profile = Profile(about: ProfileFacts(mode: .wall, rate: 0)) }

  mutating func location(_ function: Profile.Function, line: Int) -> Int {
    let number = Self.index(of: function, &functions, &profile.functions)
    return Self.index(of: Profile.Location(function: number, line: line), &locations, &profile.locations)
  }

  mutating func add(track: String, path: some Sequence<Int>, nanoseconds: UInt64) {
    let number = tracks[track] ?? profile.tracks.count
    if number == profile.tracks.count {
      tracks[track] = number
      profile.tracks.append(Profile.Track(pid: 0, application: nil, name: track, nativeID: nil))
    }
    let node = path.reduce(-1) { parent, location in
      Self.index(of: Profile.Node(parent: parent, location: location), &nodes, &profile.nodes)
    }
    profile.stacks.append(Profile.Entry(track: number, node: node, count: 1, nanoseconds: nanoseconds))
  }

  private static func index<Item: Hashable>(of item: Item, _ known: inout [Item: Int], _ items: inout [Item]) -> Int {
    if let index = known[item] { return index }
    known[item] = items.count
    items.append(item)
    return items.count - 1
  }
}
