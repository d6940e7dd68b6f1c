import RemoteProcess
import TestSupport
import Testing

@testable import CPython

/// Greenlets of real processes, read from outside on every Python that has the package.
struct GreenletTests {
  private func functions(_ runtime: Runtime, _ greenlet: Greenlet) -> [String] {
    runtime.stack(of: greenlet).frames.map { $0.code?.name ?? "?" }
  }

  @Test(arguments: PythonInterpreter.withServers)
  func suspendedGreenletsHaveTheirOwnStacks(python: PythonInterpreter) throws {
    let target = try python.run("greenlets.py", withServers: true)
    defer { target.end() }
    let process = try PythonProcess(pid: target.pid)
    let runtime = process.runtime
    let greenlets = try process.greenlets()
    let suspended = greenlets.filter { $0.state == .suspended }
    #expect(suspended.count == 3)
    var labels: Set<String> = []
    for greenlet in suspended {
      #expect(functions(runtime, greenlet) == ["inner", "outer"])
      #expect(greenlet.typeName == "greenlet.greenlet")
      #expect(greenlet.quality == .consistent)
      #expect(greenlet.failure == nil)
      #expect(!greenlet.isMain)
      #expect(greenlet.thread?.threadID == (try runtime.mainThreadID()))
      let frame = try #require(greenlet.frames.last)
      let label = try #require(
        try runtime.local("label", of: frame, code: runtime.codeObject(at: frame.code)))
      labels.insert(try runtime.string(at: label, limit: 100).text)
    }
    #expect(labels == ["greenlet 0", "greenlet 1", "greenlet 2"])
    let main = try #require(greenlets.first { $0.isMain })
    #expect(main.state == .running)
    #expect(main.thread?.threadID == (try runtime.mainThreadID()))
    #expect(functions(runtime, main).suffix(2) == ["run_plain", "<module>"])
    #expect(greenlets.count == 4)
  }

  @Test(arguments: PythonInterpreter.withServers)
  func greenletsOfGeventHaveTheirNames(python: PythonInterpreter) throws {
    let target = try python.run("greenlets.py", ["gevent"], withServers: true)
    defer { target.end() }
    let process = try PythonProcess(pid: target.pid)
    // The main greenlet may not have come to its wait when it said that it is ready.
    var greenlets = try process.greenlets()
    while greenlets.first(where: \.isMain)?.state != .suspended {
      process.runtime.memory.forgetAll()
      greenlets = try process.greenlets()
    }
    var named: [String: Greenlet] = [:]
    for greenlet in greenlets { if let name = greenlet.name { named[name] = greenlet } }
    for name in ["sleeper", "waiter", "holder", "locker", "getter", "receiver"] {
      let greenlet = try #require(named[name], "\(python) \(name)")
      #expect(functions(process.runtime, greenlet).suffix(2) == ["wait_for_\(name)", "work"], "\(python) \(name)")
      #expect(greenlet.state == .suspended)
      #expect(
        greenlet.typeName == "gevent._gevent_cgreenlet.Greenlet" || greenlet.typeName == "gevent.greenlet.Greenlet")
      #expect(greenlet.failure == nil)
    }
    let hub = try #require(greenlets.first { $0.typeName == "gevent.hub.Hub" })
    #expect(hub.state == .running)
    #expect(functions(process.runtime, hub).last == "run")
    let main = try #require(greenlets.first { $0.isMain })
    #expect(functions(process.runtime, main).suffix(2) == ["run_gevent", "<module>"])
  }

  @Test(arguments: PythonInterpreter.withServers)
  func whatOnlyLooksLikeAGreenletIsNone(python: PythonInterpreter) throws {
    let target = try python.run("greenlets.py", ["unused"], withServers: true)
    defer { target.end() }
    #expect(try PythonProcess(pid: target.pid).greenlets().isEmpty)
  }

  @Test(arguments: PythonInterpreter.withServers)
  func aProcessWithoutTheModuleHasNoGreenlets(python: PythonInterpreter) throws {
    let target = try python.run("deep_recursion.py", ["10"])
    defer { target.end() }
    #expect(try PythonProcess(pid: target.pid).greenlets().isEmpty)
  }
}
