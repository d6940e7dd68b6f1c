import Foundation
import Glibc
import RemoteProcess
import TestSupport
import Testing
import Values

@testable import CPython

/// A whole look at a process, as text: every thread with its stack and its variables, every task.
///
/// The same for live and for recorded memory, so that what was seen once can be held against what is seen now.
struct RecordedLook {
  let runtime: Runtime

  func text() throws -> String {
    var text = "CPython \(runtime.version)\(runtime.layout.isFreeThreaded ? "t" : "")\n"
    for interpreter in try runtime.interpreters() {
      text += "interpreter \(interpreter.id), \(try runtime.fileSystemEncoding(of: interpreter))\n"
      let names = try runtime.threadNames(in: interpreter)
      let threads = try runtime.threads(of: interpreter)
      for captured in runtime.captureStacks(of: threads) {
        let stack = runtime.stack(captured)
        text += "\nthread \(names[captured.thread.threadID] ?? "?"): \(stack.quality)\n"
        write(stack, to: &text)
      }
    }
    try writeGlobals(to: &text)
    for task in try runtime.tasks().sorted(by: { $0.name < $1.name }) {
      text += "\ntask \(task.name): \(task.state), awaits \(task.waitsFor.map { "\($0)" } ?? "nothing")\n"
      write(runtime.stack(of: task), to: &text)
    }
    return text
  }

  /// The values of the program `values.py`, one of each kind.
  private func writeGlobals(to text: inout String) throws {
    guard let interpreter = try runtime.interpreters().first,
      let main = try runtime.namespace(ofModule: "__main__", in: interpreter),
      let values = try runtime.lookUp("VALUES", inDictAt: main)
    else { return }
    let decoder = Decoder(runtime, limits: Decoder.Limits(depth: 3, width: 12, length: 60))
    for entry in try runtime.dictEntries(at: values, limit: 500) {
      let name = try runtime.string(at: entry.key, limit: 100).text
      text += "\(name) = \(ValueText(room: 300, textRoom: 60).text(of: decoder.value(at: entry.value)))\n"
    }
  }

  private func write(_ stack: Stack, to text: inout String) {
    let decoder = Decoder(runtime, limits: Decoder.Limits(depth: 3, width: 12, length: 60))
    let values = ValueText(room: 200, textRoom: 60)
    for frame in stack.frames {
      text += "  \(frame.code?.qualifiedName ?? "?") \(frame.code?.filename ?? "?"):\(frame.line ?? 0)\n"
      guard let code = frame.code else { continue }
      do throws(ReadError) {
        for local in try runtime.locals(of: frame.raw, code: code) {
          text += "    \(local.name) = \(values.text(of: decoder.value(local.value)))\n"
        }
      } catch {
        text += "    \(error)\n"
      }
    }
    if let failure = stack.failure { text += "  \(failure)\n" }
  }
}

/// A recording of Tests/Fixtures/recorded: memory that one look read, with the text that the look gave then.
struct Recording: Sendable, CustomTestStringConvertible {
  /// `3.12-values`.
  let name: String
  let memory: RecordedMemory
  let expected: String
  var testDescription: String { name }

  static let folder = Checkout.root + "/Tests/Fixtures/recorded"

  static let all: [Recording] = Checkout.names(in: folder).filter { $0.hasSuffix(".memory") }.sorted().compactMap {
    file in
    let name = String(file.dropLast(".memory".count))
    guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)"),
      let text = FileManager.default.contents(atPath: "\(folder)/\(name).txt"),
      let memory = try? RecordedMemory(contents: Array(bytes))
    else { return nil }
    return Recording(name: name, memory: memory, expected: String(decoding: text, as: UTF8.self))
  }

  /// The runtime that the recording is of, on this memory: its own, or a damaged one over it.
  func runtime(on other: (any MemoryReader)? = nil) throws -> Runtime {
    let facts = memory.facts
    let version = PythonVersion(hex: UInt32(facts["version"] ?? "", radix: 16) ?? 0)
    let address = RemoteAddress(UInt64(facts["runtime"] ?? "", radix: 16) ?? 0)
    var layout = try Layout.select(version: version, isFreeThreaded: facts["free-threaded"] == "yes", runtimeSize: nil)
    if version >= PythonVersion(3, 13) {
      let offsets = try Snapshot(memory, granule: 64).bytes(at: address, count: Layout.debugOffsetsSize)
      try offsets.withUnsafeBytes { try layout.apply(debugOffsets: $0) }
    }
    return Runtime(memory: Snapshot(other ?? memory, granule: 64), layout: layout, address: address, version: version)
  }

  /// Looks at a process that stands still, and keeps what was read.
  static func record(_ target: PythonTarget, as name: String) throws {
    target.signal(SIGSTOP)
    defer { target.signal(SIGCONT) }
    while try !ProcessStat(pid: target.pid).state.isStopped { sched_yield() }
    let process = try PythonProcess(pid: target.pid)
    let recorder = RecordingMemory(process.memory)
    let location = process.location
    if location.version >= PythonVersion(3, 13) {
      _ = try Snapshot(recorder, granule: 64).bytes(at: location.address, count: Layout.debugOffsetsSize)
    }
    let runtime = Runtime(
      memory: Snapshot(recorder, granule: 64), layout: location.layout, address: location.address,
      version: location.version)
    let text = try RecordedLook(runtime: runtime).text()
    let memory = recorder.recorded(facts: [
      "version": String(location.version.hex, radix: 16), "runtime": String(location.address.rawValue, radix: 16),
      "free-threaded": location.layout.isFreeThreaded ? "yes" : "no",
    ])
    try Data(memory.encoded()).write(to: URL(filePath: "\(folder)/\(name).memory"))
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name).txt"))
  }
}
