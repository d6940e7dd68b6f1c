import Glibc
import TestSupport
import Testing

@testable import Catalog

@Suite struct TargetTests {
  @Test(arguments: [
    ("4711", TargetWord.process(4711)), ("2147483647", .process(.max)), ("4711/children", .children(of: 4711)),
    ("shop", .application("shop")), ("shop.app", .application("shop.app")), ("3shop", .application("3shop")),
    ("shop/children", .application("shop/children")), ("localhost:8000:1001", .application("localhost:8000:1001")),
  ])
  func theFormSaysWhatIsMeant(word: String, meaning: TargetWord) throws { #expect(try TargetWord(word) == meaning) }

  @Test(arguments: ["4711/", "4711/child", "4711/children/", "4711//children"])
  func otherFormsAreRefused(word: String) {
    #expect(throws: CommandError.self) { try TargetWord(word) }
  }

  @Test(arguments: [
    ("shop.app", "shop.app", true), ("shop.app", "shop", true), ("shop.app", "app", false), ("app", "app.py", true),
    ("shop.app", "sho", false), ("localhost:8000:1", "localhost", true), ("shop", "SHOP", false),
  ])
  func aNameMeansAnApplicationByItsWholeOrItsFirstPart(name: String, target: String, isNamed: Bool) {
    #expect(Application(name: name, server: nil).isNamed(target) == isNamed)
  }

  @Test func anApplicationWithoutANameIsNeverNamed() { #expect(!Application(name: nil, server: "uwsgi").isNamed("")) }

  // MARK: - Among live processes

  /// The cause of a failure to resolve, and its hint.
  private func failure(_ words: String...) -> CommandError? {
    var resolver = TargetResolver()
    do throws(CommandError) {
      _ = try resolver.resolve(words)
      return nil
    } catch {
      return error
    }
  }

  @Test func noSuchProcessIsSaid() throws {
    let child = try ChildProcess(["true"])
    _ = try child.waitForExit()
    // Reaped: its number belongs to nobody for as long as the kernel has others.
    #expect(failure("\(child.pid)")?.cause == .noSuchProcess)
    #expect(failure("\(child.pid)/children")?.cause == .noSuchProcess)
  }

  @Test func aZombieIsSaid() throws {
    let parent = try ChildProcess(["/usr/bin/python3", "-c", Self.parentOfAZombie])
    let zombie = try parent.line()
    #expect(failure(zombie)?.cause == .zombie)
  }

  private static let parentOfAZombie = """
    import os, sys
    pid = os.fork()
    if pid == 0: os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    print(pid, flush=True)
    sys.stdin.read()
    """

  @Test func aProcessWithoutPythonChildrenIsSaid() throws {
    let child = try ChildProcess(["sleep", "60"])
    let failure = failure("\(child.pid)/children")
    #expect(failure?.cause == .noSuchTarget)
    #expect(failure?.message == "process \(child.pid) has no children that run Python")
  }

  @Test func childrenAreThoseOfTheProcess() throws {
    let parent = try ChildProcess(["/usr/bin/python3", "-c", Self.parentOfASleeper])
    let child = try parent.line()
    var resolver = TargetResolver()
    #expect(try resolver.resolve(["\(parent.pid)/children"]).map { String($0.pid) } == [child])
  }

  private static let parentOfASleeper = """
    import os, sys
    pid = os.fork()
    if pid: print(pid, flush=True)
    sys.stdin.read()
    """

  @Test func anUnknownNameIsSaid() { #expect(failure("no-such-application")?.cause == .noSuchTarget) }

  @Test func aNameMeansAllItsProcessesAndAPidOne() throws {
    let folder = "/tmp/ispy-targets-\(getpid())"
    let script = folder + "/storefront\(getpid()).py"
    try TextFile.write("import sys\nprint('up', flush=True)\nsys.stdin.read()\n", to: script)
    defer {
      unlink(script)
      rmdir(folder)
    }
    let children = try (0..<2).map { _ in try ChildProcess(["/usr/bin/python3", script]) }
    for child in children { #expect(try child.line() == "up") }
    let pids = Set(children.map(\.pid))
    var resolver = TargetResolver()
    let named = try resolver.resolve(["storefront\(getpid())"])
    #expect(Set(named.map(\.pid)) == pids)
    // Each once, whatever it is called.
    let both = try resolver.resolve(["storefront\(getpid())", "\(children[0].pid)"])
    #expect(both.count == 2)
    #expect(try resolver.resolveOne("\(children[1].pid)").application.name == "storefront\(getpid())")
    #expect(throws: CommandError.self) { try resolver.resolveOne("storefront\(getpid())") }
    let near = failure("storefrnt\(getpid())")
    #expect(near?.hint == "did you mean storefront\(getpid())?")
  }

  /// Reads of files under `/proc` and others that this thread has made: work, whatever time it took.
  private func reads(_ body: () throws -> Void) throws -> Int {
    func count() throws -> Int {
      let text = try TextFile.read("/proc/thread-self/io")
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("syscr: ") })
      return try #require(Int(line.dropFirst(7)))
    }
    let before = try count()
    try body()
    return try count() - before
  }

  @Test func aPidIsTakenWithoutALookAtAllProcesses() throws {
    let target = try ChildProcess(["/usr/bin/python3", "-c", "import sys; print('up', flush=True); sys.stdin.read()"])
    #expect(try target.line() == "up")
    var found: [Int32] = []
    let alone = try reads { found.append(try TargetNames.pid(of: "\(target.pid)")) }
    let crowd = try (0..<40).map { _ in try ChildProcess(["sleep", "60"]) }
    let among = try reads { found.append(try TargetNames.pid(of: "\(target.pid)")) }
    let ofAll = try reads { _ = TargetNames.all }
    #expect(found == [target.pid, target.pid])
    // Each process of a table takes two reads and more.
    #expect(among < alone + crowd.count)
    #expect(ofAll > 2 * crowd.count)
  }

  @Test func aNumberOfTheListIsAProcess() throws {
    let target = try ChildProcess(["/usr/bin/python3", "-c", "import sys; print('up', flush=True); sys.stdin.read()"])
    #expect(try target.line() == "up")
    // Others start and end processes meanwhile: the number is asked for until the list stood still.
    var isFound = false
    for _ in 0..<200 where !isFound {
      let rows = try ProcessTable().rows
      let index = try #require(rows.firstIndex { $0.pid == target.pid })
      isFound = (try? TargetNames.pid(of: "\(index + 1)")) == target.pid
    }
    #expect(isFound)
  }

  @Test func whoIsOutOfPatienceIsToldByTheCommandLine() throws {
    let target = try ChildProcess(["/usr/bin/python3", "-c", "import sys; print('up', flush=True); sys.stdin.read()"])
    #expect(try target.line() == "up")
    let (quick, whole) = (try ProcessTable(patience: .zero), try ProcessTable())
    let row = try #require(quick.rows.first { $0.pid == target.pid })
    #expect(row.location == nil && row.problem == nil)
    #expect(whole.rows.first { $0.pid == target.pid }?.location != nil)
  }

  @Test func completionOffersNamesWithWhatStandsBehindThem() {
    func row(_ pid: Int32, _ application: Application) -> ProcessTable.Row {
      .init(pid: pid, startTime: 0, parent: 1, application: application, arguments: [], location: nil, problem: nil)
    }
    let names = TargetNames.names(of: [
      row(10, Application(name: "shop", server: "gunicorn", role: .master)),
      row(11, Application(name: "shop", server: "gunicorn", role: .worker)),
      row(12, Application(name: "app", server: nil)), row(13, Application(name: nil, server: nil)),
    ])
    #expect(
      names == [
        .init("app", "1 process"), .init("shop", "gunicorn, 2 processes"), .init("10", "shop gunicorn master"),
        .init("11", "shop gunicorn worker"), .init("12", "app"), .init("13", "Python"),
      ])
  }
}
