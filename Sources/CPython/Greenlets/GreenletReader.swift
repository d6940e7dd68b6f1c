import RemoteProcess

/// Reads greenlets that were found: what each does, on which thread, and its frames.
struct GreenletReader {
  private let runtime: Runtime
  private let interpreter: Interpreter
  private let base: TypeObject
  private let threads: [ThreadState]

  /// The fields of a greenlet, and where they were read.
  private struct Fields {
    let greenlet: RemoteAddress
    /// The object itself or its implementation.
    let place: RemoteAddress
    let stackStart: UInt64
    let stackStop: UInt64
    let stackCopy: UInt64
    let stackSaved: UInt64
    let topFrame: RemoteAddress

    // TStackState.cpp `started`, `active`, `main`; the start of one that runs for the first time is 1.
    var isStarted: Bool { stackStop != 0 }
    var isActive: Bool { stackStart != 0 }
    var isMain: Bool { stackStop == UInt64.max }
    /// An address on the C stack that it runs on.
    var stackAddress: UInt64? { isMain ? (stackStart > 1 ? stackStart : nil) : (isStarted ? stackStop : nil) }

    /// What can be true of these numbers.
    var isPlausible: Bool {
      guard isStarted else { return stackStart == 0 && stackSaved == 0 }
      guard stackStart > 1 else { return stackSaved == 0 }
      return stackStart < stackStop && stackSaved <= stackStop - stackStart && (stackSaved == 0 || stackCopy != 0)
    }
  }

  init(_ runtime: Runtime, _ interpreter: Interpreter, _ base: TypeObject) throws(ReadError) {
    self.runtime = runtime
    self.interpreter = interpreter
    self.base = base
    threads = try runtime.threads(of: interpreter)
  }

  func greenlets(at candidates: [RemoteAddress]) throws(ReadError) -> [Greenlet] {
    let header = runtime.layout.gcHead.size
    runtime.memory.prefetch(candidates.map { ($0 - header, header + base.basicSize) })
    let objects = candidates.filter { isAlive($0) }
    guard !objects.isEmpty else { return [] }
    let (layout, places, isCertain) = try layout(of: objects)
    runtime.memory.prefetch(places.map { ($0, layout.size) })
    let readings = zip(objects, places).compactMap { fields(ofGreenletAt: $0, $1, layout) }
    guard !readings.isEmpty else {
      // Where greenlet is imported and not used, what was found only looks like one.
      if isCertain { throw unknownLayout() }
      return []
    }
    let running = running(among: readings, layout)
    let onThread = threads(of: readings, running)
    prefetchFrames(of: readings)
    let greenlets = readings.compactMap { fields -> Greenlet? in
      guard !fields.isStarted || fields.isActive else { return nil }
      // One that was switched away from has a frame: what has none only looks like a greenlet.
      if fields.isStarted, fields.topFrame.isNull, !running.contains(fields.greenlet) { return nil }
      return greenlet(fields, isRunning: running.contains(fields.greenlet), onThread[fields.greenlet])
    }
    return verified(greenlets, readings, layout)
  }

  // MARK: - What it is

  /// A freed object keeps its type, but has no references, and no place in the collector's lists.
  private func isAlive(_ object: RemoteAddress) -> Bool {
    guard !runtime.layout.isFreeThreaded, let offset = runtime.layout.object.refcount else { return true }
    let next = runtime.layout.gcHead.next - runtime.layout.gcHead.size
    guard let count = try? runtime.memory.uint32(at: object + offset), count != 0,
      let link = try? runtime.memory.pointer(object + next)
    else { return false }
    return !link.isNull
  }

