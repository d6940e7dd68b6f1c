import Catalog
import Glibc
import Profiles
import TestSupport
import Testing

/// `ispy record` by request and by task, on programs of which it is known what each does.
@Suite(.serialized) struct RecordWorkTests {
  private func record(_ target: PythonTarget, _ options: String...) throws -> Profile {
    let run = try IspyRun(["record", "--json", "\(target.pid)"] + options)
    #expect(run.code == 0, "\(run.errors)")
    return try run.decoded(as: RecordResult.self).profile
  }

  /// Every stack with its track: names of functions, outermost first.
  private func stacks(_ profile: Profile) -> [(track: Profile.Track, names: [String], count: Int)] {
    profile.stacks.map { entry in
      (
        profile.tracks[entry.track],
        profile.path(to: entry.node).map { profile.functions[profile.locations[$0].function].name }, entry.count
      )
    }
  }

  // MARK: - Requests

  @Test(arguments: PythonInterpreter.installed) func noRequestHasTheWorkOfAnother(python: PythonInterpreter) throws {
    let target = try python.run("served_work.py")
    defer { target.end() }
    let profile = try record(target, "--by-request", "-d", "3s")
    var served: [String: Int] = [:]
    var foreign = 0
    for (track, names, count) in stacks(profile) {
      let request = track.request ?? "none"
      if names.contains("checkout") || names.contains("orders") { served[request, default: 0] += count }
      let isForeign =
        request.hasPrefix("POST /checkout") && names.contains("orders")
        || request.hasPrefix("GET /orders") && names.contains("checkout")
      if isForeign { foreign += count }
    }
    let checkout = served.filter { $0.key.hasPrefix("POST /checkout/") }.values.reduce(0, +)
    let orders = served.filter { $0.key.hasPrefix("GET /orders/") }.values.reduce(0, +)
    #expect(checkout > 0 && orders > 0, "\(served)")
    let all = served.values.reduce(0, +)
    // A thread may end one request and begin the next between two looks, with the same frames and an object in the same place.
    #expect(foreign * 200 <= all, "\(foreign) of \(all)")
    // Threads come and go with each request here: what they did before they were first looked for is of no request.
    #expect(Double(checkout + orders) > 0.5 * Double(all), "\(served)")
    #expect(profile.about.notes.contains { $0.hasPrefix("requests were looked for") })
  }

  @Test func onlyWhatServesTheRequest() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.root == nil && $0.minor >= 11 })
    let target = try python.run("served_work.py")
    defer { target.end() }
    for mode in ["wall", "cpu"] {
      let profile = try record(target, "--request", "POST /checkout", "-d", "2s", "-r", "500", "--mode", mode)
      #expect(!profile.stacks.isEmpty)
      for (track, names, _) in stacks(profile) {
        #expect(track.request?.hasPrefix("POST /checkout/") == true)
        #expect(!names.contains("orders"))
      }
      #expect(profile.functionShares().contains { $0.function.name == "checkout" })
      #expect(profile.about.filters == ["requests POST /checkout"])
      #expect(profile.about.notes.contains { $0.contains("served POST /checkout") })
    }
  }

  @Test(arguments: ["gunicorn-gthread", "gunicorn-gevent", "uvicorn-uvloop"])
  func aHeldRequestIsFoundOnItsServer(server: String) throws {
    let application = server.hasPrefix("uvicorn") ? "asgi_plain" : "wsgi_flask"
    let python = try #require(PythonInterpreter.installed.first { $0.serverCommand != nil && $0.minor >= 11 })
    let web: WebServer
    do {
      web = try WebServer(server, application, on: python)
    } catch TestSupportError.missing {
      return
    }
    let held = try web.hold("/hold/one", headers: ["Authorization": "Bearer abc"])
    defer { _ = try? held.release() }
    let run = try IspyRun(["record", "--json", "\(held.pid)", "--request", "/hold", "--tasks", "-d", "3s"])
    #expect(run.code == 0, "\(run.errors)")
    let profile = try run.decoded(as: RecordResult.self).profile
    let shares = profile.functionShares()
    #expect(shares.contains { ["hold", "hold_async"].contains($0.function.name) }, "\(shares.map(\.function.name))")
    for track in Set(profile.stacks.map { profile.tracks[$0.track].request }) {
      #expect(track?.hasPrefix("GET /hold") == true)
    }
  }

  // MARK: - Tasks and greenlets

  @Test func everyGreenletThatWaitsHasItsOwnStack() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.serverCommand != nil && $0.minor >= 11 })
    let target = try python.run("greenlets.py", ["gevent"], withServers: true)
    defer { target.end() }
    let profile = try record(target, "--tasks", "-d", "2s")
    var seen: [String: [[String]]] = [:]
    for (track, names, _) in stacks(profile) { seen[track.name, default: []].append(names) }
    for name in ["sleeper", "waiter", "locker", "getter", "receiver"] {
      let stacks = seen["greenlet \(name)"] ?? []
      #expect(!stacks.isEmpty, "\(seen.keys)")
      for names in stacks {
        #expect(names.contains { $0.hasSuffix("wait_for_\(name)") }, "\(names)")
        for other in ["sleeper", "waiter", "locker", "getter", "receiver"] where other != name {
          #expect(!names.contains { $0.hasSuffix("wait_for_\(other)") }, "\(names)")
        }
      }
    }
    // Each stands for the time that was recorded.
    let waited = profile.stacks.filter { profile.tracks[$0.track].name == "greenlet sleeper" }
      .reduce(0) { $0 + $1.nanoseconds }
    #expect(waited > 0 && Double(waited) <= 2.05e9, "\(waited)")
  }

  @Test(arguments: PythonInterpreter.installed) func everyTaskHasItsOwnStack(python: PythonInterpreter) throws {
    let target = try python.run("task_work.py")
    defer { target.end() }
    try checkTasks(of: target, loop: "run_forever")
  }

  @Test func tasksOfUvloopToo() throws {
    let python = try #require(PythonInterpreter.installed.first { $0.serverCommand != nil && $0.minor >= 11 })
    let target = try python.run("task_work.py", ["uvloop"], withServers: true)
    defer { target.end() }
    try checkTasks(of: target, loop: "run")
  }

  private func checkTasks(of target: PythonTarget, loop: String) throws {
    let profile = try record(target, "--tasks", "-d", "2s")
    var seen: [String: Set<[String]>] = [:]
    for (track, names, _) in stacks(profile) where names.last != "[uncertain]" {
      seen[track.name, default: []].insert(names)
    }
    #expect(seen["task reader"]?.contains(["read", "Queue.get", "[awaits Queue.get]"].old(target.python)) == true)
    #expect(seen["task sleeper"]?.contains(["doze", "sleep", "[awaits sleep]"]) == true)
    // Those without a name go by their coroutine, and there are three of them at every look.
    #expect(seen["task want"]?.contains { $0.first == "want" && $0.last == "[awaits Lock]" } == true, "\(seen)")
    #expect(seen["task spinner"]?.contains { $0.starts(with: ["spin", "spend"]) } == true, "\(seen)")
    for name in ["task reader", "task sleeper", "task want", "task spinner"] {
      #expect(seen[name]?.contains { $0.contains(loop) } != true)
    }
  }
}

extension [String] {
  /// Before 3.11 code objects know no qualified name.
  fileprivate func old(_ python: PythonInterpreter) -> [String] {
    python.minor >= 11 ? self : map { $0.hasPrefix("[") ? $0 : String($0.split(separator: ".").last ?? "") }
  }
}
