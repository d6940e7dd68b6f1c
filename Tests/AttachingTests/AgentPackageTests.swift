import Glibc
import TestSupport
import Testing

@testable import Attaching

/// The Python package, as Scripts/agent-package and Scripts/build-wheel put it together.
@Suite struct AgentPackageTests {
  private func withPackage(_ body: (String) throws -> Void) throws {
    let folder = try AgentPackage.folder(below: "")
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    try AgentPackage.assemble(in: folder)
    try body(folder + "/ispyd")
  }

  /// One agent: what an application loads is what is attached to others.
  @Test func itsPartsAreThoseThatTheProgramsCarry() throws {
    try withPackage { package in
      let core = try ["agent", "objects", "changes", "work"].map { try TextFile.bytes(package + "/parts/\($0).py") }
      #expect(Array(Bootstrap(patience: .zero).answer.dropFirst(40)) == Array(core.joined(separator: [0])))
      let others = Checkout.names(in: package + "/parts").filter {
        !["agent.py", "objects.py", "changes.py", "work.py"].contains($0)
      }
      #expect(others.count >= 7)
      // What some of them have in common comes before each of these.
      let shared = ["descriptions.py", "finding.py", "routes.py", "hooks.py"]
      let probing = [
        "expression_values.py", "expressions.py", "capture.py", "places.py", "lines.py", "limits.py", "takes.py",
        "counting.py", "kinds.py", "tracing.py", "measuring.py",
      ]
      #expect(Set(shared + probing + ["holders.py"]).isSubset(of: others))
      for name in others where !(shared + probing + ["holders.py"]).contains(name) {
        let plugin = name.replacing("_plugin", with: "").replacing(".py", with: "")
        let carried = try #require(Bootstrap.plugin(plugin), "\(name)")
        let own = try TextFile.bytes(package + "/parts/" + name)
        let before =
          switch plugin {
          case "sqlalchemy": Array(shared.prefix(2)) + ["holders.py"]
          case "django", "flask": Array(shared.prefix(3))
          case "debugger": ["hooks.py"]
          case "probe": shared + probing
          default: [] as [String]
          }
        #expect(try carried == before.flatMap { try TextFile.bytes(package + "/parts/" + $0) } + own, "\(name)")
      }
    }
  }

  @Test(arguments: PythonInterpreter.installed.filter { $0.root == nil })
  func itHasEveryCommandThatTheProgramsKnow(_ python: PythonInterpreter) throws {
    try withPackage { package in
      let source = "from ispyd._agent import agent; print(*agent['COMMANDS'], sep='|')"
      let child = try ChildProcess(
        python.command + ["-B", "-c", source], environment: ["PYTHONPATH": String(package.dropLast("/ispyd".count))])
      #expect(try child.waitForExit() == 0)
      let titles = child.transcript.split(separator: "\n").last?.split(separator: "|").map(String.init)
      #expect(Set(titles ?? []) == Set(AgentCommand.all.map(\.title)))
    }
  }

  /// Its version is the programs': what is in git says it three times.
  @Test func itsVersionIsThatOfThePrograms() throws {
    func version(_ path: String, _ before: String) throws -> Substring? {
      let text = try TextFile.read(Checkout.root + "/" + path)
      return text.split(separator: "\n").first { $0.contains(before) }?.split(separator: "\"").dropFirst().first
    }
    let own = try version("agent/ispyd/__init__.py", "version = \"")
    #expect(own != nil)
    #expect(try version("Sources/IspyCommands/IspyProgram.swift", "static let version = \"") == own)
    #expect(try version("Sources/Gateway/Gateway.swift", "static let version = \"") == own)
  }

  /// Built with stand-ins for the programs, which take minutes to build.
  @Test(.enabled(if: access(Checkout.cache + "/wheel/.complete", R_OK) == 0, "Scripts/setup/wheel has not run"))
  func theWheelHoldsThePackageAndBothPrograms() throws {
    let folder = try AgentPackage.folder(below: "")
    defer { _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit() }
    for program in ["ispy", "ispyd"] {
      try TextFile.write("#!/bin/sh\necho \(program) stands in\n", to: folder + "/" + program)
    }
    let build = try ChildProcess([Checkout.root + "/Scripts/build-wheel", folder, folder])
    #expect(try build.waitForExit(within: .seconds(120)) == 0, "\(build.transcript)")
    let wheel = try #require(Checkout.names(in: folder).first { $0.hasSuffix(".whl") })
    // They are of shell, and need no library.
    #expect(wheel.hasPrefix("ispyd-") && wheel.contains("-py3-none-manylinux_2_5_"), "\(wheel)")
    let python = Checkout.cache + "/wheel/bin/python"
    let install = try ChildProcess(
      [
        python, "-m", "pip", "install", "-q", "--no-index", "--no-compile", "--prefix", folder + "/there",
        folder + "/" + wheel,
      ])
    #expect(try install.waitForExit(within: .seconds(120)) == 0, "\(install.transcript)")
    for program in ["ispy", "ispyd"] {
      let child = try ChildProcess([folder + "/there/bin/" + program])
      #expect(try child.waitForExit() == 0)
      #expect(child.transcript == "\(program) stands in\n")
    }
    // The same files of Python, no more and no fewer.
    try AgentPackage.assemble(in: folder)
    let find = "import glob, sys; print(glob.glob(sys.argv[1] + '/there/lib/*/site-packages/ispyd')[0])"
    let found = try ChildProcess([python, "-c", find, folder]).line()
    let difference = try ChildProcess(["diff", "-r", found, folder + "/ispyd"])
    #expect(try difference.waitForExit() == 0, "\(difference.transcript)")
  }
}
