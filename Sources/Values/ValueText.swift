/// A value as text for people, in the way Python would write it: `{'id': 7, 'items': [Item(sku='a', qty=2), … 3 more]}`.
///
/// Everything that comes from the target is escaped as Python's `repr` does, so no control character, escape sequence or
/// change of writing direction in it reaches a terminal. The text is bounded however large the value is.
public struct ValueText: Equatable, Sendable {
  /// The room for one value, in characters. What is past it is left out and counted; closing brackets may exceed it.
  public var room: Int
  /// The most characters shown of one `str`, `bytes` or other text in it.
  public var textRoom: Int
  /// The most items shown of one list, dict or object.
  public var itemRoom: Int
  /// How deep containers are opened; deeper ones are shown as `[…]`.
  public var depth: Int

  public init(room: Int = 400, textRoom: Int = 120, itemRoom: Int = 20, depth: Int = 6) {
    self.room = room
    self.textRoom = textRoom
    self.itemRoom = itemRoom
    self.depth = depth
  }

  public func text(of value: Value) -> String {
    var output = TextBuffer()
    write(value, to: &output)
    return output.text
  }

  /// Appends the value to what is already there.
  public func write(_ value: Value, to output: inout TextBuffer) {
    var writer = ValueWriter(limits: self, output: output)
    output = TextBuffer()  // hands the storage over, so that the writer appends in place
    writer.write(value, depth: 0)
    output = writer.output
  }

  /// Text of the target without quotes, escaped so that it can be shown: a name, a path, a message.
  public static func plain(_ text: String, room: Int = .max) -> String {
    // Most names and paths are plain ASCII: nothing to escape, and nothing to copy.
    if text.utf8.count <= room, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var writer = ValueWriter(limits: ValueText(room: room), output: TextBuffer())
    writer.writePlain(text, room: room)
    return writer.output.text
  }

  /// A number of bytes as people read it: `812 B`, `1.2 kB`, `34 MB` (powers of 1000).
  public static func byteCount(_ count: Int) -> String { quantity(count, spaced: true) + "B" }

  /// `812`, `1.2 k`, `34 M`, with the unit's letter to follow.
  static func quantity(_ count: Int, spaced: Bool) -> String {
    let gap = spaced ? " " : ""
    guard count.magnitude >= 1000 else { return "\(count)" + gap }
    var value = count
    var unit = ""
    for letter in ["k", "M", "G", "T", "P", "E"] {
      unit = letter
      if value.magnitude < 999_950 { break }
      value /= 1000
    }
    let tenths = (value + (value < 0 ? -50 : 50)) / 100
    let fraction = tenths.magnitude < 100 && tenths % 10 != 0 ? ".\((tenths % 10).magnitude)" : ""
    return "\(tenths / 10)\(fraction)\(gap)\(unit)"
  }
}
