extension Runtime {
  /// The threads that wait for each other in a ring, each ring once, each thread followed by the one that it waits for. A
  /// thread that waits for a lock that it holds itself is a ring of one.
  ///
  /// Only waits with a proven holder count, and none that gives up by itself.
  public func deadlocks(in waits: [LockWait]) -> [[ThreadState]] { Self.deadlocks(in: waits) }

  static func deadlocks(in waits: [LockWait]) -> [[ThreadState]] {
    // A thread waits for one thing, so each has one edge at most.
    var next: [ThreadState: ThreadState] = [:]
    for wait in waits where !wait.hasTimeout {
      if case .thread(let holder) = wait.holder { next[wait.thread] = holder }
    }
    var rings: [[ThreadState]] = []
    var visited: Set<ThreadState> = []
    for wait in waits where next[wait.thread] != nil {
      var path: [ThreadState] = []
      var current = wait.thread
      while visited.insert(current).inserted {
        path.append(current)
        guard let following = next[current] else { break }
        current = following
      }
      if let start = path.firstIndex(of: current), next[path[path.count - 1]] == current {
        rings.append(Array(path[start...]))
      }
    }
    return rings
  }
}
