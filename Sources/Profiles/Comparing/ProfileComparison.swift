/// Two profiles beside each other.
public struct ProfileComparison: Codable, Equatable, Sendable {
  public var before: Side
  public var after: Side
  /// Nanoseconds are compared as they are; else each one's share of all that was sampled then.
  public var isAbsolute: Bool
  public var tree: FrameTree

  /// One of the two.
  public struct Side: Codable, Equatable, Sendable {
    /// The file that it was read from.
    public var name: String
    public var format: String
    /// What it says of itself; nil where its format has no place for that.
    public var about: ProfileFacts?
    /// All that was sampled.
    public var nanoseconds: UInt64
  }

  public init(before: StoredProfile, after: StoredProfile, isAbsolute: Bool) {
    tree = FrameTree(before: before.profile, after: after.profile)
    self.before = Side(before)
    self.after = Side(after)
    self.isAbsolute = isAbsolute
  }
}

extension ProfileComparison.Side {
  fileprivate init(_ file: StoredProfile) {
    name = file.name
    format = file.format
    about = file.hasFacts ? file.profile.about : nil
    nanoseconds = file.profile.totalNanoseconds
  }

  /// `before.html: Time of shop (4711, Python 3.13.0)`, then how good it is.
  public var words: [String] {
    guard let about else { return [name, "\(format) says nothing more of it"] }
    return ["\(name): \(about.title)"] + about.words + about.notes
  }
}

/// How a function changed.
public struct FunctionChange: Codable, Equatable, Sendable {
  public var function: Profile.Function
  /// Nanoseconds in which it was the innermost.
  public var own: FrameTree.Weights
  /// Nanoseconds in which it was anywhere in the stack.
  public var total: FrameTree.Weights
  /// By how much its own time changed: a share from -1 to 1, or seconds in an absolute comparison.
  public var ownChange: Double
  /// The same of its total time.
  public var totalChange: Double
}

extension ProfileComparison {
  /// Every function of either, those whose own time changed most first.
  public func changes() -> [FunctionChange] {
    zip(tree.functions, tree.functionWeights()).map { function, weights in
      FunctionChange(
        function: function, own: weights.own, total: weights.total, ownChange: change(weights.own),
        totalChange: change(weights.total))
    }.sorted {
      ($0.ownChange.magnitude, $0.totalChange.magnitude, $1.function.name)
        > ($1.ownChange.magnitude, $1.totalChange.magnitude, $0.function.name)
    }
  }

  /// The change of a weight, in the measure of this comparison.
  func change(_ weights: FrameTree.Weights) -> Double {
    if isAbsolute { return (Double(weights.after) - Double(weights.before)) / 1e9 }
    return Self.share(weights.after, after.nanoseconds) - Self.share(weights.before, before.nanoseconds)
  }

  static func share(_ part: UInt64, _ whole: UInt64) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  /// What makes the two hard to compare, in sentences.
  public var warnings: [String] {
    var warnings: [String] = []
    if let first = before.about, let second = after.about {
      if first.mode != second.mode {
        warnings.append("the one counts \(first.mode.rawValue) time, the other \(second.mode.rawValue) time")
      }
      if first.filters != second.filters { warnings.append("they were limited to different things") }
    }
    for side in [before, after] {
      if side.nanoseconds == 0 { warnings.append("\(side.name) is empty") }
      if let about = side.about, about.uncertainShare > 0.05 {
        warnings.append("\((about.uncertainShare * 1000).rounded() / 10) % of \(side.name) is uncertain")
      }
    }
    return warnings
  }

  /// What is compared, in a sentence.
  public var measure: String {
    isAbsolute ? "time is compared as it is" : "each is taken as 100 %, whatever its length"
  }
}
