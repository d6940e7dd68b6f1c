/// How much of a profile a function is.
public struct FunctionShare: Codable, Equatable, Sendable {
  public var function: Profile.Function
  /// Nanoseconds in which it was the innermost.
  public var own: UInt64
  /// Nanoseconds in which it was anywhere in the stack; once, however often it calls itself.
  public var total: UInt64
}

extension Profile {
  /// Every function that was seen, those with the most time of their own first.
  public func functionShares() -> [FunctionShare] {
    var own = [UInt64](repeating: 0, count: functions.count)
    var total = own
    var seen = [Int](repeating: -1, count: functions.count)
    for (number, entry) in stacks.enumerated() {
      var next = entry.node
      if next >= 0 { own[locations[nodes[next].location].function] &+= entry.nanoseconds }
      while next >= 0 {
        let function = locations[nodes[next].location].function
        if seen[function] != number {
          seen[function] = number
          total[function] &+= entry.nanoseconds
        }
        next = nodes[next].parent
      }
    }
    return functions.indices.filter { total[$0] > 0 }
      .map { FunctionShare(function: functions[$0], own: own[$0], total: total[$0]) }
      .sorted { ($0.own, $0.total, $1.function.name) > ($1.own, $1.total, $0.function.name) }
  }
}
