import RemoteProcess

/// A walk over the collector's lists, which hold every tracked object, while the target runs.
///
/// Modules/gcmodule.c and Python/gc.c, 3.8 to 3.15: rings of `PyGC_Head`, doubly linked, one for each generation. The two
/// low bits of `_gc_prev` and the lowest of `_gc_next` are flags. Objects only move to older generations, so the youngest
/// goes first, and one that was seen already is not counted again.
final class HeapWalk {
  let memory: HeapMemory
  private(set) var objects = AddressTable(capacity: 1 << 16)
  /// For each object the number of its type.
  private(set) var typeNumbers: ContiguousArray<Int32> = []
  private(set) var types: ContiguousArray<HeapType> = []
  private(set) var typeObjects: [TypeObject] = []
  private(set) var losses = HeapLosses()
  private(set) var isCancelled = false

  private let runtime: Runtime
  private let layout: Layout
  private let sizes: HeapSizes
  private let isCancelledNow: @Sendable () -> Bool
  private var numbers: [UInt64: Int32] = [:]
  private var lastType: UInt64 = 0
  private var lastNumber: Int32 = -1
  private var heads: [UInt64] = []

  /// More objects than this are not counted: their addresses would take gigabytes.
  private static let objectLimit = 1 << 26
  private static let repairLimit = 200

  init(_ runtime: Runtime, isCancelled: @escaping @Sendable () -> Bool) {
    self.runtime = runtime
    layout = runtime.layout
    memory = HeapMemory(runtime.memory.memory)
    sizes = HeapSizes(runtime.layout)
    isCancelledNow = isCancelled
  }

  func run() throws(ReadError) {
    let states = try collectorStates()
    let lists = states.map { state in (state, Self.lists(of: state, layout.gc)) }
    heads = lists.flatMap { $0.1 }
    for (state, rings) in lists {
      for ring in rings where !isCancelled { walk(ring, collecting: state) }
    }
    if let failure = memory.failure { throw .memory(failure) }
  }

  /// Where `struct _gc_runtime_state` of each interpreter is; 3.8 has one for all.
  private func collectorStates() throws(ReadError) -> [UInt64] {
    if let offset = layout.interpreter.gc {
      return try runtime.interpreters().map { ($0.address + offset).rawValue }
    }
    guard let offset = layout.runtime.gc else { throw .implausible("no collector", runtime.address) }
    return [(runtime.address + offset).rawValue]
  }

  private static func lists(of state: UInt64, _ fields: Layout.GcFields) -> [UInt64] {
    var offsets: [Int] = []
    if let generations = fields.generations {
      offsets = (0..<fields.generationsCount).map { generations + $0 * fields.generationSize }
    } else if let young = fields.young, let old = fields.old {
      offsets = [young, old, old + fields.generationSize]
    }
    return (offsets + [fields.permanent]).map { state &+ UInt64($0 + fields.generationHead) }
  }

  // MARK: - One ring

  private func walk(_ head: UInt64, collecting state: UInt64) {
    waitForCollector(state)
    memory.forget(head)
    var current = head
    // Nodes that were good, to go back to where a link turns out to be torn.
    var trail = Trail()
    var repairs = 0
    var steps = 0
    while true {
      steps += 1
      if steps & 4095 == 0, isCancelledNow() {
        isCancelled = true
        return
      }
      guard steps < 4 * objects.count + 4_000_000, objects.count < Self.objectLimit else {
        losses.tornPlaces += 1
        return
      }
      let next = (memory.word(current, layout.gcHead.next) ?? 0) & ~3
      if next == head { return }
      if isLinked(current, to: next) {
        visit(next)
        current = next
        trail.append(next)
        continue
      }
      guard memory.failure == nil else { return }
      losses.changedLinks += 1
      repairs += 1
      guard repairs <= Self.repairLimit else {
        losses.tornPlaces += 1
        return walkBack(head)
      }
      if isCollecting(state) {
        waitForCollector(state)
        memory.forgetAll()
        current = head
      } else if let good = resume(current, next, &trail) {
        current = good
      } else {
        // Everything near is gone: once more from the head, where what was seen is passed over quickly.
        memory.forgetAll()
        current = head
      }
    }
  }

