/// The stacks of one profile, or of two beside each other, as a tree of functions: frames of one function below one
/// caller are one box, whatever their lines. A function is its name and its file; its line may differ between two.
public struct FrameTree: Codable, Equatable, Sendable {
  public var functions: [Profile.Function] = []
  /// A parent comes before its children.
  public var boxes: [Box] = []
  /// Where no Python ran.
  public var own = Weights()

  public struct Box: Codable, Equatable, Sendable {
    /// -1 for an outermost one.
    public var parent: Int
    public var function: Int
    /// Nanoseconds in which it was the innermost.
    public var own = Weights()
  }

  /// Nanoseconds of two profiles; of one alone, `after`.
  public struct Weights: Codable, Equatable, Sendable {
    public var before: UInt64 = 0
    public var after: UInt64 = 0

    public init() {}

    static func += (left: inout Weights, right: Weights) {
      left.before &+= right.before
      left.after &+= right.after
    }

    var isZero: Bool { before == 0 && after == 0 }
  }

  public init() {}

  /// What is added to which of the two.
  enum Side { case before, after }

  /// - Parameter groupsTracks: whether each thread is a box of its own, where there are several.
  init(_ profile: Profile, groupsTracks: Bool) {
    var builder = Builder(tree: self)
    builder.add(profile, to: .after, groupsTracks: groupsTracks && profile.tracks.count > 1)
    self = builder.tree
  }

  /// Both profiles, thread by thread thrown together: threads of two runs have little in common but what they do.
  init(before: Profile, after: Profile) {
    var builder = Builder(tree: self)
    builder.add(before, to: .before, groupsTracks: false)
    builder.add(after, to: .after, groupsTracks: false)
    self = builder.tree
  }

  private struct Builder {
    var tree: FrameTree
    private var functions: [Key: Int] = [:]
    private var boxes: [Box: Int] = [:]

    private struct Key: Hashable {
      let name: String
      let file: String
    }

    private struct Box: Hashable {
      let parent: Int
      let function: Int
    }

    init(tree: FrameTree) { self.tree = tree }

    mutating func function(_ function: Profile.Function) -> Int {
      let key = Key(name: function.name, file: function.file)
      if let known = functions[key] { return known }
      functions[key] = tree.functions.count
      tree.functions.append(function)
      return tree.functions.count - 1
    }

    mutating func box(parent: Int, function: Int) -> Int {
      let key = Box(parent: parent, function: function)
      if let known = boxes[key] { return known }
      boxes[key] = tree.boxes.count
      tree.boxes.append(FrameTree.Box(parent: parent, function: function))
      return tree.boxes.count - 1
    }

    mutating func add(_ profile: Profile, to side: Side, groupsTracks: Bool) {
      let numbers = profile.functions.map { function($0) }
      // A node below each of the tops that it is seen under; without groups that is one.
      var places: [Box: Int] = [:]
      for entry in profile.stacks {
        var top = -1
        if groupsTracks {
          let title = profile.tracks[entry.track].title
          let mark = function(Profile.Function(name: title, file: "", firstLine: 0, isMark: true))
          top = box(parent: -1, function: mark)
        }
        var chain: [Int] = []
        var next = entry.node
        var place = top
        while next >= 0 {
          if let known = places[Box(parent: top, function: next)] {
            place = known
            break
          }
          chain.append(next)
          next = profile.nodes[next].parent
        }
        for node in chain.reversed() {
          place = box(parent: place, function: numbers[profile.locations[profile.nodes[node].location].function])
          places[Box(parent: top, function: node)] = place
        }
        var weights = Weights()
        if side == .before { weights.before = entry.nanoseconds } else { weights.after = entry.nanoseconds }
        if place >= 0 { tree.boxes[place].own += weights } else { tree.own += weights }
      }
    }
  }
}

extension FrameTree {
  /// Of all that was sampled.
  public var total: Weights {
    var sum = own
    for box in boxes { sum += box.own }
    return sum
  }

  /// Of each box, with what it called.
  func totals() -> [Weights] {
    var totals = boxes.map(\.own)
    for index in boxes.indices.reversed() where boxes[index].parent >= 0 {
      totals[boxes[index].parent] += totals[index]
    }
    return totals
  }

  /// Names of a box's stack, outermost first.
  func path(to box: Int) -> [Int] {
    var path: [Int] = []
    var next = box
    while next >= 0 {
      path.append(boxes[next].function)
      next = boxes[next].parent
    }
    return path.reversed()
  }

  /// Own and total weights of each function; once, however often it calls itself.
  func functionWeights() -> [(own: Weights, total: Weights)] {
    var result = functions.map { _ in (own: Weights(), total: Weights()) }
    let totals = totals()
    for (index, box) in boxes.enumerated() {
      result[box.function].own += box.own
      var isOutermost = true
      var next = box.parent
      while next >= 0, isOutermost {
        isOutermost = boxes[next].function != box.function
        next = boxes[next].parent
      }
      if isOutermost { result[box.function].total += totals[index] }
    }
    return result
  }
}
