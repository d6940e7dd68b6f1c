import Profiles
import Testing

@testable import Sampling

@Suite struct ProfileBuilderTests {
  private func builder(_ function: String? = nil) -> ProfileBuilder {
    ProfileBuilder(ProfileFacts(mode: .wall, rate: 100), function: function.flatMap { FunctionName($0) })
  }

  /// The node of a stack of functions of one file, outermost first.
  private func node(_ builder: ProfileBuilder, _ names: String...) -> Int {
    names.reduce(-1) { parent, name in
      let function = Profile.Function(name: name, file: "/srv/a.py", firstLine: 1)
      return builder.node(parent: parent, location: builder.location(function, line: 1))
    }
  }

  @Test func equalStacksAreKeptOnce() {
    let builder = builder()
    let first = node(builder, "main", "a")
    #expect(node(builder, "main", "a") == first)
    #expect(node(builder, "main", "b") != first)
    let place = builder.add(track: 0, node: first, count: 1, nanoseconds: 10)
    #expect(builder.add(track: 0, node: first, count: 2, nanoseconds: 5, near: place) == place)
    #expect(builder.add(track: 1, node: first, count: 1, nanoseconds: 1, near: place) != place)
    #expect(builder.profile.stacks.map(\.count) == [3, 1])
    #expect(builder.profile.totalNanoseconds == 16)
    #expect(builder.profile.nodes.count == 3)
  }

  @Test func whatWasAddedSinceIsTheDifference() {
    let builder = builder()
    var marks = ProfileBuilder.Marks()
    let first = node(builder, "main", "a")
    builder.add(track: 0, node: first, count: 1, nanoseconds: 10)
    #expect(builder.added(since: &marks).map(\.nanoseconds) == [10])
    let second = node(builder, "main", "b")
    builder.add(track: 0, node: second, count: 2, nanoseconds: 7)
    #expect(builder.added(since: &marks).map(\.node) == [second])
    builder.add(track: 0, node: first, count: 1, nanoseconds: 5)
    #expect(builder.added(since: &marks).map(\.count) == [1])
    #expect(builder.added(since: &marks).isEmpty)
  }

  @Test func aLiveRecordingForgetsStacksBeforeThereIsNoRoom() {
    let builder = builder()
    #expect(!builder.forgetStacksIfMany())
    for number in 0..<30_000 { builder.add(track: 0, node: node(builder, "f\(number)"), count: 1, nanoseconds: 1) }
    #expect(builder.forgetStacksIfMany())
    #expect(!builder.isFull)
    let again = node(builder, "f29999")
    #expect(again == 0)
    #expect(
      builder.profile.functions[builder.profile.locations[builder.profile.nodes[0].location].function].name == "f29999")
  }

  @Test func roomIsBoundedAndWhatComesAfterIsMarked() {
    let builder = builder()
    var last = -1
    for number in 0..<100_000 {
      last = node(builder, "main", "f\(number)")
      _ = builder.add(track: 0, node: last, count: 1, nanoseconds: 1)
    }
    #expect(builder.isFull)
    #expect(builder.profile.nodes.count < 60_010)
    let path = builder.profile.path(to: last).map { builder.profile.functions[builder.profile.locations[$0].function] }
    #expect(path.map(\.name) == ["main", "[too many stacks]"])
    #expect(builder.profile.totalNanoseconds == 100_000)
  }

  @Test func belowOneFunctionItsOutermostCallIsTheRoot() throws {
    let builder = builder("a:work")
    let deep = node(builder, "main", "work", "help", "work", "inner")
    let other = node(builder, "main", "rest")
    #expect(builder.depthOfFunction(in: deep) == 1)
    #expect(builder.depthOfFunction(in: other) == nil)
    _ = builder.add(track: 0, node: deep, count: 1, nanoseconds: 30)
    _ = builder.add(track: 0, node: other, count: 1, nanoseconds: 70)
    let profile = builder.profile.focused(on: FunctionName("a:work"), calls: 4)
    #expect(profile.totalNanoseconds == 30)
    let entry = try #require(profile.stacks.first)
    let names = profile.path(to: entry.node).map { profile.functions[profile.locations[$0].function].name }
    #expect(names == ["work", "help", "work", "inner"])
    let note = "a:work is 30.0 % of all that was sampled; 4 of its calls were seen, shorter ones may not have been"
    #expect(profile.about.notes == [note])
  }
}
