/// Values by address, or by another word that the target chose: a hash table with open addressing.
///
/// A `Dictionary` costs its first use some 40 microseconds for each new type of key, in which the runtime looks through every
/// conformance of the program for `Hashable`: more than a look at a thread takes. And its hash is dearer than what is looked
/// up here. Keys are spread by a random factor, so that a target cannot choose addresses that collide. All of it is compiled into
/// its callers, for their type of value: for any type, each insertion would look types up.
public struct AddressMap<Value> {
  @usableFromInline var keys: [UInt64] = []
  @usableFromInline var values: [Value?] = []
  @usableFromInline var used = 0

  @inlinable public init() {}

  @inlinable public var count: Int { used }

  /// Marks a free slot: no object lies at the last byte of the address space, and a value under it is not kept.
  @inlinable static var free: UInt64 { .max }

  @inlinable public subscript(key: UInt64) -> Value? {
    get { keys.isEmpty ? nil : values[slot(of: key)] }
    set {
      if let newValue { insert(newValue, key) } else { remove(key) }
    }
  }

  @inlinable public subscript(address: RemoteAddress) -> Value? {
    get { self[address.rawValue] }
    set { self[address.rawValue] = newValue }
  }

  /// What is kept, in no order.
  @inlinable public var allValues: [Value] {
    var found: [Value] = []
    for case let value? in values { found.append(value) }
    return found
  }

  /// Forgets everything and keeps the room.
  @inlinable public mutating func removeAll() {
    guard used > 0 else { return }
    for index in keys.indices where keys[index] != Self.free {
      keys[index] = Self.free
      values[index] = nil
    }
    used = 0
  }

  // MARK: - Slots

  @inlinable var mask: Int { keys.count - 1 }

  /// Where the key would be if no other was in its way.
  @inlinable func home(of key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* HashFactor.value) >> 32) & (keys.count - 1)
  }

  /// The slot that has the key, or the free one where it would go.
  @inlinable func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    var slot = home(of: key)
    while keys[slot] != key, keys[slot] != Self.free { slot = (slot + 1) & mask }
    return slot
  }

  @inlinable mutating func insert(_ value: Value, _ key: UInt64) {
    guard key != Self.free else { return }
    if (used + 1) * 2 > keys.count { grow() }
    let slot = slot(of: key)
    if keys[slot] == Self.free {
      keys[slot] = key
      used += 1
    }
    values[slot] = value
  }

  /// Moves those behind it that would not be found any more into the hole.
  @inlinable mutating func remove(_ key: UInt64) {
    guard used > 0, key != Self.free else { return }
    var hole = slot(of: key)
    guard keys[hole] == key else { return }
    used -= 1
    var next = (hole + 1) & mask
    while keys[next] != Self.free {
      if (next &- home(of: keys[next])) & mask >= (next &- hole) & mask {
        keys[hole] = keys[next]
        values[hole] = values[next]
        hole = next
      }
      next = (next + 1) & mask
    }
    keys[hole] = Self.free
    values[hole] = nil
  }

  @inlinable mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    let size = max(16, oldKeys.count * 2)
    keys = [UInt64](repeating: Self.free, count: size)
    values = [Value?](repeating: nil, count: size)
    for (index, key) in oldKeys.enumerated() where key != Self.free {
      let slot = slot(of: key)
      keys[slot] = key
      values[slot] = oldValues[index]
    }
  }
}

extension AddressMap where Value == Bool {
  /// Whether the key was new.
  @inlinable public mutating func insert(_ key: UInt64) -> Bool {
    if self[key] != nil { return false }
    self[key] = true
    return true
  }

  /// Whether the address was new.
  @inlinable public mutating func insert(_ address: RemoteAddress) -> Bool { insert(address.rawValue) }
}

/// Of all maps: a generic type has no stored statics.
@usableFromInline enum HashFactor {
  @usableFromInline static let value = UInt64.random(in: .min ... .max) | 1
}
