import Profiles

extension Profile {
  /// The part of a profile that lies under one function: its outermost call is the root of every stack.
  ///
  /// The facts then say how much of the whole that is, and how many calls were seen.
  func focused(on name: FunctionName?, calls: Int) -> Profile {
    guard let name else { return self }
    var depthOfRoot: [Int?] = []
    var depths: [Int] = []
    for node in nodes {
      let depth = node.parent < 0 ? 0 : depths[node.parent] + 1
      depths.append(depth)
      let outer = node.parent < 0 ? nil : depthOfRoot[node.parent]
      depthOfRoot.append(outer ?? (name.matches(functions[locations[node.location].function]) ? depth : nil))
    }
    var result = Profile(about: about)
    result.functions = functions
    result.locations = locations
    result.tracks = tracks
    var moved: [Node: Int] = [:]
    var places: [Int: Int] = [:]
    for (index, node) in nodes.enumerated() {
      guard let root = depthOfRoot[index] else { continue }
      let new = Node(
        parent: depths[index] == root ? -1 : places[node.parent] ?? -1,
        location: node.location)
      if let known = moved[new] {
        places[index] = known
      } else {
        moved[new] = result.nodes.count
        places[index] = result.nodes.count
        result.nodes.append(new)
      }
    }
    var merged: [[Int]: Int] = [:]
    for entry in stacks {
      guard entry.node >= 0, let node = places[entry.node] else { continue }
      if let known = merged[[entry.track, node]] {
        result.stacks[known].count += entry.count
        result.stacks[known].nanoseconds += entry.nanoseconds
      } else {
        merged[[entry.track, node]] = result.stacks.count
        result.stacks.append(
          Entry(track: entry.track, node: node, count: entry.count, nanoseconds: entry.nanoseconds))
      }
    }
    result.runs = runs.compactMap { run in
      guard run.node >= 0, let node = places[run.node] else { return nil }
      return Run(track: run.track, node: node, start: run.start, nanoseconds: run.nanoseconds)
    }
    let whole = totalNanoseconds
    let part = result.totalNanoseconds
    let share = whole == 0 ? 0 : (Double(part) / Double(whole) * 1000).rounded() / 10
    result.about.notes.append(
      part == 0
        ? "\(name) was not seen"
        : "\(name) is \(share) % of all that was sampled; \(calls) of its calls were seen, shorter ones may not have been"
    )
    return result
  }
}
