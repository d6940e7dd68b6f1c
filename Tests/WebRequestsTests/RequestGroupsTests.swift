import RemoteProcess
import Testing

@testable import WebRequests

struct RequestGroupsTests {
  private func thread(_ id: UInt64, sources: [UInt64] = [], links: [UInt64] = []) -> StackReading {
    reading(.thread(id: id, nativeID: nil, name: nil), sources: sources, links: links)
  }

  private func task(
    _ address: UInt64, sources: [UInt64] = [], links: [UInt64] = [], isRoot: Bool = false
  ) -> StackReading {
    var reading = reading(.task(address: address, name: "Task-\(address)"), sources: sources, links: links)
    reading.isRootedInServer = isRoot
    return reading
  }

  private func reading(_ carrier: Carrier, sources: [UInt64], links: [UInt64]) -> StackReading {
    var reading = StackReading(carrier: carrier, frames: [], isConsistent: true)
    for source in sources { reading.add(RequestSource(kind: .scope, address: RemoteAddress(source)), atFrame: 0) }
    reading.links = Set(links.map { RemoteAddress($0) })
    return reading
  }

  private func carriers(_ groups: [[StackReading]]) -> [[Carrier]] { groups.map { $0.map(\.carrier) } }

  @Test func stacksWithoutARequestAreNoGroup() {
    #expect(RequestGroups.join([thread(1), thread(2, links: [9])]).isEmpty)
  }

  @Test func stacksOfOneSourceAreOneRequest() {
    let groups = RequestGroups.join([task(1, sources: [100]), task(2, sources: [200]), task(3, sources: [100])])
    #expect(groups.count == 2)
    #expect(carriers(groups)[0] == [task(1).carrier, task(3).carrier])
  }

  @Test func aThreadIsJoinedToTheTaskThatAwaitsIt() {
    let groups = RequestGroups.join([
      thread(1, links: [50]), thread(2, links: [51]), task(3, sources: [100], links: [51]),
      task(4, sources: [200], links: [50]),
    ])
    let pairs: Set<Set<Carrier>> = [[thread(1).carrier, task(4).carrier], [thread(2).carrier, task(3).carrier]]
    #expect(Set(carriers(groups).map { Set($0) }) == pairs)
  }

  @Test func stacksAreJoinedThroughOthers() {
    let groups = RequestGroups.join([
      task(1, sources: [100]), task(2, sources: [200]), task(3, sources: [100, 200]), thread(4, sources: [200]),
    ])
    #expect(groups.count == 1)
    #expect(groups.first?.count == 4)
  }

  @Test func theServersOwnStackComesFirstAndTheWorkingThreadLast() {
    let group = [thread(1, links: [5]), thread(2, sources: [100]), task(3, sources: [100]), task(4, isRoot: true)]
    #expect(RequestGroups.ordered(group).map(\.carrier) == [task(4), task(3), thread(2), thread(1)].map(\.carrier))
  }
}
