/// A text with marks such as `<redacted:card #3>` in place of its secrets, written once into the room that it takes.
struct MarkedText {
  /// What stands in place of some bytes.
  struct Mark {
    let range: Range<Int>
    let text: String

    init(range: Range<Int>, kind: SecretKind, number: Int?) {
      self.range = range
      text = number.map { "<redacted:\(kind.rawValue) #\($0)>" } ?? "<redacted:\(kind.rawValue)>"
    }
  }

  private let original: [UInt8]
  private let marks: [Mark]
  private let count: Int

  /// - Parameter marks: in the order of the text, none overlapping another.
  init(_ original: [UInt8], marks: [Mark]) {
    self.original = original
    self.marks = marks
    count = marks.reduce(original.count) { $0 - $1.range.count + $1.text.utf8.count }
  }

  /// What is no UTF-8 is repaired, as `String(decoding:as:)` does.
  var text: String { String(unsafeUninitializedCapacity: count) { write(into: $0) } }

  var bytes: [UInt8] { Array(unsafeUninitializedCapacity: count) { $1 = write(into: $0) } }

  private func write(into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var end = 0
    var written = 0
    func put(_ piece: some Collection<UInt8>) {
      written = room[written...].initialize(fromContentsOf: piece)
    }
    for mark in marks {
      put(original[end..<mark.range.lowerBound])
      put(mark.text.utf8)
      end = mark.range.upperBound
    }
    put(original[end...])
    return written
  }
}