  /// The layout by the size of the base class, and where the fields of each object are; certain where an object's
  /// implementation points back to it, so that there is no doubt that it is a greenlet.
  private func layout(
    of objects: [RemoteAddress]
  ) throws(ReadError) -> (layout: GreenletLayout, places: [RemoteAddress], isCertain: Bool) {
    let head = runtime.layout.object.size
    guard base.basicSize == head + 24 else {
      // greenlet 1 has 17 words or more behind the head.
      guard base.basicSize >= head + 17 * 8, base.basicSize < head + 256 else { throw unknownLayout() }
      return (.inObject(runtime.layout), objects, false)
    }
    let pointer = GreenletLayout.inImplementation(runtime.layout, hasSelf: true).implementation ?? head
    let places = objects.map { (try? runtime.memory.pointer($0 + pointer)) ?? .null }
    runtime.memory.prefetch(places.map { ($0, 160) })
    let hasSelf = zip(objects, places).contains { object, place in
      !place.isNull && (try? runtime.memory.pointer(place + 8)) == object
    }
    return (.inImplementation(runtime.layout, hasSelf: hasSelf), places, hasSelf)
  }

  private func unknownLayout() -> ReadError {
    let namespace = (try? runtime.namespace(ofModule: "greenlet", in: interpreter)) ?? nil
    let version = namespace.flatMap { (try? runtime.lookUp("__version__", inDictAt: $0)) ?? nil }
    let text = version.flatMap { try? runtime.string(at: $0, limit: 40).text } ?? "of an unknown version"
    return .implausible("greenlet \(text) has a layout that is not known here", base.address)
  }

  private func fields(
    ofGreenletAt greenlet: RemoteAddress, _ place: RemoteAddress, _ layout: GreenletLayout
  ) -> Fields? {
    guard !place.isNull, let words = try? runtime.memory.wordBlock(place, count: layout.size / 8) else { return nil }
    let fields = Fields(
      greenlet: greenlet, place: place, stackStart: words[layout.stackStart / 8],
      stackStop: words[layout.stackStop / 8], stackCopy: words[layout.stackCopy / 8],
      stackSaved: words[layout.stackSaved / 8], topFrame: RemoteAddress(words[layout.topFrame / 8]))
    guard fields.isPlausible else { return nil }
    if !fields.topFrame.isNull, (try? runtime.type(ofObjectAt: fields.topFrame).name) != "frame" { return nil }
    return fields
  }

  // MARK: - Where it runs

  /// The current greenlets of the threads.
  ///
  /// In greenlet 2 and 3 a main greenlet knows the state of its thread, `class ThreadState { main_greenlet, current_greenlet, … }`
  /// (TThreadState.hpp), by a pointer behind its other fields: the only one to a pair that begins with the greenlet itself.
  /// Before, a current greenlet is one that is active and has no frame of its own.
  private func running(among readings: [Fields], _ layout: GreenletLayout) -> Set<RemoteAddress> {
    let known = Set(readings.map(\.greenlet))
    var running: Set<RemoteAddress> = []
    for main in readings where main.isMain && layout.implementation != nil {
      guard let words = try? runtime.memory.wordBlock(main.place, count: 48) else { continue }
      for word in words where word != 0 && word & 7 == 0 {
        guard (try? runtime.memory.pointer(RemoteAddress(word))) == main.greenlet,
          let current = try? runtime.memory.pointer(RemoteAddress(word) + 8), known.contains(current)
        else { continue }
        running.insert(current)
        break
      }
    }
    if running.isEmpty {
      running = Set(readings.filter { $0.isActive && $0.topFrame.isNull }.map(\.greenlet))
    }
    return running
  }

  /// The thread that each greenlet belongs to. A C stack ends below the `struct pthread` of its thread, to which
  /// `pthread_self()` points (glibc nptl/allocatestack.c, musl src/thread/pthread_create.c); the stack of the main
  /// thread is above all of them.
  private func threads(of readings: [Fields], _ running: Set<RemoteAddress>) -> [RemoteAddress: ThreadState] {
    guard let main = try? runtime.mainThreadID() else { return [:] }
    let others = threads.filter { $0.threadID != main }.sorted { $0.threadID < $1.threadID }
    let mainThread = threads.first { $0.threadID == main }
    var found: [RemoteAddress: ThreadState] = [:]
    for fields in readings {
      guard let address = fields.stackAddress else { continue }
      found[fields.greenlet] = others.first { $0.threadID > address } ?? mainThread
    }
    // A main greenlet that has never been left has no address; it is that of the one thread that runs no other.
    let taken = Set(running.compactMap { found[$0] })
    let left = threads.filter { !taken.contains($0) }
    let lost = readings.filter { $0.isMain && running.contains($0.greenlet) && found[$0.greenlet] == nil }
    if left.count == 1, lost.count == 1 { found[lost[0].greenlet] = left[0] }
    return found
  }

