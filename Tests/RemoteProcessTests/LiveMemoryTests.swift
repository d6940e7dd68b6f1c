import ELF
import Foundation
import RemoteProcess
import Testing

@Suite struct LiveMemoryTests {
  let memory: LiveMemory

  init() throws { memory = try LiveMemory(pid: getpid()) }

  @Test func readsWhatIsThere() throws {
    let source: [UInt8] = (0..<100).map { UInt8($0) }
    var copy = [UInt8](repeating: 0xff, count: 100)
    try source.withUnsafeBytes { source in
      try copy.withUnsafeMutableBytes { copy in
        try memory.read(at: RemoteAddress(UInt64(UInt(bitPattern: source.baseAddress))), into: copy)
      }
    }
    #expect(copy == source)
  }

  @Test func unmappedAddressThrows() throws {
    var bytes = [UInt8](repeating: 0, count: 8)
    #expect(throws: MemoryReadError.unmapped(RemoteAddress(64), count: 8)) {
      try bytes.withUnsafeMutableBytes { try memory.read(at: RemoteAddress(64), into: $0) }
    }
  }

  @Test func noSuchProcessThrows() {
    #expect(throws: MemoryReadError.processGone(pid: Int32.max)) { try LiveMemory(pid: Int32.max) }
  }

  @Test func badRangesAreSkippedAndTheOthersRead() throws {
    let count = 3000
    let source: [UInt64] = (0..<UInt64(count)).map { $0 }
    var copy = [UInt64](repeating: .max, count: count)
    try source.withUnsafeBytes { source in
      try copy.withUnsafeMutableBytes { copy in
        let start = RemoteAddress(UInt64(UInt(bitPattern: source.baseAddress)))
        var requests = (0..<count).map { index in
          ReadRequest(
            address: index % 7 == 3 ? RemoteAddress(8) : start + index * 8,
            destination: UnsafeMutableRawBufferPointer(rebasing: copy[index * 8..<index * 8 + 8]))
        }
        try memory.read(&requests)
        for (index, request) in requests.enumerated() { #expect(request.isRead == (index % 7 != 3)) }
      }
    }
    for (index, value) in copy.enumerated() where index % 7 != 3 { #expect(value == source[index]) }
  }

  @Test func mapsNameTheExecutableAndItsFileIsFound() throws {
    let mappings = try ProcessMaps.read(pid: getpid())
    let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let mapping = try #require(mappings.first { $0.path == executable })
    #expect(mapping.offset == 0)
    #expect(mapping.permissions.contains(.read))
    #expect(mappings.contains { $0.path == "[stack]" })
    #expect(zip(mappings, mappings.dropFirst()).allSatisfy { $0.end <= $1.start })
    let file = try TargetFile(mapping, pid: getpid())
    #expect(file.bytes.byteCount > 0)
  }
}
