import Profiles
import Testing

@Suite struct FunctionShareTests {
  @Test func aFunctionThatCallsItselfCountsOnce() {
    var profile = Profile(about: ProfileFacts(mode: .wall, rate: 100))
    profile.functions = ["main", "walk"].map { Profile.Function(name: $0, file: "a.py", firstLine: 1) }
    profile.locations = [Profile.Location(function: 0, line: 1), Profile.Location(function: 1, line: 2)]
    profile.nodes = [
      Profile.Node(parent: -1, location: 0), Profile.Node(parent: 0, location: 1), Profile.Node(parent: 1, location: 1),
    ]
    profile.stacks = [
      Profile.Entry(track: 0, node: 2, count: 1, nanoseconds: 7),
      Profile.Entry(track: 0, node: 0, count: 1, nanoseconds: 3),
      Profile.Entry(track: 1, node: -1, count: 1, nanoseconds: 5),
    ]
    let shares = profile.functionShares()
    #expect(shares.map(\.function.name) == ["walk", "main"])
    #expect(shares.map(\.own) == [7, 3])
    #expect(shares.map(\.total) == [7, 10])
  }
}
