import Profiles
import Testing
import WebRequests

@testable import Sampling

@Suite struct TrackTableTests {
  private let builder = ProfileBuilder(ProfileFacts(mode: .wall, rate: 100), function: nil)

  private func thread(_ name: String) -> Profile.Track {
    Profile.Track(pid: 1, application: nil, name: name, nativeID: nil)
  }

  @Test func aTrackForEachThreadAndRequest() {
    let table = TrackTable(builder, filter: nil)
    let carrier = table.carrier(thread("worker"))
    let order = table.label(of: WebRequest(method: "GET", path: "/o/1", route: .init(pattern: "/o/<id>")))
    #expect(table.label(of: WebRequest(method: "GET", path: "/o/2", route: .init(pattern: "/o/<id>"))) == order)
    let alone = table.track(carrier: carrier, label: TrackTable.none)
    let serving = table.track(carrier: carrier, label: order)
    #expect(table.track(carrier: table.carrier(thread("worker")), label: order) == serving)
    #expect(alone != serving)
    #expect(builder.profile.tracks.map(\.request) == [nil, "GET /o/<id>"])
  }

  @Test func whatIsNotWantedIsLeftOut() {
    let table = TrackTable(builder, filter: RequestFilter("/checkout"))
    let carrier = table.carrier(thread("worker"))
    let other = table.label(of: WebRequest(method: "GET", path: "/orders"))
    let wanted = table.label(of: WebRequest(method: "POST", path: "/checkout"))
    for label in [TrackTable.none, TrackTable.between, other] {
      #expect(table.track(carrier: carrier, label: label) == TrackTable.leftOut)
    }
    #expect(table.track(carrier: carrier, label: wanted) == 0)
    #expect(table.isWanted(wanted) && !table.isWanted(other))
  }

  @Test func pathsAndThreadsWithoutEndTakeBoundedRoom() {
    let table = TrackTable(builder, filter: nil)
    for number in 0..<10_000 {
      let carrier = table.carrier(thread("worker \(number)"))
      _ = table.track(carrier: carrier, label: table.label(of: WebRequest(method: "GET", path: "/\(number)")))
    }
    #expect(builder.profile.tracks.count <= TrackTable.carrierLimit + 2)
    #expect(builder.profile.tracks.last?.name == "[others]")
    #expect(builder.profile.tracks.last?.request == "[other requests]")
  }
}
