import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Catalog

/// When a command that goes on looks at every process of the host: where somebody has joined, and otherwise not.
@Suite struct NewcomerSearchTests {
  /// Starts what a line says: `fork` a child that is Python, `sleep` one that is not; prints its pid.
  private static let parent = """
    import os, subprocess, sys
    reading, writing = os.pipe()
    print("up", flush=True)
    for line in sys.stdin:
        pid = os.fork() if line.strip() == "fork" else subprocess.Popen(["sleep", "600"]).pid
        if pid:
            print(pid, flush=True)
        else:
            # Until the parent has ended.
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
    """

  private func parent() throws -> ChildProcess {
    let child = try ChildProcess(["/usr/bin/python3", "-I", "-c", Self.parent])
    #expect(try child.line() == "up")
    return child
  }

  @Test func whereNobodyJoinedNothingIsDue() throws {
    let parent = try parent()
    var search = NewcomerSearch(["\(parent.pid)/children"])
    let answers = (0..<3).map { _ in search.isDue(besides: []) }
    #expect(answers == [false, false, false])
  }

  @Test func aChildThatIsPythonIsAReasonOnce() throws {
    let parent = try parent()
    var search = NewcomerSearch(["\(parent.pid)/children"])
    try parent.send("fork")
    let child = try #require(Int32(try parent.line()))
    let answers = [search.isDue(besides: []), search.isDue(besides: [child]), search.isDue(besides: [])]
    #expect(answers == [true, false, false])
  }

  @Test func aSiblingOfOneThatIsKnownIsAReasonToo() throws {
    let parent = try parent()
    try parent.send("fork")
    let known = try #require(Int32(try parent.line()))
    var search = NewcomerSearch(["shop"])
    let before = search.isDue(besides: [known])
    try parent.send("fork")
    _ = try parent.line()
    let after = search.isDue(besides: [known])
    #expect(!before && after)
  }

  @Test func aChildThatIsNotPythonIsNone() throws {
    let parent = try parent()
    var search = NewcomerSearch(["\(parent.pid)/children"])
    try parent.send("sleep")
    let sleeper = try #require(Int32(try parent.line()))
    let answers = (0..<3).map { _ in search.isDue(besides: []) }
    #expect(answers == [false, false, false])
    kill(sleeper, SIGKILL)
  }

  @Test func aPidStaysWhatItIs() throws {
    let parent = try parent()
    var search = NewcomerSearch(["\(parent.pid)"])
    try parent.send("fork")
    _ = try parent.line()
    let isDue = search.isDue(besides: [parent.pid])
    #expect(!search.isPossible && !isDue)
  }

  /// Of a recording that lasts longer than the time between two searches.
  @Test func aRecordingLooksAtAllProcessesForAReasonOnly() throws {
    let parent = try parent()
    var resolver = TargetResolver()
    // A child of its own, whose siblings no other test starts.
    try parent.send("fork")
    let targets = try resolver.resolve([try parent.line()])
    let entry = CatalogEntry.record
    func searches(during event: @escaping @Sendable (ChildProcess) throws -> Void) throws -> Int {
      let count = Atomic(0)
      let isDone = Atomic(false)
      let context = ExecutionContext(
        targets: targets,
        newcomers: { _ in
          count.add(1, ordering: .relaxed)
          return []
        },
        emit: { _ in
          if !isDone.exchange(true, ordering: .relaxed) { try? event(parent) }
          return true
        })
      _ = try entry.execute(
        Arguments(["\(parent.pid)/children", "-d", "5s", "-r", "10"], for: entry.specification), context)
      return count.load(ordering: .relaxed)
    }
    let quiet = try searches { _ in }
    let joined = try searches { parent in
      try parent.send("fork")
      _ = try parent.line()
    }
    #expect(quiet == 0 && joined == 1)
  }
}
