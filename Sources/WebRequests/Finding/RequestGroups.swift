import RemoteProcess

/// Puts the stacks of one request together.
enum RequestGroups {
  /// Stacks that share a source or a link serve the same request. A group without any source is none.
  static func join(_ readings: [StackReading]) -> [[StackReading]] {
    var parents = Array(readings.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parents[index] != index { index = parents[index] }
      return index
    }
    var owners: [RemoteAddress: Int] = [:]
    for (index, reading) in readings.enumerated() {
      for joint in reading.joints {
        guard let other = owners[joint] else {
          owners[joint] = index
          continue
        }
        let (first, second) = (root(other), root(index))
        parents[max(first, second)] = min(first, second)
      }
    }
    var groups: [Int: [StackReading]] = [:]
    for (index, reading) in readings.enumerated() where !reading.joints.isEmpty {
      groups[root(index), default: []].append(reading)
    }
    return groups.sorted { $0.key < $1.key }.map(\.value).filter { $0.contains { !$0.sources.isEmpty } }
  }

  /// The outermost stack first: the server's own, then other tasks and greenlets, then threads that work for them.
  static func ordered(_ group: [StackReading]) -> [StackReading] {
    func rank(_ reading: StackReading) -> Int {
      if reading.isRootedInServer { return 0 }
      if case .thread = reading.carrier { return reading.sources.isEmpty ? 3 : 2 }
      return 1
    }
    return group.enumerated().sorted { left, right in
      let (first, second) = (rank(left.element), rank(right.element))
      return first == second ? left.offset < right.offset : first < second
    }.map(\.element)
  }
}
