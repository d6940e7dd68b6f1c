public import CPython
import RemoteProcess

/// Finds the HTTP requests that a process serves, by the variables of its frames: a WSGI `environ`, an ASGI `scope`, or the
/// request object of a server that has neither. Nothing runs in the target and nothing need be installed in it.
///
///     let finder = RequestFinder(process.runtime)
///     for request in finder.requests(stacks: stacks) { … }
///
/// Give it all stacks of one look: a request is often spread over several, an awaiting task and the thread that works for
/// it. Keep it for the next look: it remembers what code objects are.
public final class RequestFinder {
  public let runtime: Runtime
  let objects: ObjectReader
  private var origin = SourceOrigin()
  private var roles: [RemoteAddress: FrameRole] = [:]
  /// What servers note of tasks elsewhere than on the tasks' own stacks, by the task.
  private var notes: [RemoteAddress: TaskNote] = [:]
  /// Objects of the look's stacks that the search through unknown frames may still examine.
  private var remaining = 0

  /// Frames of one stack that are looked at, from the innermost and from the outermost.
  private static let frameLimit = 2000
  /// Objects of unknown frames that one look examines at most.
  private static let objectLimit = 20_000
  /// Code objects that are remembered.
  private static let roleLimit = 100_000

  public init(_ runtime: Runtime) {
    self.runtime = runtime
    objects = ObjectReader(runtime: runtime)
  }

  /// The requests on these stacks, oldest first as far as that is known.
  ///
  /// - Parameters:
  ///   - withHeaders: Also take the request headers. They hold cookies and credentials.
  public func requests(
    stacks: [NamedStack], withHeaders: Bool = false, at look: LookTime = .now()
  ) -> [WebRequest] {
    remaining = Self.objectLimit
    notes = [:]
    if roles.count > Self.roleLimit { roles.removeAll() }
    // All files first: a folder of packages that one stack shows holds for every other.
    for stack in stacks {
      for frame in stack.stack.frames { learn(frame) }
    }
    var readings = stacks.map { read($0) }
    if !notes.isEmpty { for index in readings.indices { addNote(to: &readings[index]) } }
    let zones = readings.contains { if case .wallClock = $0.start { true } else { false } } ? localZones() : []
    let groups = RequestGroups.join(readings)
    let requests = groups.compactMap { group in
      request(of: group, withHeaders: withHeaders, at: look, zones: zones)
    }
    return requests.sorted { ($0.duration.seconds ?? -1) > ($1.duration.seconds ?? -1) }
  }

  // MARK: - Frames

  /// What a code object is, decided once.
  struct FrameRole {
    let known: KnownFrame?
    let isLibrary: Bool
    /// Which of its variables may hold a request, by name.
    let candidates: [String]
  }

  /// Names under which servers, frameworks and their users pass a request on.
  static let requestNames: Set<String> = [
    "environ", "env", "wsgi_environ", "scope", "request", "req", "http_request", "_request", "websocket",
  ]

  private func learn(_ frame: Frame) {
    guard let code = frame.code, roles[code.address] == nil else { return }
    origin.learn(from: code.filename)
  }

  func isApplication(_ frame: Frame) -> Bool {
    guard let code = frame.code else { return false }
    return !origin.isLibrary(code.filename)
  }

  private func role(of code: CodeObject) -> FrameRole {
    if let role = roles[code.address] { return role }
    let role = FrameRole(
      known: KnownFrame.of(file: code.filename, function: code.name),
      isLibrary: origin.isLibrary(code.filename),
      candidates: code.variables.map(\.name).filter { Self.requestNames.contains($0) })
    roles[code.address] = role
    return role
  }

  // MARK: - One stack

  private func read(_ named: NamedStack) -> StackReading {
    var frames = named.stack.frames
    if frames.count > 2 * Self.frameLimit {
      frames = Array(frames.prefix(Self.frameLimit) + frames.suffix(Self.frameLimit))
    }
    var reading = StackReading(
      carrier: named.carrier, frames: frames,
      isConsistent: named.stack.quality == .consistent && named.stack.failure == nil)
    for index in frames.indices.reversed() { readKnown(frames[index], at: index, into: &reading) }
    if reading.sources.isEmpty {
      for index in frames.indices.reversed() where remaining > 0 {
        readUnknown(frames[index], at: index, into: &reading)
      }
    }
    return reading
  }

