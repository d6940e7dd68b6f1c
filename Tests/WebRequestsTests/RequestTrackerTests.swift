import Testing
import WebRequests

struct RequestTrackerTests {
  private func look(_ seconds: Double) -> LookTime { LookTime(realtime: 1_800_000_000 + seconds, monotonic: seconds) }

  private func request(
    _ path: String, _ duration: RequestDuration = .unknown, identity: UInt64 = 1, task: String = "Task-1"
  ) -> WebRequest {
    WebRequest(
      method: "GET", path: path, duration: duration, carriers: [.task(address: 7, name: task)], identity: identity)
  }

  @Test func aNewRequestBeginsAndTheSameOneGoesOn() {
    var tracker = RequestTracker()
    let first = tracker.observe([request("/a")], at: look(100))
    #expect(first.begun.map(\.path) == ["/a"])
    #expect(first.current.map(\.duration) == [.unknown])
    let second = tracker.observe([request("/a")], at: look(101.5))
    #expect(second.begun.isEmpty)
    #expect(second.ended.isEmpty)
    #expect(second.current.map(\.duration) == [.atLeast(1.5)])
  }

  @Test func aRequestThatIsGoneHasEndedWithItsLastDuration() {
    var tracker = RequestTracker()
    _ = tracker.observe([request("/a")], at: look(100))
    _ = tracker.observe([request("/a")], at: look(102))
    let third = tracker.observe([], at: look(103))
    #expect(third.ended.map(\.duration) == [.atLeast(2)])
    #expect(third.current.isEmpty)
    #expect(tracker.observe([], at: look(104)).ended.isEmpty)
  }

  @Test func theBetterOfTwoLowerBoundsIsKept() {
    var tracker = RequestTracker()
    _ = tracker.observe([request("/a", .atLeast(5))], at: look(100))
    #expect(tracker.observe([request("/a", .atLeast(0.5))], at: look(101)).current[0].duration == .atLeast(1))
    #expect(tracker.observe([request("/a", .atLeast(9))], at: look(102)).current[0].duration == .atLeast(9))
  }

  @Test func anExactDurationStaysExact() {
    var tracker = RequestTracker()
    _ = tracker.observe([request("/a", .exact(5))], at: look(100))
    let second = tracker.observe([request("/a", .exact(6.1))], at: look(101))
    #expect(second.begun.isEmpty)
    #expect(second.current[0].duration == .exact(6.1))
  }

  @Test func anAddressUsedAgainWithAnotherStartIsAnotherRequest() {
    var tracker = RequestTracker()
    _ = tracker.observe([request("/a", .exact(5))], at: look(100))
    let second = tracker.observe([request("/a", .exact(0.2))], at: look(101))
    #expect(second.begun.map(\.duration) == [.exact(0.2)])
    #expect(second.ended.map(\.duration) == [.exact(5)])
  }

  @Test func anAddressUsedAgainByAnotherTaskIsAnotherRequest() {
    var tracker = RequestTracker()
    _ = tracker.observe([request("/a", task: "Task-1")], at: look(100))
    let second = tracker.observe([request("/a", task: "Task-2")], at: look(101))
    #expect(second.begun.count == 1)
    #expect(second.ended.count == 1)
  }

  @Test func requestsOnOneAddressAreToldApartByWhatTheyAskFor() {
    var tracker = RequestTracker()
    _ = tracker.observe([request("/a")], at: look(100))
    let second = tracker.observe([request("/b")], at: look(101))
    #expect(second.begun.map(\.path) == ["/b"])
    #expect(second.ended.map(\.path) == ["/a"])
  }

  @Test func aThreadThatJoinsLaterChangesNothing() {
    var tracker = RequestTracker()
    _ = tracker.observe([request("/a")], at: look(100))
    var later = request("/a")
    later.carriers.insert(.thread(id: 1, nativeID: 2, name: nil), at: 0)
    #expect(tracker.observe([later], at: look(101)).begun.isEmpty)
  }

  @Test func withPatienceARequestMayBeMissedOnce() {
    var tracker = RequestTracker(patience: 1)
    _ = tracker.observe([request("/a")], at: look(100))
    let missed = tracker.observe([], at: look(101))
    #expect(missed.ended.isEmpty && missed.current.isEmpty)
    let again = tracker.observe([request("/a")], at: look(102))
    #expect(again.begun.isEmpty && again.current.map(\.duration) == [.atLeast(2)])
    _ = tracker.observe([], at: look(103))
    #expect(tracker.observe([], at: look(104)).ended.map(\.duration) == [.atLeast(2)])
  }

  @Test func withPatienceAnotherRequestInItsPlaceEndsItAtOnce() {
    var tracker = RequestTracker(patience: 1)
    _ = tracker.observe([request("/a", .exact(5))], at: look(100))
    #expect(tracker.observe([request("/a", .exact(0.2))], at: look(101)).ended.map(\.duration) == [.exact(5)])
  }

  @Test func atTheEndNothingIsWaitedFor() {
    var tracker = RequestTracker(patience: 1)
    _ = tracker.observe([request("/a")], at: look(100))
    _ = tracker.observe([request("/a")], at: look(101))
    #expect(tracker.end().map(\.duration) == [.atLeast(1)])
    #expect(tracker.end().isEmpty)
  }
}
