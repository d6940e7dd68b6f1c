import CPython

extension CatalogEntry {
  /// `ispy heap`: objects by type.
  static let heap = CatalogEntry(
    CommandSpecification(
      name: "heap", rung: .inspect, summary: "Count the objects of each type, and find what holds them",
      discussion: """
        Counts the objects that Python's garbage collector tracks, by type, with their sizes as sys.getsizeof says them: an \
        object with its own tables, without what it refers to. Not in the collector's lists, and so not counted, are \
        strings, numbers, bytes and other objects that refer to nothing, and tuples and dicts of such. The process runs on \
        meanwhile: lists that change under the look are taken up again, and what could not be had is said.

        With --interval it looks twice and shows what grew most. With --type it shows which module globals, class \
        attributes and attributes of other objects the instances of a type are held by, through four containers at most, \
        and a few of the instances. What only local variables hold, or objects of C extensions, has no such place.

        Free-threaded builds of Python keep no such lists; they are refused.
        """,
      parameters: [
        .targets(),
        .option("interval", .duration, "look twice with this time between, and show the growth: 10s, 2m"),
        .option("type", .text, "find what holds the instances of this type: shop.models.Order, or Order"),
        .option("limit", .integer(1...100_000), default: "30", "types and places shown"),
      ],
      cost: "reads the memory of all its objects once, with --type up to seven times",
      examples: [
        .init("ispy heap shop", "what the memory of each worker is full of"),
        .init("ispy heap 4711 --interval 10s", "what grows in ten seconds"),
        .init("ispy heap 4711 --type Page", "what keeps the instances of Page alive"),
      ], schema: "ispyd.heap/1"), result: HeapResult.self
  ) { arguments, context throws(CommandError) in
    let looks = HeapLooks(
      limit: arguments.integer("limit") ?? 30, type: arguments["type"], interval: arguments.seconds("interval"),
      context: context)
    return try looks.result(context.targets)
  }
}

/// One or two looks at the heaps of some processes.
private struct HeapLooks {
  let limit: Int
  let type: String?
  let interval: Double?
  let context: ExecutionContext

  private struct Opened {
    let process: PythonProcess
    let reader: HeapReader
    let first: HeapLook
  }

  func result(_ targets: [Target]) throws(CommandError) -> HeapResult {
    var result = HeapResult(interval: interval, processes: [])
    var failures: [CommandError] = []
    var opened: [Opened] = []
    for target in targets {
      do throws(CommandError) {
        let next = try open(target)
        // With one look only, nothing of a process is kept when the next is looked at.
        if interval == nil { result.processes.append(try heap(next, next.first)) } else { opened.append(next) }
      } catch {
        failures.append(error)
        result.unread.append(UnreadProcess(pid: target.pid, problem: error.description))
      }
    }
    if let interval, !opened.isEmpty {
      let isWhole = context.wait(interval)
      for one in opened {
        do throws(CommandError) {
          // Cancelled while it waited: the first look is what there is.
          let second = isWhole ? try look(one.reader, one.process.pid) : one.first
          result.processes.append(try heap(one, second))
        } catch {
          failures.append(error)
          result.unread.append(UnreadProcess(pid: one.process.pid, problem: error.description))
        }
      }
    }
    guard failures.isEmpty || failures.count < targets.count else { throw CommandError(all: failures) }
    return result
  }

  private func open(_ target: Target) throws(CommandError) -> Opened {
    let process = try target.open()
    guard process.runtime.hasObjectLists else {
      throw CommandError(
        .unknownBuild,
        "process \(target.pid) is a free-threaded build of Python, whose collector keeps no lists of objects",
        hint: "heap reads builds with the GIL; dump and peek read both")
    }
    let isCancelled = context.isCancelled
    let reader = HeapReader(process.runtime, isCancelled: isCancelled)
    return Opened(process: process, reader: reader, first: try look(reader, target.pid))
  }

  private func look(_ reader: HeapReader, _ pid: Int32) throws(CommandError) -> HeapLook {
    do throws(ReadError) { return try reader.look() } catch { throw CommandError(reading: error, pid: pid) }
  }

  // MARK: - The result

  private func heap(_ opened: Opened, _ look: HeapLook) throws(CommandError) -> ProcessHeap {
    let first = interval == nil ? nil : opened.first
    let rows = rows(look, since: first)
    var heap = ProcessHeap(
      pid: opened.process.pid, pythonVersion: opened.process.runtime.version.description, seconds: look.seconds,
      objects: look.objects, bytes: look.bytes, objectsBefore: first?.objects, bytesBefore: first?.bytes,
      typeCount: look.types.count, types: Array(rows.prefix(limit)), losses: HeapLoss(look.losses),
      isCancelled: look.isCancelled || context.isCancelled())
    if let type {
      heap.holders = try holders(opened, look, type)
      // What was asked for is one type: the others would only be in the way.
      heap.types = rows.filter { Self.isNamed($0.type, type) }
    }
    return heap
  }

  private func rows(_ look: HeapLook, since first: HeapLook?) -> [HeapType] {
    guard let first else {
      return look.types.map { HeapType(type: $0.type, count: $0.count, bytes: $0.bytes) }
    }
    var before: [String: HeapLook.TypeCount] = [:]
    for type in first.types { before[type.type] = type }
    var rows = look.types.map { type in
      let old = before.removeValue(forKey: type.type)
      return HeapType(
        type: type.type, count: type.count, bytes: type.bytes, countBefore: old?.count ?? 0,
        bytesBefore: old?.bytes ?? 0)
    }
    rows += before.values.map {
      HeapType(type: $0.type, count: 0, bytes: 0, countBefore: $0.count, bytesBefore: $0.bytes)
    }
    func growth(_ row: HeapType) -> Int { row.bytes - (row.bytesBefore ?? 0) }
    return rows.sorted { (growth($1), $1.bytes, $0.type) < (growth($0), $0.bytes, $1.type) }
  }

  private func holders(
    _ opened: Opened, _ look: HeapLook, _ type: String
  ) throws(CommandError) -> HeapHolding? {
    let start = ContinuousClock().now
    guard let found = opened.reader.holders(ofType: type) else {
      if context.isCancelled() { return nil }
      let near = look.types.map(\.type).filter { $0.lowercased().contains(type.lowercased()) }.prefix(5)
      let guess = Suggestion.nearest(to: type, in: look.types.map { $0.type.lastName }).map { "did you mean \($0)?" }
      throw CommandError(
        .notFound, "process \(opened.process.pid): no object of a type \(type) is tracked by the collector",
        hint: near.isEmpty
          ? guess ?? "see: ispy heap \(opened.process.pid)" : "there is: \(near.joined(separator: ", "))")
    }
    let decoder = Decoder(opened.process.runtime, limits: Decoder.Limits(depth: 2, width: 8, length: 80, objects: 500))
    return HeapHolding(
      type: found.type, count: found.count, bytes: found.bytes,
      places: found.places.prefix(limit).map {
        HeapPlace(place: $0.place, references: $0.references, holders: $0.holders)
      },
      placeCount: found.places.count, isComplete: found.isComplete,
      seconds: start.duration(to: ContinuousClock().now) / .seconds(1),
      samples: found.samples.map { decoder.value(at: $0) })
  }

  private static func isNamed(_ type: String, _ name: String) -> Bool { type == name || type.hasSuffix("." + name) }
}

extension String {
  /// `Order` of `shop.models.Order`.
  fileprivate var lastName: String { split(separator: ".").last.map(String.init) ?? self }
}