  /// Frames of the table, and variables whose names are those of requests.
  private func readKnown(_ frame: Frame, at index: Int, into reading: inout StackReading) {
    guard let code = frame.code else { return }
    let role = role(of: code)
    if role.known == nil, role.candidates.isEmpty { return }
    if let known = role.known {
      reading.server = known.server ?? reading.server
      if known.isStale { return }
    }
    guard let locals = try? runtime.locals(of: frame.raw, code: code) else { return }
    if let known = role.known { read(known, locals: locals, at: index, into: &reading) }
    for local in locals where role.candidates.contains(local.name) {
      guard case .object(let object) = local.value else { continue }
      if let source = objects.source(at: object) { reading.add(source, atFrame: index) }
      if reading.route.pattern == nil, let route = objects.routeOfRequest(at: object) { reading.route.merge(route) }
    }
  }

  private func read(
    _ known: KnownFrame, locals: [(name: String, value: StackValue)], at index: Int, into reading: inout StackReading
  ) {
    func resolve(_ path: LocalPath) -> RemoteAddress? {
      for local in locals where local.name == path.local {
        if case .object(let object) = local.value { return objects.follow(path.steps, from: object) }
      }
      return nil
    }
    for fact in known.facts {
      switch fact {
      case .request(let path):
        guard let object = resolve(path), let source = objects.source(at: object) else { continue }
        if reading.sources.isEmpty, known.server != nil { reading.isRootedInServer = true }
        reading.add(source, atFrame: index)
      case .start(let path, let clock):
        if reading.start == nil, let object = resolve(path) { reading.start = start(at: object, by: clock) }
      case .peer(let path):
        reading.peer = reading.peer ?? objects.endpoint(resolve(path))
      case .link(let path):
        if let object = resolve(path), !objects.isNone(object) { reading.links.insert(object) }
      case .views(let path):
        reading.views = reading.views ?? resolve(path)
      case .route(let path):
        if let object = resolve(path) { objects.readRoute(at: object, into: &reading) }
      case .handler(let path):
        if let object = resolve(path), let type = objects.type(of: object) { reading.route.view = type.name }
      case .daphneConnections(let path):
        guard let object = resolve(path) else { continue }
        notes.merge(objects.daphneTasks(inConnectionsAt: object)) { first, _ in first }
      case .stale: continue
      }
    }
  }

  private func start(at object: RemoteAddress, by clock: KnownFrame.Clock) -> StartTime? {
    switch clock {
    case .epoch: objects.double(object).map { .epoch($0) }
    // gunicorn sets 0 where it keeps no access log.
    case .monotonic: objects.double(object).flatMap { $0 > 0 ? .monotonic($0) : nil }
    case .wallClock: objects.wallClock(object).map { .wallClock($0) }
    }
  }

  /// Any variable that is a dict with the marks of a request, whatever its name; and the request of an application's `self`.
  private func readUnknown(_ frame: Frame, at index: Int, into reading: inout StackReading) {
    guard let code = frame.code else { return }
    let role = role(of: code)
    guard role.known?.isStale != true, let locals = try? runtime.locals(of: frame.raw, code: code) else { return }
    for local in locals where remaining > 0 {
      guard case .object(let object) = local.value else { continue }
      remaining -= 1
      if objects.type(of: object)?.isDict == true {
        if let source = objects.dictSource(at: object) { reading.add(source, atFrame: index) }
      } else if local.name == "self", !role.isLibrary {
        // A library's objects outlive requests and keep the last one; an application's handler is made for one.
        for name in ["request", "environ", "scope"] {
          guard let held = objects.attribute(name, of: object), let source = objects.source(at: held) else { continue }
          reading.add(source, atFrame: index)
          break
        }
      }
    }
  }

  private func addNote(to reading: inout StackReading) {
    guard case .task(let address, _) = reading.carrier, let note = notes[RemoteAddress(address)] else { return }
    reading.server = note.server
    reading.start = reading.start ?? note.start
    reading.isRootedInServer = true
  }

  // MARK: - Local time

  /// What local time is ahead of UTC in the target, without and with daylight saving: `time.timezone` and `time.altzone`,
  /// which are seconds west.
  private func localZones() -> [Int] {
    guard let interpreter = try? runtime.interpreters().first,
      let time = (try? runtime.namespace(ofModule: "time", in: interpreter)) ?? nil
    else { return [0] }
    func number(_ name: String) -> Int? { objects.signedInteger((try? runtime.lookUp(name, inDictAt: time)) ?? nil) }
    guard let standard = number("timezone") else { return [0] }
    var zones = [-standard]
    if number("daylight") != 0, let daylight = number("altzone") { zones.append(-daylight) }
    return zones
  }
}