  // MARK: - Its frames

  private func prefetchFrames(of readings: [Fields]) {
    runtime.memory.prefetch(readings.map { ($0.topFrame, $0.topFrame.isNull ? 0 : 64) })
    guard let offset = runtime.layout.frameObject.frame else { return }
    let frames = readings.compactMap { $0.topFrame.isNull ? nil : try? runtime.memory.pointer($0.topFrame + offset) }
    runtime.memory.prefetch(frames.map { ($0, 256) })
  }

  private func greenlet(_ fields: Fields, isRunning: Bool, _ thread: ThreadState?) -> Greenlet {
    var frames: [RawFrame] = []
    var quality = Stack.Quality.consistent
    var failure: ReadError?
    if isRunning {
      if let thread, let captured = runtime.captureStacks(of: [thread]).first {
        (frames, quality, failure) = (captured.frames, captured.quality, captured.failure)
      }
    } else if !fields.topFrame.isNull {
      do throws(ReadError) {
        var top = fields.topFrame
        if let offset = runtime.layout.frameObject.frame { top = try runtime.memory.pointer(top + offset) }
        let spilled = SpilledStack(
          start: RemoteAddress(fields.stackStart), saved: fields.stackSaved, copy: RemoteAddress(fields.stackCopy))
        (frames, failure) = runtime.walk(from: top, spilled: spilled)
      } catch {
        failure = error
      }
    }
    if failure != nil, quality == .consistent { quality = .uncertain(trusted: 0) }
    let type = try? runtime.type(ofObjectAt: fields.greenlet).name
    let name = (try? runtime.attribute("name", ofObjectAt: fields.greenlet)) ?? nil
    return Greenlet(
      address: fields.greenlet, typeName: type ?? "?",
      name: name.flatMap { try? runtime.string(at: $0, limit: 200).text },
      interpreter: interpreter, thread: thread, isMain: fields.isMain,
      state: isRunning ? .running : fields.isStarted ? .suspended : .created, frames: frames, quality: quality,
      failure: failure)
  }

  // MARK: - Proof

  /// Reads the fields and the heads of the frames of suspended greenlets anew, past what is kept, and compares.
  private func verified(_ greenlets: [Greenlet], _ readings: [Fields], _ layout: GreenletLayout) -> [Greenlet] {
    let places = Dictionary(readings.map { ($0.greenlet, $0.place) }) { first, _ in first }
    let header = runtime.frameHeader
    let deciding = greenlets.map { greenlet -> [(address: RemoteAddress, count: Int)] in
      guard greenlet.state == .suspended, let place = places[greenlet.address] else { return [] }
      return [(place + layout.stackStart, layout.size - layout.stackStart)]
        + greenlet.frames.map { ($0.address + header.lowerBound, header.count) }
    }
    let again = Reread(
      deciding.joined().map { Reread.range(at: $0.address, count: $0.count) }, memory: runtime.memory.memory)
    return zip(greenlets, deciding).map { greenlet, ranges in
      guard greenlet.quality == .consistent else { return greenlet }
      var trusted = 0
      for range in ranges.reversed() {
        guard let now = again.bytes(at: range.address.rawValue, count: range.count),
          let before = try? runtime.memory.block(range.address, count: range.count), now.elementsEqual(before)
        else { break }
        trusted += 1
      }
      var greenlet = greenlet
      if trusted < ranges.count { greenlet.quality = .uncertain(trusted: trusted) }
      return greenlet
    }
  }
}
