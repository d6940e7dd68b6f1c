/// A message in the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding), as it is written.
///
/// What is 0 or empty is left out, as proto3 does it.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ field: Int, _ value: UInt64) {
    guard value != 0 else { return }
    varint(UInt64(field) << 3)
    varint(value)
  }

  /// An `int64`: a negative one takes ten bytes.
  mutating func put(_ field: Int, _ value: Int) { put(field, UInt64(bitPattern: Int64(value))) }

  /// A text; it is written even where it is empty, since it may be one of many.
  mutating func put(_ field: Int, _ text: String) { put(field, bytes: Array(text.utf8)) }

  /// A message within this one, likewise.
  mutating func put(_ field: Int, _ body: (inout ProtobufMessage) -> Void) {
    var message = ProtobufMessage()
    body(&message)
    put(field, bytes: message.bytes)
  }

  /// Numbers without a tag each.
  mutating func put(_ field: Int, packed values: some Sequence<UInt64>) {
    var message = ProtobufMessage()
    for value in values { message.varint(value) }
    if !message.bytes.isEmpty { put(field, bytes: message.bytes) }
  }

  private mutating func put(_ field: Int, bytes: [UInt8]) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(bytes.count))
    self.bytes += bytes
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
