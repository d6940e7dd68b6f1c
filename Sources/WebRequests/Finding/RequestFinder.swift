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
    if roles.count > Self.roleLimit { roles.removeAll() }
    // All files first: a folder of packages that one stack shows holds for every other.
    for stack in stacks {
      for frame in stack.stack.frames { learn(frame) }
    }
    let readings = stacks.map { read($0) }
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
    if let path = known.request, let object = resolve(path), let source = objects.source(at: object) {
      reading.add(source, atFrame: index)
      if known.server != nil, reading.sources.count == 1 { reading.isRootedInServer = true }
      if source.kind == .tornado, reading.route.isEmpty, let handler = resolve("self") {
        reading.route.view = objects.type(of: handler)?.name
      }
    }
    if let start = known.start, reading.start == nil, let object = resolve(start.path) {
      switch start.clock {
      case .epoch: reading.start = objects.double(object).map { .epoch($0) }
      case .monotonic: reading.start = objects.double(object).flatMap { $0 > 0 ? .monotonic($0) : nil }
      case .wallClock: reading.start = objects.wallClock(object).map { .wallClock($0) }
      }
    }
    for path in known.links {
      if let object = resolve(path), !objects.isNone(object) { reading.links.insert(object) }
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

  // MARK: - One request

  private func request(
    of group: [StackReading], withHeaders: Bool, at look: LookTime, zones: [Int]
  ) -> WebRequest? {
    let stacks = RequestGroups.ordered(group)
    var result: RequestFacts?
    // The outermost source is what the server made; inner ones may be copies with a part of the path cut off (mounts), but
    // know more of the route.
    for source in stacks.flatMap(\.sources) {
      guard let facts = objects.facts(of: source, withHeaders: withHeaders && result == nil) else { continue }
      guard var known = result else {
        result = facts
        continue
      }
      if let route = facts.request.route {
        var merged = known.request.route ?? WebRequest.Route()
        merged.merge(route)
        known.request.route = merged
      }
      known.request.server = known.request.server ?? facts.request.server
      known.start = known.start ?? facts.start
      result = known
    }
    guard let facts = result else { return nil }
    var request = facts.request
    request.server = stacks.compactMap(\.server).first ?? request.server
    var route = request.route ?? WebRequest.Route()
    for stack in stacks { route.merge(stack.route) }
    request.route = route.isEmpty ? nil : route
    request.carriers = stacks.map(\.carrier)
    request.isConsistent = stacks.allSatisfy(\.isConsistent)
    request.duration = (stacks.compactMap(\.start).first ?? facts.start)?.duration(at: look, zones: zones) ?? .unknown
    place(&request, on: stacks)
    return request
  }

  /// The application's innermost frame is on the innermost stack that has one.
  private func place(_ request: inout WebRequest, on stacks: [StackReading]) {
    for stack in stacks.reversed() {
      let own = stack.outermost >= 0 ? stack.frames[...stack.outermost] : stack.frames[...]
      guard let index = own.firstIndex(where: { isApplication($0) }) else { continue }
      request.place = CodePlace(own[index])
      request.innermost = own.first.flatMap { CodePlace($0) }
      return
    }
    request.innermost = stacks.last?.frames.first.flatMap { CodePlace($0) }
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
