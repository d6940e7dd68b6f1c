import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct OverlayMemoryTests {
  /// 0x1000 to 0x1100 counts up; the range 0x1040..<0x1060 is to be read at 0x8000, which counts down.
  private static let base: RecordedMemory = {
    var lines: [UInt64: [UInt8]] = [:]
    for start in stride(from: 0, to: 256, by: 64) {
      lines[0x1000 + UInt64(start)] = (start..<start + 64).map { UInt8($0) }
    }
    lines[0x8000] = (0..<64).map { 255 - UInt8($0) }
    return RecordedMemory(lines: lines, facts: [:])
  }()
  private static let memory = OverlayMemory(
    base, start: RemoteAddress(0x1040), end: RemoteAddress(0x1060), copy: RemoteAddress(0x8000))

  private static func expected(_ address: UInt64) -> UInt8? {
    switch address {
    case 0x1040..<0x1060: 255 - UInt8(address - 0x1040)
    case 0x1000..<0x1100: UInt8(address - 0x1000)
    case 0x8000..<0x8040: 255 - UInt8(address - 0x8000)
    default: nil
    }
  }

  @Test func everyRangeReadsAsIfTheCopyWereInItsPlace() throws {
    for start in UInt64(0xff8)..<0x1108 {
      for count in [1, 2, 7, 31, 32, 33, 64, 100] {
        let wanted = (start..<start + UInt64(count)).map(Self.expected)
        var bytes = [UInt8](repeating: 0, count: count)
        let isRead = bytes.withUnsafeMutableBytes { bytes in
          (try? Self.memory.read(at: RemoteAddress(start), into: bytes)) != nil
        }
        #expect(isRead == !wanted.contains(nil))
        if isRead { #expect(bytes == wanted.compactMap { $0 }) }
      }
    }
  }

  @Test func batchesReadTheSame() throws {
    let starts = Array(UInt64(0xff8)..<0x1108)
    var bytes = [UInt8](repeating: 0, count: starts.count * 16)
    try bytes.withUnsafeMutableBytes { bytes in
      var requests = starts.enumerated().map { index, start in
        ReadRequest(
          address: RemoteAddress(start),
          destination: UnsafeMutableRawBufferPointer(rebasing: bytes[index * 16..<index * 16 + 16]))
      }
      try Self.memory.read(&requests)
      for (start, request) in zip(starts, requests) {
        let wanted = (start..<start + 16).map(Self.expected)
        #expect(request.isRead == !wanted.contains(nil))
        if request.isRead { #expect(request.destination.elementsEqual(wanted.compactMap { $0 })) }
      }
    }
  }

  @Test func theEndOfTheAddressesIsNoTrap() {
    var bytes = [UInt8](repeating: 0, count: 16)
    for start: UInt64 in [.max, .max - 1, .max - 8, .max - 15] {
      #expect(throws: MemoryReadError.unmapped(RemoteAddress(start), count: 16)) {
        try bytes.withUnsafeMutableBytes { try Self.memory.read(at: RemoteAddress(start), into: $0) }
      }
    }
    let turned = OverlayMemory(Self.base, start: RemoteAddress(9), end: RemoteAddress(3), copy: RemoteAddress(.max))
    #expect(throws: MemoryReadError.self) {
      try bytes.withUnsafeMutableBytes { try turned.read(at: RemoteAddress(5), into: $0) }
    }
  }
}
