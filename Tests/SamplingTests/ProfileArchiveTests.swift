import Profiles
import Testing

@testable import Sampling

@Suite struct ProfileArchiveTests {
  private var profile: Profile {
    var about = ProfileFacts(mode: .cpu, rate: 99.5)
    about.targets = [.init(pid: 4711, application: "shop", python: "3.13.0")]
    (about.achievedRate, about.started, about.seconds, about.ownCPU) = (98.25, 1.7e9, 12.5, 0.01)
    (about.ticks, about.samples, about.uncertain, about.failed, about.missed) = (5, 300, 2, 1, 4)
    about.isStopped = true
    about.filters = ["thread wörker"]
    about.notes = ["a note", ""]
    var profile = Profile(about: about)
    profile.functions = [
      .init(name: "main", file: "/srv/a.py", firstLine: 1), .init(name: "[x]", file: "", firstLine: 0, isMark: true),
    ]
    profile.locations = [.init(function: 0, line: 7), .init(function: 1, line: 0)]
    profile.nodes = [.init(parent: -1, location: 0), .init(parent: 0, location: 1)]
    profile.tracks = [
      .init(pid: 4711, application: "shop", name: "MainThread", nativeID: 0),
      .init(pid: 4711, application: nil, name: "task", nativeID: nil, request: "GET /"),
    ]
    profile.stacks = [
      .init(track: 0, node: 1, count: 300, nanoseconds: .max), .init(track: 1, node: -1, count: 1, nanoseconds: 0),
    ]
    profile.runs = [.init(track: 1, node: 0, start: 5, nanoseconds: 1 << 40)]
    return profile
  }

  @Test func whatIsWrittenIsRead() {
    #expect(ProfileArchive.profile(from: ProfileArchive(profile).bytes) == profile)
    let empty = Profile(about: ProfileFacts(mode: .gil, rate: 1))
    #expect(ProfileArchive.profile(from: ProfileArchive(empty).bytes) == empty)
  }

  @Test func aPartOfItIsNone() {
    let bytes = ProfileArchive(profile).bytes
    for count in 0..<bytes.count { #expect(ProfileArchive.profile(from: Array(bytes[..<count])) == nil) }
    #expect(ProfileArchive.profile(from: bytes + [0]) == nil)
  }

  @Test func whatPointsBeyondItselfIsNone() {
    var broken = profile
    broken.nodes[1].location = 2
    #expect(ProfileArchive.profile(from: ProfileArchive(broken).bytes) == nil)
    broken = profile
    broken.nodes[0].parent = 0
    #expect(ProfileArchive.profile(from: ProfileArchive(broken).bytes) == nil)
    broken = profile
    broken.stacks[0].track = 9
    #expect(ProfileArchive.profile(from: ProfileArchive(broken).bytes) == nil)
  }
}
