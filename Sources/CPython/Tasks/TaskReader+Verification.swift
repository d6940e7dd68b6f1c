import RemoteProcess

/// Proving that a task stood still while it was read, and joining those that wait for each other.
extension TaskReader {
  /// The words that decide what a task does: its state, what it waits for, its coroutine; and the heads of its frames.
  func ranges(deciding task: AsyncioTask) -> [(address: RemoteAddress, count: Int)] {
    var ranges = [(task.address + fields.state, fields.name - fields.state)]
    let header = runtime.frameHeader
    for frame in task.frames { ranges.append((frame.address + header.lowerBound, header.count)) }
    return ranges
  }

  /// Reads the deciding words of all tasks anew, past what is kept, and compares.
  func verified(_ tasks: [AsyncioTask]) -> [AsyncioTask] {
    let deciding = tasks.map { ranges(deciding: $0) }
    let again = Reread(
      deciding.joined().map { Reread.range(at: $0.address, count: $0.count) },
      memory: runtime.memory.memory)
    return zip(tasks, deciding).map { task, ranges in
      guard task.quality == .consistent else { return task }
      var trusted = 0
      // The frames stand innermost first behind the task's own range.
      for range in ranges.dropFirst().reversed() {
        guard isSame(range, in: again) else { break }
        trusted += 1
      }
      let isTaskSame = ranges.first.map { isSame($0, in: again) } ?? false
      var task = task
      if trusted < task.frames.count || !isTaskSame { task.quality = .uncertain(trusted: trusted) }
      return task
    }
  }

  private func isSame(_ range: (address: RemoteAddress, count: Int), in again: Reread) -> Bool {
    guard let now = again.bytes(at: range.address.rawValue, count: range.count) else { return false }
    return runtime.memory.keeps(now, at: range.address)
  }

  // MARK: - Who waits for whom

  /// Fills `awaitedBy`: from what each task waits for, and from what the target keeps (3.14+).
  func connect(_ tasks: inout [AsyncioTask]) {
    var waiters: [RemoteAddress: [RemoteAddress]] = [:]
    for task in tasks {
      for reference in task.waitsFor?.references ?? [] where reference.isTask {
        waiters[reference.address, default: []].append(task.address)
      }
    }
    let known = Set(tasks.map(\.address))
    for index in tasks.indices {
      var all = waiters[tasks[index].address] ?? []
      var seen = Set(all)
      for recorded in recordedWaiters(of: tasks[index].address) where known.contains(recorded) {
        if seen.insert(recorded).inserted { all.append(recorded) }
      }
      tasks[index].awaitedBy = all
    }
  }

  /// `fut_awaited_by` (3.14+): one task or future, or a set of them. A future stands for the tasks that wait for it.
  private func recordedWaiters(of task: RemoteAddress) -> [RemoteAddress] {
    guard let awaitedBy = fields.awaitedBy, let isSet = fields.awaitedByIsSet else { return [] }
    var found: [RemoteAddress] = []
    var seen: Set<RemoteAddress> = [task]
    var open = [task]
    while let next = open.popLast(), seen.count < 1024 {
      guard let held = try? runtime.memory.pointer(next + awaitedBy), !held.isNull,
        let flag = try? runtime.memory.byte(next + isSet)
      else { continue }
      for waiter in flag == 0 ? [held] : (try? runtime.setItems(at: held, limit: 1024)) ?? []
      where seen.insert(waiter).inserted {
        switch kind(ofObjectAt: waiter) {
        case .task: found.append(waiter)
        case .future: open.append(waiter)
        default: break
        }
      }
    }
    return found
  }
}
