import Foundation
import RemoteProcess
import TestSupport
import Testing
import Values

@testable import CPython

/// The reader on memory that was recorded from a real process of every version: the same everywhere, whatever Pythons a
/// machine has.
///
/// `RECORD_FIXTURES=1 make test FILTER=RecordedMemoryTests` records anew, with the Pythons that are there.
struct RecordedMemoryTests {
  private static let isRecording = ProcessInfo.processInfo.environment["RECORD_FIXTURES"] != nil

  private static let programs = [
    ("values", ["values.py"]), ("threads", ["threads.py", "6", "2", "sleeping,locked,receiving,event,queue,joining"]),
    ("tasks", ["asyncio_tasks.py"]),
  ]

  @Test(.enabled(if: isRecording)) func record() throws {
    var names: Set<String> = []
    // Those of a Debian root first: nothing of this machine is in their memory.
    let pythons = PythonInterpreter.installed.filter { $0.root != nil } + PythonInterpreter.installed
    for python in pythons where names.insert(python.name).inserted {
      for (name, words) in Self.programs {
        let target = try python.run(words[0], Array(words.dropFirst()))
        defer { target.end() }
        if name == "values" { while try target.line() != "in a cell" {} }
        if name != "tasks" {
          try target.send("stacks")
          _ = try target.line()
        }
        try Recording.record(target, as: "\(python.name)-\(name)")
      }
    }
  }

  @Test(.enabled(if: !isRecording), arguments: Recording.all)
  func aRecordingReadsAsTheProcessDid(recording: Recording) throws {
    let text = try RecordedLook(runtime: try recording.runtime()).text()
    let seen = text.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = recording.expected.split(separator: "\n", omittingEmptySubsequences: false)
    for (line, (now, then)) in zip(seen, expected).enumerated() { #expect(now == then, "line \(line + 1)") }
    #expect(seen.count == expected.count)
  }

  @Test func everyPromisedVersionIsRecorded() {
    let missing = TestedVersions.promised.filter { version in
      !Self.programs.allSatisfy { program in Recording.all.contains { $0.name == "\(version)-\(program.0)" } }
    }
    // No distribution has free-threaded builds of these, nor their sources for good.
    #expect(missing == ["3.14t", "3.15t"])
  }

  @Test(.enabled(if: !isRecording), arguments: Recording.all)
  func aDamagedRecordingNeverTraps(recording: Recording) throws {
    var lines = 0
    for seed in 0..<80 as Range<UInt64> {
      let memory = CorruptedMemory(recording.memory, seed: seed, rarity: [4_000, 400, 40, 8][Int(seed % 4)])
      let text = try? RecordedLook(runtime: try recording.runtime(on: memory)).text()
      lines += text.map { $0.split(separator: "\n").count } ?? 0
      #expect(memory.bytesRead < CorruptedMemoryTests.byteLimit, "seed \(seed)")
    }
    // The mildest damage leaves much of it readable: else this test would prove nothing.
    #expect(lines > 40)
  }

  /// Rings, which random damage seldom makes: every pointer to one object leads to another instead.
  @Test(.enabled(if: !isRecording), arguments: Recording.all)
  func pointersThatLeadElsewhereNeverTrap(recording: Recording) throws {
    var generator = SeededGenerator(seed: 77)
    let words = recording.memory.ranges
    for _ in 0..<60 {
      let from = words.randomElement(using: &generator)?.lowerBound.rawValue ?? 0
      let to = words.randomElement(using: &generator)?.lowerBound.rawValue ?? 0
      let damaged = recording.memory.changing { bytes in
        for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
          let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          if word & ~63 == from & ~63 {
            bytes.storeBytes(of: to | word & 63, toByteOffset: offset, as: UInt64.self)
          }
        }
      }
      _ = try? RecordedLook(runtime: try recording.runtime(on: damaged)).text()
    }
  }
}
