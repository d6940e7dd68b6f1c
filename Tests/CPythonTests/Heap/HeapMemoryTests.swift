import RemoteProcess
import Testing

@testable import CPython

/// The two things below a walk over the heap: memory by blocks, and a table of addresses.
@Suite struct HeapMemoryTests {
  /// Memory from `start` to `end`, each word its own address; all else is not mapped.
  private struct Ramp: MemoryReader {
    let start: UInt64
    let end: UInt64

    func read(
      at address: RemoteAddress, into destination: UnsafeMutableRawBufferPointer
    ) throws(MemoryReadError) {
      guard address.rawValue >= start, address.rawValue + UInt64(destination.count) <= end else {
        throw .unmapped(address, count: destination.count)
      }
      for offset in stride(from: 0, to: destination.count, by: 8) {
        destination.storeBytes(of: address.rawValue + UInt64(offset), toByteOffset: offset, as: UInt64.self)
      }
    }
  }

  @Test func aMappingThatEndsWithinABlockIsReadToItsLastPage() {
    let memory = HeapMemory(Ramp(start: 0x1_3000, end: 0x2_5000), limit: 1 << 20)
    #expect(memory.word(0x1_2ff8) == nil)
    #expect(memory.word(0x1_3000) == 0x1_3000)
    #expect(memory.word(0x2_4ff8) == 0x2_4ff8)
    #expect(memory.word(0x2_5000) == nil)
    #expect(memory.word(0x1_3001) == nil)
    #expect(memory.byte(0x1_3000, 1) == 0x30)
    #expect(memory.int(0x1_3000, 0) == 0x1_3000)
    #expect(memory.failure == nil)
  }

  @Test func moreThanItKeepsIsReadAgain() {
    let memory = HeapMemory(Ramp(start: 0, end: 64 << 20), limit: 1 << 20)
    for _ in 0..<2 {
      for address in stride(from: UInt64(8), to: 64 << 20, by: 40_960) { #expect(memory.word(address) == address) }
    }
    memory.forget(8)
    #expect(memory.word(8) == 8)
    memory.forgetAll()
    #expect(memory.word(8) == 8)
  }

  @Test func addressesAreNumberedInTheirOrder() {
    var table = AddressTable()
    for number in 0..<50_000 { _ = table.insert(UInt64(number + 1) * 16) }
    let isNew = table.insert(16)
    let isNull = table.insert(0)
    #expect(!isNew && !isNull)
    let found = (table.find(16), table.find(800_000), table.find(800_016), table.find(0))
    #expect(found.0 == 0 && found.1 == 49_999 && found.2 == nil && found.3 == nil)
    let count = table.count
    #expect(count == 50_000)
  }
}
