import CPython
import RemoteProcess
import TestSupport
import Testing
import Values

/// Stacks of real processes, on every CPython found.
struct LiveStackTests {
  @Test(arguments: PythonInterpreter.installed)
  func deepRecursionIsWhole(python: PythonInterpreter) throws {
    let target = try python.run("deep_recursion.py")
    defer { target.end() }
    let process = try PythonProcess(pid: target.pid)
    let stack = try mainStack(of: process)
    #expect(stack.quality == .consistent)
    #expect(stack.failure == nil)
    #expect(stack.frames.count == 901)
    #expect(stack.frames.allSatisfy { $0.failure == nil })
    #expect(stack.frames.last?.code?.name == "<module>")
    // `ready` prints the line that this test waited for, and may not have returned yet.
    #expect(["ready", "wait_for_end"].contains(stack.frames.first?.code?.name))
    #expect(stack.frames.dropFirst().dropLast().allSatisfy { $0.code?.name == "descend" })
  }

  @Test(arguments: PythonInterpreter.installed)
  func theVersionIsTheOneThatRuns(python: PythonInterpreter) throws {
    let target = try python.run("deep_recursion.py", ["10"])
    defer { target.end() }
    let process = try PythonProcess(pid: target.pid)
    #expect(process.location.version.hex == python.hexVersion)
    #expect(process.location.layout.isFreeThreaded == python.isFreeThreaded)
    #expect(try process.runtime.isInitialized())
    #expect(try !process.runtime.isFinalizing())
  }

  @Test(arguments: PythonInterpreter.installed)
  func localsOfARecursionCountDown(python: PythonInterpreter) throws {
    let target = try python.run("deep_recursion.py", ["30"])
    defer { target.end() }
    let process = try PythonProcess(pid: target.pid)
    let stack = try mainStack(of: process)
    let decoder = Decoder(process.runtime)
    var depths: [String] = []
    for frame in stack.frames where frame.code?.name == "descend" {
      let code = try #require(frame.code)
      for local in try process.runtime.locals(of: frame.raw, code: code) where local.name == "depth" {
        if case .integer(let text) = decoder.value(local.value).content { depths.append(text) }
      }
    }
    #expect(depths == (0..<29).map(String.init))
  }

  @Test func aProcessThatIsNotPythonIsNamedSo() throws {
    let child = try ChildProcess(["/bin/sleep", "60"])
    defer { child.end() }
    #expect(throws: DiscoveryError.notPython(pid: child.pid)) { try PythonProcess(pid: child.pid) }
  }

  @Test func aMissingProcessIsNamedSo() {
    #expect(throws: DiscoveryError.noSuchProcess(pid: 0x3fff_fff0)) { try PythonProcess(pid: 0x3fff_fff0) }
  }

  private func mainStack(of process: PythonProcess) throws -> Stack {
    let interpreter = try #require(try process.runtime.interpreters().first)
    let threads = try process.runtime.threads(of: interpreter)
    let main = try process.runtime.mainThreadID()
    let thread = try #require(threads.first { $0.threadID == main })
    return process.runtime.stack(try #require(process.runtime.captureStacks(of: [thread]).first))
  }
}
