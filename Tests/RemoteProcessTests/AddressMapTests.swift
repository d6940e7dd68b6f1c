import Testing

@testable import RemoteProcess

@Suite struct AddressMapTests {
  @Test(arguments: [1, 64, 2048] as [UInt64]) func itKeepsWhatADictionaryKeeps(distance: UInt64) {
    var map = AddressMap<Int>()
    var dictionary: [UInt64: Int] = [:]
    var state: UInt64 = 1
    for step in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let key = (state >> 33) % 700 * distance
      if state >> 61 < 3 {
        map[key] = nil
        dictionary[key] = nil
      } else {
        map[key] = step
        dictionary[key] = step
      }
    }
    #expect(map.count == dictionary.count)
    #expect(map.allValues.sorted() == dictionary.values.sorted())
    for key in 0..<700 { #expect(map[UInt64(key) * distance] == dictionary[UInt64(key) * distance]) }
  }

  @Test func whatWasForgottenIsNotThereAndCanComeAgain() {
    var map = AddressMap<String>()
    map[RemoteAddress(0x1000)] = "old"
    map.removeAll()
    #expect(map.count == 0)
    #expect(map[RemoteAddress(0x1000)] == nil)
    map[RemoteAddress(0x1000)] = "new"
    #expect(map[RemoteAddress(0x1000)] == "new")
  }

  @Test func theLastAddressIsNotKept() {
    var map = AddressMap<Int>()
    map[UInt64.max] = 1
    map[0] = 2
    #expect(map[UInt64.max] == nil)
    #expect(map[0] == 2)
    #expect(map.count == 1)
  }

  @Test func anAddressIsNewOnce() {
    var seen = AddressMap<Bool>()
    let isNew = [seen.insert(RemoteAddress(8)), seen.insert(RemoteAddress(8))]
    #expect(isNew == [true, false])
  }
}
