/// Addresses of objects with a number for each, in the order in which they came: a hash table without anything that
/// costs, since millions are looked up in it.
struct AddressTable: ~Copyable {
  private(set) var addresses: ContiguousArray<UInt64> = []
  private var keys: UnsafeMutablePointer<UInt64>
  private var values: UnsafeMutablePointer<Int32>
  private var mask: Int

  var count: Int { addresses.count }

  init(capacity: Int = 1 << 12) {
    var size = 1 << 12
    while size < capacity * 2 { size *= 2 }
    mask = size - 1
    keys = .allocate(capacity: size)
    keys.initialize(repeating: 0, count: size)
    values = .allocate(capacity: size)
    values.initialize(repeating: 0, count: size)
  }

  deinit {
    keys.deallocate()
    values.deallocate()
  }

  /// The number of an address, or nil.
  @inline(__always)
  func find(_ address: UInt64) -> Int? {
    var slot = start(address)
    while true {
      let key = keys[slot]
      if key == address { return address == 0 ? nil : Int(values[slot]) }
      if key == 0 { return nil }
      slot = (slot + 1) & mask
    }
  }

  /// Whether the address was new.
  mutating func insert(_ address: UInt64) -> Bool {
    guard address != 0 else { return false }
    var slot = start(address)
    while true {
      let key = keys[slot]
      if key == address { return false }
      if key == 0 { break }
      slot = (slot + 1) & mask
    }
    keys[slot] = address
    values[slot] = Int32(truncatingIfNeeded: addresses.count)
    addresses.append(address)
    if addresses.count * 2 > mask { grow() }
    return true
  }

  @inline(__always)
  private func start(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: ((address >> 4) &* 0x9e37_79b9_7f4a_7c15) >> 24) & mask
  }

  private mutating func grow() {
    let size = (mask + 1) * 2
    keys.deallocate()
    values.deallocate()
    mask = size - 1
    keys = .allocate(capacity: size)
    keys.initialize(repeating: 0, count: size)
    values = .allocate(capacity: size)
    values.initialize(repeating: 0, count: size)
    for (index, address) in addresses.enumerated() {
      var slot = start(address)
      while keys[slot] != 0 { slot = (slot + 1) & mask }
      keys[slot] = address
      values[slot] = Int32(truncatingIfNeeded: index)
    }
  }
}
