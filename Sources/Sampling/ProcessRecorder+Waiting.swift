import CPython
import Profiles
import RemoteProcess

// Tasks and greenlets that wait: no thread runs them, and they are seen at the looks for them.
extension ProcessRecorder {
  /// Tasks that wait are tracks of their own: their stack, and what they await.
  func addWaitingTasks(_ work: WorkSearch, _ nanoseconds: UInt64) {
    guard nanoseconds > 0 else { return }
    for task in work.tasks where task.task.state != .running {
      var node = -1
      for frame in task.task.frames.reversed() { node = builder.node(parent: node, location: location(of: frame)) }
      counts.samples += 1
      if task.task.quality == .consistent {
        let kind = task.task.waitsFor.map { "[awaits \($0.kind)]" } ?? "[ready to run]"
        node = builder.node(parent: node, location: builder.mark(kind))
      } else {
        counts.uncertain += 1
        node = builder.node(parent: node, location: builder.mark("[uncertain]"))
      }
      let track = table.track(carrier: carrier(of: task.task), label: task.label)
      if track != TrackTable.leftOut { builder.add(track: track, node: node, count: 1, nanoseconds: nanoseconds) }
    }
  }

  /// Tasks that were given no name have a number, and there is no end to them: they go by their coroutine.
  func carrier(of task: AsyncioTask) -> Int {
    let isNumbered = task.name.hasPrefix("Task-") && task.name.dropFirst(5).allSatisfy(\.isNumber)
    return carrier("task", isNumbered ? nil : task.name, of: task.frames, kind: "Task")
  }

  /// Greenlets that wait are tracks of their own too; their stack says what for. The one that runs is its thread's.
  func addWaitingGreenlets(_ work: WorkSearch) {
    guard work.greenletWeight > 0 else { return }
    for (greenlet, label) in work.greenlets {
      var node = -1
      for frame in greenlet.frames.reversed() { node = builder.node(parent: node, location: location(of: frame)) }
      counts.samples += 1
      if greenlet.quality != .consistent {
        counts.uncertain += 1
        node = builder.node(parent: node, location: builder.mark("[uncertain]"))
      }
      let track = table.track(carrier: carrier(of: greenlet), label: label)
      guard track != TrackTable.leftOut else { continue }
      builder.add(track: track, node: node, count: 1, nanoseconds: work.greenletWeight)
    }
  }

  /// gevent numbers those that were given no name.
  private func carrier(of greenlet: Greenlet) -> Int {
    let name = greenlet.isMain ? "main greenlet" : greenlet.name
    let isNumbered = name.map { $0.hasPrefix("Greenlet-") && $0.dropFirst(9).allSatisfy(\.isNumber) } ?? true
    let kind = greenlet.typeName.split(separator: ".").last.map(String.init) ?? greenlet.typeName
    return carrier("greenlet", isNumbered ? nil : name, of: greenlet.frames, kind: kind)
  }

  /// - Parameter name: the one that it was given; without, it goes by its outermost function.
  private func carrier(_ what: String, _ name: String?, of frames: [RawFrame], kind: String) -> Int {
    var title = name ?? kind
    if name == nil, let own = frames.last {
      let function = builder.function(at: location(of: own))
      if !function.isMark { title = function.name }
    }
    return table.carrier(
      Profile.Track(pid: process.pid, application: application, name: what + " " + title, nativeID: nil))
  }
}
