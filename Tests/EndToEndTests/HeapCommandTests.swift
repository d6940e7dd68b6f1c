import Catalog
import Foundation
import Glibc
import TestSupport
import Testing
import Values

/// `ispy heap` on real processes of every CPython found, held to what `gc.get_objects()` and `sys.getsizeof` say.
@Suite struct HeapCommandTests {
  private static let withLists = PythonInterpreter.installed.filter { !$0.isFreeThreaded }

  private func heap(_ target: PythonTarget, _ options: String...) throws -> ProcessHeap {
    let run = try IspyRun(["heap", "--json", "\(target.pid)", "--limit", "10000"] + options)
    #expect(run.code == 0, "\(run.errors)")
    let result = try run.decoded(as: HeapResult.self)
    #expect(result.schema == "ispyd.heap/1")
    return try #require(result.processes.first)
  }

  private func truth(_ target: PythonTarget) throws -> [String: [Int]] {
    try target.send("counts")
    return try JSONDecoder().decode([String: [Int]].self, from: Data(target.line().utf8))
  }

  @Test(arguments: withLists)
  func countsAndSizesAreWhatPythonSays(python: PythonInterpreter) throws {
    let target = try python.run("heap.py")
    defer { target.end() }
    // What is made by the first call is there at the second.
    _ = try truth(target)
    let truth = try truth(target)
    let heap = try heap(target)
    #expect(heap.losses.tornPlaces == 0 && heap.losses.lostObjects == 0)
    #expect(heap.objects == heap.types.reduce(0) { $0 + $1.count })
    #expect(heap.bytes == heap.types.reduce(0) { $0 + $1.bytes })
    var seen: [String: HeapType] = [:]
    for type in heap.types { seen[type.type] = type }
    // 3.12 moves immortal tuples to the permanent generation (Modules/gcmodule.c `update_refs`), which `gc.get_objects()`
    // leaves out and we do not.
    let frozen = try #require(truth["frozen"]?.first)
    for (name, row) in truth where row[0] >= 20 && name != "frozen" {
      // Types that are written in C name no module that could be read, or another than they say.
      guard let type = seen[name] else { continue }
      #expect(
        abs(type.count - row[0]) <= 3 + row[0] / 100 + (name == "tuple" ? frozen : 0),
        "\(name): \(type.count), not \(row[0])")
      // From 3.13 on the values lie in the instance, where getsizeof leaves them out.
      if name.hasPrefix("__main__."), python.minor >= 13 { continue }
      if name == "tuple", frozen > 0 { continue }
      let average = (Double(type.bytes) / Double(type.count), Double(row[1]) / Double(row[0]))
      // Some types of C have a `__sizeof__` of their own.
      let isExact = name.hasPrefix("__main__.") || ["dict", "list", "tuple", "frozenset", "function"].contains(name)
      if isExact { #expect(abs(average.0 - average.1) <= average.1 * 0.01, "\(name): \(average)") }
    }
    #expect(seen["__main__.Page"]?.count == 5000)
    #expect(seen["__main__.Slotted"]?.count == 300)
    for name in ["dict", "list", "tuple", "type", "function", "__main__.Page", "__main__.Slotted"] {
      #expect(seen[name] != nil, "\(name)")
    }
  }

  @Test(arguments: withLists)
  func holdersAreNamed(python: PythonInterpreter) throws {
    let target = try python.run("heap.py")
    defer { target.end() }
    func places(_ type: String) throws -> [String: Int] {
      let holders = try #require(try heap(target, "--type", type).holders)
      #expect(holders.isComplete)
      #expect(!holders.samples.isEmpty)
      return Dictionary(uniqueKeysWithValues: holders.places.map { ($0.place, $0.references) })
    }
    let pages = try places("__main__.Page")
    #expect(pages["module __main__ attribute PAGES (dict)"] == 5000, "\(pages)")
    #expect(pages["__main__.Shelf attribute page"] == 100, "\(pages)")
    #expect(pages["__main__.Slotted attribute left"] == 300, "\(pages)")
    #expect(try places("Slotted")["class __main__.Shelf attribute kept (list)"] == 300)
    let nested = try places("Nested")
    #expect(nested["module __main__ attribute DEEP (list in dict in list in dict)"] == 7, "\(nested)")
    #expect(nested["module __main__ attribute DEQUE (collections.deque)"] == 5, "\(nested)")
    let text = try IspyRun("heap", "\(target.pid)", "--type", "Page")
    #expect(text.output.contains("5000  module __main__ attribute PAGES (dict)"), "\(text.output)")
    #expect(text.output.contains("Page(number="), "\(text.output)")
  }

  @Test(arguments: withLists)
  func growthIsBetweenTwoLooks(python: PythonInterpreter) throws {
    let target = try python.run("heap.py")
    defer { target.end() }
    let child = try ChildProcess([
      try IspyRun.path(), "heap", "--json", "--interval", "2s", "--limit", "10000", "\(target.pid)",
    ])
    defer { child.end() }
    _ = poll(nil, 0, 1000)
    try target.send("grow")
    #expect(try target.line() == "grown")
    #expect(try child.waitForExit() == 0)
    let result = try JSONDecoder().decode(HeapResult.self, from: Data(child.transcript.utf8))
    #expect(result.interval == 2)
    let heap = try #require(result.processes.first)
    let page = try #require(heap.types.first { $0.type == "__main__.Page" })
    #expect(page.countBefore == 5000 && page.count == 6000)
    #expect((page.bytesBefore ?? 0) < page.bytes)
    #expect(heap.types.prefix(5).contains { $0.type == "__main__.Page" || $0.type == "list" })
    let growth = heap.types.map { $0.bytes - ($0.bytesBefore ?? 0) }
    #expect(growth == growth.sorted(by: >))
  }

  @Test func aTypeThatIsNotThereIsNamed() throws {
    let target = try #require(PythonInterpreter.named("3.12")).run("heap.py")
    defer { target.end() }
    let run = try IspyRun("heap", "\(target.pid)", "--type", "Paeg")
    #expect(run.code == CommandError.Cause.notFound.rawValue)
    #expect(run.errors.contains("Paeg") && run.errors.contains("did you mean Page?"), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test(arguments: PythonInterpreter.installed.filter(\.isFreeThreaded))
  func freeThreadedBuildsAreRefused(python: PythonInterpreter) throws {
    let target = try python.run("heap.py")
    defer { target.end() }
    let run = try IspyRun("heap", "\(target.pid)")
    #expect(run.code == CommandError.Cause.unknownBuild.rawValue)
    #expect(run.errors.contains("free-threaded"), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test func aBusyProcessIsCountedToo() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("threads.py", ["9", "9", "busy,sleeping"])
    defer { target.end() }
    for _ in 0..<5 {
      let run = try IspyRun("heap", "--json", "\(target.pid)")
      let heap = try #require(try run.decoded(as: HeapResult.self).processes.first)
      #expect(heap.objects > 5000)
    }
    #expect(try TruthfulThread.all(of: target).count > 1)
  }
}
