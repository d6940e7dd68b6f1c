import RemoteProcess
import Testing

@testable import CPython

/// Rings among waits, without any process.
struct DeadlockTests {
  private func thread(_ number: Int) -> ThreadState {
    ThreadState(
      address: RemoteAddress(UInt64(number) << 12), interpreter: Interpreter(address: RemoteAddress(8), id: 0),
      threadID: UInt64(number), nativeID: nil)
  }

  private func wait(_ waiter: Int, for holder: Int?, hasTimeout: Bool = false) -> LockWait {
    LockWait(
      thread: thread(waiter), kind: .lock, object: RemoteAddress(64), lock: RemoteAddress(64),
      holder: holder.map { .thread(thread($0)) } ?? .unknown, place: nil, hasTimeout: hasTimeout)
  }

  private func rings(_ waits: [LockWait]) -> [[UInt64]] {
    Runtime.deadlocks(in: waits).map { $0.map(\.threadID) }
  }

  @Test func aRingIsFoundOnceWithEachThreadBeforeTheOneItWaitsFor() {
    #expect(rings([wait(1, for: 2), wait(2, for: 3), wait(3, for: 1)]) == [[1, 2, 3]])
  }

  @Test func threadsThatWaitForARingAreNotPartOfIt() {
    #expect(rings([wait(4, for: 1), wait(5, for: 4), wait(1, for: 2), wait(2, for: 1)]) == [[1, 2]])
  }

  @Test func aThreadThatWaitsForItselfIsARingOfOne() {
    #expect(rings([wait(1, for: 1)]) == [[1]])
  }

  @Test func twoRingsAreBothFound() {
    #expect(rings([wait(1, for: 2), wait(2, for: 1), wait(3, for: 4), wait(4, for: 3)]) == [[1, 2], [3, 4]])
  }

  @Test func aChainIsNoDeadlock() {
    #expect(rings([wait(1, for: 2), wait(2, for: 3), wait(3, for: nil)]).isEmpty)
  }

  @Test func aWaitThatGivesUpByItselfBreaksTheRing() {
    #expect(rings([wait(1, for: 2), wait(2, for: 1, hasTimeout: true)]).isEmpty)
  }
}
