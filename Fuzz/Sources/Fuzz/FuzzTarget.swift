import Glibc

/// One decoder, and how arbitrary bytes are put to it. Throwing and returning nothing are right answers; a trap, a hang and
/// memory without bound are not.
struct FuzzTarget: Sendable {
  let name: String
  let run: @Sendable ([UInt8]) -> Void

  static let all: [FuzzTarget] = [
    .elf, .maps, .proc, .recording, .memory, .lines, .redaction, .words, .peek, .expressions, .keys, .json, .wire,
    .policy, .audit,
    .profile,
  ]

  /// The one that FUZZ_TARGET names.
  static let selected: FuzzTarget = {
    let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = all.first(where: { $0.name == name }) else {
      fatalError("FUZZ_TARGET is one of \(all.map(\.name).joined(separator: ", ")), not \(name)")
    }
    return target
  }()
}

/// What libFuzzer calls, again and again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzTarget.selected.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
