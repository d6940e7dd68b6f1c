import Profiles
import Testing

struct ProfileTests {
  @Test func aPathLeadsFromTheOutermostFrameInwards() {
    var profile = Profile(about: ProfileFacts(mode: .wall, rate: 100))
    profile.nodes = [
      Profile.Node(parent: -1, location: 4), Profile.Node(parent: 0, location: 2), Profile.Node(parent: 1, location: 3),
    ]
    #expect(profile.path(to: 2) == [4, 2, 3])
    #expect(profile.path(to: -1) == [])
  }

  @Test func theUncertainShareOfNothingIsNothing() {
    #expect(ProfileFacts(mode: .cpu, rate: 100).uncertainShare == 0)
  }
}
