import Foundation
import Testing

@testable import RemoteProcess

@Suite struct ReadPlanTests {
  private let memory: LiveMemory
  /// Five pages that tell their own offset.
  private let source: UnsafeMutableRawBufferPointer
  private let copy: UnsafeMutableRawBufferPointer
  private static let size = 5 * 4096

  init() throws {
    memory = try LiveMemory(pid: getpid())
    let count = Self.size
    source = UnsafeMutableRawBufferPointer(
      start: mmap(nil, count, PROT_READ | PROT_WRITE, Self.flags, -1, 0), count: count)
    copy = UnsafeMutableRawBufferPointer(
      start: mmap(nil, count, PROT_READ | PROT_WRITE, Self.flags, -1, 0), count: count)
    for index in source.indices { source[index] = UInt8(truncatingIfNeeded: index &* 31 >> 3) }
  }

  private static let flags = MAP_PRIVATE | MAP_ANONYMOUS

  private func request(_ range: Range<Int>, to place: Int? = nil) throws -> ReadRequest {
    let base = try #require(source.baseAddress)
    let start = place ?? range.lowerBound
    return ReadRequest(
      address: RemoteAddress(UInt64(UInt(bitPattern: base))) + range.lowerBound,
      destination: UnsafeMutableRawBufferPointer(rebasing: copy[start..<start + range.count]))
  }

  private func isCopied(_ range: Range<Int>) -> Bool { copy[range].elementsEqual(source[range]) }

  /// How many ranges of the target the first call of a reading has.
  private func rangeCount(of plan: ReadPlan) throws -> Int {
    var found = 0
    _ = try plan.read { (_, _, _, count) throws(MemoryReadError) in
      found = count
      return 0
    }
    return found
  }

  @Test func rangesLessThanAPageApartAreOne() throws {
    let plan = ReadPlan()
    let ranges = [9000..<9100, 16..<24, 4100..<4300, 24..<32, 13_300..<13_301]
    for range in ranges { plan.append(try request(range)) }
    #expect(try rangeCount(of: plan) == 3)
    try memory.read(plan)
    #expect(plan.isWhole)
    for range in ranges { #expect(isCopied(range)) }
    // The gaps between them are thrown away.
    #expect(copy[32..<4100].allSatisfy { $0 == 0 } && copy[9100..<13_300].allSatisfy { $0 == 0 })
  }

  @Test func whatIsReadLaterIsNotJoinedToWhatIsReadBefore() throws {
    let plan = ReadPlan()
    plan.append(try request(0..<8))
    plan.appendBarrier()
    plan.append(try request(8..<16))
    plan.append(try request(0..<8, to: 100))
    #expect(try rangeCount(of: plan) == 2)
    try memory.read(plan)
    #expect(isCopied(0..<16) && copy[100..<108].elementsEqual(source[0..<8]))
  }

  @Test func rangesThatOverlapAreReadEach() throws {
    let plan = ReadPlan()
    plan.append(try request(0..<64))
    plan.append(try request(32..<96, to: 1000))
    try memory.read(plan)
    #expect(plan.isWhole && isCopied(0..<64) && copy[1000..<1064].elementsEqual(source[32..<96]))
  }

  @Test func oneCallTakesAsManyAsTheKernelDoes() throws {
    let plan = ReadPlan()
    for index in 0..<2500 { plan.append(try request(index * 8..<index * 8 + 4)) }
    try memory.read(plan)
    #expect(plan.isWhole)
    for index in 0..<2500 { #expect(isCopied(index * 8..<index * 8 + 4)) }
  }

  @Test func aBadRangeKeepsNoOtherFromBeingRead() throws {
    let plan = ReadPlan()
    plan.append(try request(0..<8))
    plan.append(
      ReadRequest(address: RemoteAddress(64), destination: UnsafeMutableRawBufferPointer(rebasing: copy[200..<208])))
    plan.append(try request(8..<16))
    try memory.read(plan)
    #expect(!plan.isWhole)
    #expect(plan.isRead(0..<1) && !plan.isRead(1..<2) && plan.isRead(2..<3) && !plan.isRead(0..<3))
    #expect(isCopied(0..<16))
  }

  @Test func aPageThatIsGoneIsFoundAtTheNextReading() throws {
    let plan = ReadPlan()
    plan.append(try request(100..<200))
    plan.append(try request(4000..<4200))
    try memory.read(plan)
    #expect(plan.isWhole)
    munmap(source.baseAddress.map { $0 + 4096 }, 4096)
    try memory.read(plan)
    #expect(plan.isRead(0..<1) && !plan.isRead(1..<2))
  }
}
