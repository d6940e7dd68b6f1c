import Testing

@testable import RemoteProcess

@Suite struct ControlGroupsTests {
  @Test(arguments: [
    ("0::/system.slice/shop.service\n", "shop.service"),
    ("0::/system.slice/system-shop.slice/shop@1.service/workers\n", "shop@1.service"),
    ("0::/user.slice/user-1000.slice/session-3.scope\n", "session-3.scope"),
    // Below their own manager everybody names units as they like.
    ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/shop.service\n", "user@1000.service"),
    // So does root of a container below the container's group.
    ("0::/system.slice/docker-0123.scope/system.slice/shop.service\n", "docker-0123.scope"),
    ("12:cpu:/\n1:name=systemd:/system.slice/shop.service\n", "shop.service"),
  ])
  func theUnitIsOneOfTheHosts(contents: String, unit: String) {
    #expect(ControlGroups(Array(contents.utf8)).unit == unit)
  }

  @Test func whereThereIsNoUnitThereIsNone() {
    for contents in ["", "0::/\n", "0::/kubepods/burstable\n", "nonsense"] {
      #expect(ControlGroups(Array(contents.utf8)).unit == nil)
    }
  }
}
