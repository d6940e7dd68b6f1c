import Testing

@testable import Catalog

/// Masters and workers, told by who started whom.
@Suite struct ProcessRoleTests {
  private static let python = "/srv/venv/bin/python"
  private static let spawn = [
    python, "-c", "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=7)",
    "--multiprocessing-fork",
  ]
  private static let tracker = [python, "-c", "from multiprocessing.resource_tracker import main;main(5)"]
  private static let forkServer = [
    python, "-c", "from multiprocessing.forkserver import main; main(9, 10, ['__main__'], **{})",
  ]

  /// Processes by their parent's pid and command line, numbered from 100; their roles and names.
  private func roles(_ processes: (parent: Int32, words: [String])...) -> [Application] {
    var rows = processes.enumerated().map { index, process in
      ProcessTable.Row(
        pid: Int32(100 + index), startTime: 0, parent: process.parent,
        application: Application(ofPythonIn: process.words),
        arguments: process.words, location: nil, problem: nil)
    }
    ProcessTable.giveRoles(&rows)
    return rows.map(\.application)
  }

  private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  @Test func forkedWorkersOfAServerHaveItsCommandLine() {
    let line = words("\(Self.python) /srv/venv/bin/gunicorn -w 2 shop:app")
    let found = roles((1, line), (100, line), (100, line))
    #expect(found.map(\.role) == [.master, .worker, .worker])
    #expect(found.map(\.name) == ["shop", "shop", "shop"])
  }

  @Test func spawnedWorkersTakeTheNameOfTheirParent() {
    let found = roles(
      (1, words("\(Self.python) -m uvicorn shop.main:app --workers 2")), (100, Self.tracker), (100, Self.spawn),
      (100, Self.spawn))
    #expect(found.map(\.role) == [.master, .single, .worker, .worker])
    #expect(found.map(\.name) == ["shop.main", nil, "shop.main", "shop.main"])
    #expect(found.map(\.server) == ["uvicorn", nil, "uvicorn", "uvicorn"])
  }

  @Test(arguments: ["-m uvicorn shop:app", "-m daphne shop:app", "-m waitress shop:app", "app.py"])
  func aProgramWithAPoolOfItsOwnStaysWhatItIs(line: String) {
    let parent = words("\(Self.python) \(line)")
    let forked = roles((1, parent), (100, parent))
    #expect(forked.map(\.role) == [.single, .worker])
    let spawned = roles((1, parent), (100, Self.spawn))
    #expect(spawned.map(\.role) == [.single, .worker])
    #expect(spawned[0].name == spawned[1].name)
  }

  @Test func aForkServerServesNobodyAndItsChildrenDo() {
    let found = roles((1, words("\(Self.python) app.py")), (100, Self.forkServer), (101, Self.forkServer))
    #expect(found.map(\.role) == [.single, .master, .worker])
    #expect(found.map(\.name) == ["app", "app", "app"])
  }

  @Test func aReloaderMayCallTheInterpreterOtherwise() {
    let found = roles(
      (1, words("python -W ignore manage.py runserver")), (100, words("/usr/bin/python3 manage.py runserver")))
    #expect(found.map(\.role) == [.master, .worker])
  }

  @Test func aChildWithAProgramOfItsOwnIsNoWorker() {
    let found = roles(
      (1, words("\(Self.python) -m gunicorn shop:app")), (100, words("\(Self.python) import.py")),
      (100, [Self.python, "-c", "print()"]))
    #expect(found.map(\.role) == [.single, .single, .single])
    #expect(found.map(\.name) == ["shop", "import", nil])
  }

  @Test func celerysWorkersTakeTheApplicationFromTheMainProcess() {
    let found = roles(
      (1, ["[celeryd: celery@web1:MainProcess] -active- (-A shop worker)"]),
      (100, ["[celeryd: celery@web1:ForkPoolWorker-1]"]))
    #expect(found.map(\.name) == ["shop", "shop"])
    #expect(found.map(\.role) == [.master, .worker])
  }

  @Test func titlesKeepTheirOwnRoles() {
    let found = roles((1, ["gunicorn: master [shop]"]), (100, ["gunicorn: worker [shop]"]))
    #expect(found.map(\.role) == [.master, .worker])
  }

  @Test func aParentMayHaveTheHigherNumber() {
    // After the numbers went round: 101 is the master of 100, and 102 its worker too.
    let line = words("\(Self.python) -m gunicorn shop:app")
    let found = roles((101, line), (1, line), (101, line))
    #expect(found.map(\.role) == [.worker, .master, .worker])
  }

  @Test func aRingOfParentsEnds() {
    let line = words("\(Self.python) -m gunicorn shop:app")
    #expect(roles((101, line), (100, line)).count == 2)
  }
}
