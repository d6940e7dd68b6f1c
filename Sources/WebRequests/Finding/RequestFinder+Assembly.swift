import CPython
import RemoteProcess

/// Makes a request of the stacks that serve it.
extension RequestFinder {
  func request(
    of group: [StackReading], withHeaders: Bool, at look: LookTime, zones: [Int]
  ) -> WebRequest? {
    let stacks = RequestGroups.ordered(group)
    guard let facts = facts(of: stacks.flatMap(\.sources), withHeaders: withHeaders) else { return nil }
    var request = facts.request
    request.server = stacks.compactMap(\.server).first ?? request.server
    request.route = route(facts.request.route, on: stacks)
    request.carriers = stacks.map(\.carrier)
    request.depths = stacks.map { $0.outermost < 0 ? nil : $0.frames.count - 1 - $0.outermost }
    request.isConsistent = stacks.allSatisfy(\.isConsistent)
    request.connection = stacks.compactMap(\.peer).first ?? request.client.flatMap { $0.port == nil ? nil : $0 }
    request.duration = (stacks.compactMap(\.start).first ?? facts.start)?.duration(at: look, zones: zones) ?? .unknown
    place(&request, on: stacks)
    return request
  }

  /// The outermost source is what the server made. Inner ones may be copies with a part of the path cut off (mounts), but
  /// know more of the route.
  private func facts(of sources: [RequestSource], withHeaders: Bool) -> RequestFacts? {
    var result: RequestFacts?
    for source in sources {
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
    return result
  }

  /// What the frames say wins: they have the paths of mounts, which a scope has not.
  private func route(_ noted: WebRequest.Route?, on stacks: [StackReading]) -> WebRequest.Route? {
    var route = WebRequest.Route()
    for stack in stacks { route.merge(stack.route) }
    if let noted { route.merge(noted) }
    if route.view == nil, let name = route.name, let views = stacks.compactMap(\.views).first,
      let view = (try? runtime.lookUp(name, inDictAt: views)) ?? nil
    {
      route.view = objects.callableName(view)
    }
    return route.isEmpty ? nil : route
  }

  /// The application's innermost frame: on the stack that runs the view, else on the innermost stack with any code of the
  /// application's.
  private func place(_ request: inout WebRequest, on stacks: [StackReading]) {
    let candidates = stacks.reversed().filter { applicationFrame(of: $0) != nil }
    let view = request.route?.view
    let chosen = candidates.first { stack in view.map { runs($0, on: stack) } ?? false } ?? candidates.first
    guard let chosen, let index = applicationFrame(of: chosen) else {
      request.placeCarrier = stacks.last?.carrier
      request.innermost = stacks.last?.frames.first.flatMap { CodePlace($0) }
      return
    }
    request.placeCarrier = chosen.carrier
    request.place = CodePlace(chosen.frames[index])
    request.innermost = chosen.frames.first.flatMap { CodePlace($0) }
  }

  /// Frames beyond the outermost that knows of the request belong to the server: `app.run()` in an application's file too.
  private func applicationFrame(of stack: StackReading) -> Int? {
    let own = stack.outermost >= 0 ? stack.frames[...stack.outermost] : stack.frames[...]
    return own.firstIndex { isApplication($0) }
  }

  /// A view is named with its module, `shop.views.order`, and a frame without.
  private func runs(_ view: String, on stack: StackReading) -> Bool {
    stack.frames.contains { frame in
      guard let code = frame.code, isApplication(frame) else { return false }
      return view == code.qualifiedName || view.hasSuffix("." + code.qualifiedName)
    }
  }
}