  /// Whether the next node names this one as its previous. While it is collected it holds a count there instead
  /// (`_PyGC_PREV_MASK_COLLECTING`).
  @inline(__always)
  private func isLinked(_ node: UInt64, to next: UInt64) -> Bool {
    guard next != 0, let previous = memory.word(next, layout.gcHead.previous), !heads.contains(next) else {
      return false
    }
    return previous & ~3 == node || previous & 2 != 0
  }

  /// Reads the neighbourhood anew; the youngest node of the trail that is still in the ring.
  private func resume(_ node: UInt64, _ next: UInt64, _ trail: inout Trail) -> UInt64? {
    memory.forget(node)
    memory.forget(next)
    while let good = trail.last {
      memory.forget(good)
      let next = (memory.word(good, layout.gcHead.next) ?? 0) & ~3
      memory.forget(next)
      if heads.contains(next) || isLinked(good, to: next), isInRing(good) { return good }
      trail.removeLast()
    }
    return nil
  }

  private func isInRing(_ node: UInt64) -> Bool {
    guard let word = memory.word(node, layout.gcHead.previous), word & 2 == 0 else { return false }
    let previous = word & ~3
    return previous != 0 && (memory.word(previous, layout.gcHead.next) ?? 0) & ~3 == node
  }

  /// The ring from its other end, up to what was seen: where a place in the middle stays torn.
  private func walkBack(_ head: UInt64) {
    memory.forgetAll()
    var node = head
    while objects.count < Self.objectLimit {
      let previous = (memory.word(node, layout.gcHead.previous) ?? 0) & ~3
      guard previous != 0, !heads.contains(previous),
        (memory.word(previous, layout.gcHead.next) ?? 0) & ~3 == node, visit(previous)
      else { return }
      node = previous
    }
  }

  // MARK: - The collector

  private func isCollecting(_ state: UInt64) -> Bool {
    memory.forget(state &+ UInt64(layout.gc.collecting))
    return memory.int(state, layout.gc.collecting).map { $0 != 0 } ?? false
  }

  /// While it collects, the links of what is collected are something else. Waits for its end, for three seconds at most.
  private func waitForCollector(_ state: UInt64) {
    guard isCollecting(state) else { return }
    losses.collections += 1
    for _ in 0..<1500 where isCollecting(state) && !isCancelledNow() && memory.failure == nil {
      pause(milliseconds: 2)
    }
    memory.forgetAll()
  }

  // MARK: - Objects

  /// Counts the object behind a header; false where it was counted before or is none.
  @discardableResult
  private func visit(_ header: UInt64) -> Bool {
    let object = header &+ UInt64(layout.gcHead.size)
    guard let address = memory.word(object, layout.object.type) else {
      losses.lostObjects += 1
      return false
    }
    let number = address == lastType ? lastNumber : typeNumber(address)
    guard number >= 0 else {
      losses.lostObjects += 1
      return false
    }
    guard objects.insert(object) else { return false }
    typeNumbers.append(number)
    types[Int(number)].count += 1
    types[Int(number)].bytes += sizes.size(of: object, type: types[Int(number)], in: memory)
    return true
  }

  private func typeNumber(_ address: UInt64) -> Int32 {
    var number = numbers[address]
    if number == nil {
      number = -1
      if let type = try? runtime.type(at: RemoteAddress(address)) {
        number = Int32(types.count)
        types.append(runtime.heapType(type))
        typeObjects.append(type)
      }
      numbers[address] = number
    }
    lastType = address
    lastNumber = number ?? -1
    return lastNumber
  }
}

/// What was not had, since the target runs while it is read.
public struct HeapLosses: Sendable, Equatable {
  /// Links that were not as they had been, and were read again.
  public var changedLinks = 0
  /// Places where a list could not be taken up again: what lies behind them may be missing.
  public var tornPlaces = 0
  /// Members of a list that were no objects any more.
  public var lostObjects = 0
  /// Collections that were waited for.
  public var collections = 0
}

/// The last nodes of a walk, a bounded number.
private struct Trail {
  private var nodes = [UInt64](repeating: 0, count: 64)
  private var end = 0
  private var count = 0

  var last: UInt64? { count > 0 ? nodes[(end + 63) & 63] : nil }

  @inline(__always)
  mutating func append(_ node: UInt64) {
    nodes[end] = node
    end = (end + 1) & 63
    if count < 64 { count += 1 }
  }

  mutating func removeLast() {
    end = (end + 63) & 63
    count -= 1
  }
}
