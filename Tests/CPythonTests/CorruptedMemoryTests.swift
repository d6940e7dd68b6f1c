import CPython
import RemoteProcess
import TestSupport
import Testing
import Values

/// Everything that reads, on memory that lies: it may find nothing, but it ends, and neither traps nor grows.
struct CorruptedMemoryTests {
  /// A whole look at a target of these tests reads some MB; corrupted lengths must not make it gigabytes.
  static let byteLimit = 1 << 30

  @Test(arguments: PythonInterpreter.installed)
  func damagedMemoryNeverTraps(python: PythonInterpreter) throws {
    let target = try python.run("values.py")
    defer { target.end() }
    let live = try PythonProcess(pid: target.pid)
    var framesFound = 0
    var valuesFound = 0
    for seed in 0..<120 as Range<UInt64> {
      let memory = CorruptedMemory(live.memory, seed: seed, rarity: [20_000, 2_000, 200, 20][Int(seed % 4)])
      let runtime = Runtime(
        memory: Snapshot(memory), layout: live.location.layout, address: live.location.address,
        version: live.location.version)
      let found = look(at: runtime)
      framesFound += found.frames
      valuesFound += found.values
      #expect(memory.bytesRead < Self.byteLimit, "seed \(seed)")
    }
    // The mildest damage leaves most of it readable: else this test would prove nothing.
    #expect(framesFound > 20)
    #expect(valuesFound > 200)
  }

  private func look(at runtime: Runtime) -> (frames: Int, values: Int) {
    var frames = 0
    var values = 0
    guard let interpreters = try? runtime.interpreters() else { return (0, 0) }
    for interpreter in interpreters.prefix(3) {
      _ = try? runtime.gil(of: interpreter)
      _ = try? runtime.threadNames(in: interpreter)
      guard let threads = try? runtime.threads(of: interpreter) else { continue }
      for captured in runtime.captureStacks(of: Array(threads.prefix(50))) {
        let stack = runtime.stack(captured)
        let decoder = Decoder(runtime, limits: Decoder.Limits(objects: 5_000))
        for frame in stack.frames.prefix(200) {
          guard let code = frame.code, let locals = try? runtime.locals(of: frame.raw, code: code) else { continue }
          frames += 1
          for local in locals.prefix(200) {
            let value = decoder.value(local.value)
            values += 1
            _ = ValueText().text(of: value)
          }
        }
      }
      for text in ["sys.modules", "sys.path[0]", "os.environ", "thread(1).frame(0)", "json.JSONEncoder.item_separator"]
      {
        guard let expression = try? PeekExpression(text) else { continue }
        _ = try? runtime.peek(expression, in: interpreter) { _ throws(PeekError) in
          Stack(frames: [], quality: .consistent)
        }
      }
    }
    _ = try? runtime.tasks()
    return (frames, values)
  }
}
