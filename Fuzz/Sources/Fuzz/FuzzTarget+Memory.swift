import Glibc
@testable import CPython
import RemoteProcess
import Values

extension FuzzTarget {
  /// Tables of a code object: lines and exceptions. The first byte says of which version.
  static let lines = FuzzTarget(name: "lines") { bytes in
    guard let which = bytes.first else { return }
    let table = LineTable(
      bytes: Array(bytes.dropFirst()), firstLine: 1, version: PythonVersion(3, 8 + Int(which % 8)))
    let exceptions = ExceptionTable(bytes: Array(bytes.dropFirst()))
    for offset in stride(from: 0, to: 512, by: 2) {
      _ = table.line(atOffset: offset)
      _ = exceptions.handler(atOffset: offset)
    }
  }

  /// The memory of a real process with bytes changed: the first byte says of which recording, then come places of three
  /// bytes with eight new bytes each.
  static let memory = FuzzTarget(name: "memory") { bytes in
    guard let which = bytes.first, !Recording.all.isEmpty else { return }
    let recording = Recording.all[Int(which) % Recording.all.count]
    let changes = bytes.dropFirst()
    let damaged = recording.memory.changing { memory in
      var index = changes.startIndex
      while index + 11 <= changes.endIndex {
        let place = changes[index..<index + 3].reduce(0) { $0 << 8 | Int($1) } % memory.count
        for (offset, byte) in changes[(index + 3)..<(index + 11)].enumerated() where place + offset < memory.count {
          memory[place + offset] = byte
        }
        index += 11
      }
    }
    recording.look(at: damaged)
  }
}

/// A recording of Tests/Fixtures/recorded, named by FUZZ_RECORDINGS, the folder.
private struct Recording: Sendable {
  let memory: RecordedMemory

  static let all: [Recording] = {
    let folder = getenv("FUZZ_RECORDINGS").map { String(cString: $0) } ?? ""
    guard let directory = opendir(folder) else { fatalError("FUZZ_RECORDINGS names no folder: \(folder)") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".memory") { names.append(name) }
    }
    return names.sorted().compactMap { name in
      contents(of: folder + "/" + name).flatMap { try? RecordedMemory(contents: $0) }.map(Recording.init)
    }
  }()

  private static func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
  }

  /// Threads, stacks, variables, tasks: all that `dump` reads.
  func look(at damaged: RecordedMemory) {
    let version = PythonVersion(hex: UInt32(memory.facts["version"] ?? "", radix: 16) ?? 0)
    let address = RemoteAddress(UInt64(memory.facts["runtime"] ?? "", radix: 16) ?? 0)
    let isFreeThreaded = memory.facts["free-threaded"] == "yes"
    guard
      var layout = try? Layout.select(version: version, isFreeThreaded: isFreeThreaded, runtimeSize: nil)
    else { return }
    if version >= PythonVersion(3, 13) {
      guard let offsets = try? Snapshot(damaged, granule: 64).bytes(at: address, count: Layout.debugOffsetsSize),
        (try? offsets.withUnsafeBytes({ try layout.apply(debugOffsets: $0) })) != nil
      else { return }
    }
    let runtime = Runtime(
      memory: Snapshot(damaged, granule: 64), layout: layout, address: address, version: version)
    guard let interpreters = try? runtime.interpreters() else { return }
    let decoder = Decoder(runtime, limits: Decoder.Limits(depth: 3, width: 8, length: 60, objects: 500))
    for interpreter in interpreters.prefix(2) {
      _ = try? runtime.gil(of: interpreter)
      _ = try? runtime.threadNames(in: interpreter)
      guard let threads = try? runtime.threads(of: interpreter) else { continue }
      for captured in runtime.captureStacks(of: Array(threads.prefix(8)), attempts: 1) {
        for frame in runtime.stack(captured).frames.prefix(40) {
          guard let code = frame.code, let locals = try? runtime.locals(of: frame.raw, code: code) else { continue }
          for local in locals.prefix(40) { _ = ValueText().text(of: decoder.value(local.value)) }
        }
      }
    }
    for task in ((try? runtime.tasks()) ?? []).prefix(20) { _ = runtime.stack(of: task) }
  }
}
