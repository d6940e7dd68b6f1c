import Profiles
import Testing

@testable import Catalog

@Suite struct FunctionTimesTests {
  /// Two processes; `a` calls `b`, which calls itself.
  private func profile(_ entries: [(track: Int, node: Int, milliseconds: UInt64)]) -> Profile {
    var profile = Profile(about: ProfileFacts(mode: .wall, rate: 100))
    profile.functions = ["a", "b"].map { Profile.Function(name: $0, file: "/srv/\($0).py", firstLine: 1) }
    profile.locations = [.init(function: 0, line: 2), .init(function: 1, line: 3)]
    profile.nodes = [.init(parent: -1, location: 0), .init(parent: 0, location: 1), .init(parent: 1, location: 1)]
    profile.tracks = [7, 8].map { Profile.Track(pid: $0, application: nil, name: "MainThread", nativeID: $0) }
    profile.stacks = entries.map {
      .init(track: $0.track, node: $0.node, count: 1, nanoseconds: $0.milliseconds * 1_000_000)
    }
    return profile
  }

  private func function(_ name: String, _ pid: Int32, _ times: FunctionTimes) throws -> TopFunction {
    try #require(times.result().first { $0.function == name && $0.pid == pid })
  }

  @Test func whatCallsItselfIsCountedOnce() throws {
    var times = FunctionTimes()
    times.add(profile([(0, 2, 400), (0, 0, 100)]), seconds: 1)
    #expect(try function("b", 7, times).interval == TopTimes(own: 0.4, total: 0.4))
    #expect(try function("a", 7, times).interval == TopTimes(own: 0.1, total: 0.5))
  }

  @Test func processesAreApart() throws {
    var times = FunctionTimes()
    times.add(profile([(0, 0, 100), (1, 0, 300)]), seconds: 1)
    #expect(try function("a", 7, times).interval.own == 0.1)
    #expect(try function("a", 8, times).interval.own == 0.3)
    times.forget(7)
    #expect(times.result().map(\.pid) == [8])
  }

  @Test func anIntervalForgetsTheOneBeforeAndTheSumDoesNot() throws {
    var times = FunctionTimes()
    times.add(profile([(0, 0, 500)]), seconds: 1)
    times.add(profile([]), seconds: 1)
    let a = try function("a", 7, times)
    #expect(a.interval == TopTimes())
    #expect(a.sinceStart == TopTimes(own: 0.5, total: 0.5))
    #expect(a.smoothed.own < 0.5 && a.smoothed.own > 0.4)
  }

  @Test func smoothedTimesComeToWhatIsConstant() throws {
    var times = FunctionTimes()
    times.add(profile([(0, 0, 100)]), seconds: 1)
    #expect(try function("a", 7, times).smoothed.own == 0.1)
    for _ in 0..<100 { times.add(profile([(0, 0, 900)]), seconds: 1) }
    #expect(abs(try function("a", 7, times).smoothed.own - 0.9) < 0.001)
  }

  @Test func callersAreKnownWithTheirShare() throws {
    var times = FunctionTimes()
    times.add(profile([(0, 1, 300), (0, 2, 100)]), seconds: 1)
    let b = try function("b", 7, times)
    // What it called itself for is of the innermost of its calls.
    #expect(b.callers.reduce(0) { $0 + $1.seconds } == 0.4)
    #expect(b.callers.first == TopCaller(function: "a", file: "/srv/a.py", line: 1, seconds: 0.3))
    #expect(try function("a", 7, times).callers.map(\.function) == [""])
  }

  @Test func theBusiestIsFirst() {
    var times = FunctionTimes()
    times.add(profile([(0, 1, 300), (0, 0, 100)]), seconds: 1)
    #expect(times.result().map(\.function) == ["b", "a"])
  }
}
