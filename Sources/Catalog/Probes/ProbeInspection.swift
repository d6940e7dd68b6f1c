import Expressions
import Values

/// A look around in what a probe has captured: frame by frame, and read only. What is walked through is data; nothing is
/// asked of the process.
struct ProbeInspection {
  private let records: [ProbeRecord]
  private var record = 0
  private var frame = 0

  private static let help = """
    list            the captures; show N is one of them
    frames          where it was, innermost first; frame N, up (to the caller) and down go from one to another
    locals          the variables of this frame, or the arguments of the call
    print EXPR      one of them: a name with attributes and items, as order.items[0]
    exit            or Ctrl-D

    """

  init(_ records: [ProbeRecord]) {
    self.records = records
    record = max(records.count - 1, 0)
  }

  var prompt: String {
    let count = frames.count
    return count > 1 ? "(\(record + 1), frame \(frame) of 0-\(count - 1)) " : "(\(record + 1)) "
  }

  /// What is said to a line; nil ends it.
  mutating func answer(_ line: String) -> String? {
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    let rest = words.count > 1 ? words[1] : ""
    switch words.first ?? "" {
    case "": return ""
    case "exit", "quit", "q": return nil
    case "help", "?": return Self.help
    case "list": return list()
    case "show": return show(rest)
    case "frames", "where", "bt": return records.isEmpty ? "nothing was captured\n" : whole()
    case "frame", "f": return go(Int(rest) ?? -1)
    case "up", "u": return go(frame + 1)
    case "down", "d": return go(frame - 1)
    case "locals", "args", "a": return fields.map(line(of:)).joined()
    case "print", "p": return value(rest)
    default: return "there is no \(words[0]): help says what there is\n"
    }
  }

  // MARK: - Captures

  private func list() -> String {
    guard !records.isEmpty else { return "nothing was captured\n" }
    return records.enumerated().map { index, record in
      let process = record.pid.map { " process \($0)" } ?? ""
      return "\(index == self.record ? ">" : " ") \(index + 1)\(process) \(Self.title(record))\n"
    }.joined()
  }

  private mutating func show(_ word: String) -> String {
    guard let number = Int(word), records.indices.contains(number - 1) else {
      return "show N, with N from 1 to \(records.count)\n"
    }
    (record, frame) = (number - 1, 0)
    return whole()
  }

  private static func title(_ record: ProbeRecord) -> String {
    guard let error = record.exception else {
      return record.message.map { ProbeRecord.text($0) } ?? record.stack?.first?.function ?? "a call"
    }
    let arguments = error.arguments.map { ValueText().text(of: $0) }.joined(separator: ", ")
    return ValueText.plain(error.type) + "(\(arguments))"
      + ((record.times ?? 1) > 1 ? ", \(record.times ?? 1) times" : "")
  }

  // MARK: - Frames

  /// Those with variables first, then who called.
  private var frames: [(place: ProbeRecord.Place, fields: [Value.Field]?)] {
    guard records.indices.contains(record) else { return [] }
    let shown = records[record]
    if let frames = shown.frames {
      return frames.map { (ProbeRecord.Place(file: $0.file, line: $0.line, function: $0.function), $0.locals) }
        + (shown.callers ?? []).map { ($0, nil) }
    }
    let own = shown.locals ?? shown.arguments
    return (shown.stack ?? []).enumerated().map { index, place in (place, index == 0 ? own : nil) }
  }

  private var fields: [Value.Field] {
    if frames.indices.contains(frame) { return frames[frame].fields ?? [] }
    return records.indices.contains(record) ? records[record].arguments ?? [] : []
  }

  private func whole() -> String {
    let lines = frames.enumerated().map { index, frame in
      "\(index == self.frame ? ">" : " ") \(index) \(Self.text(frame.place))\n"
    }
    return Self.title(records[record]) + "\n" + lines.joined()
  }

  private mutating func go(_ number: Int) -> String {
    guard frames.indices.contains(number) else {
      return frames.isEmpty ? "it has no frames\n" : "there are the frames 0 to \(frames.count - 1)\n"
    }
    frame = number
    return "> \(number) \(Self.text(frames[number].place))\n"
      + (frames[number].fields == nil ? "  of this frame no variables were captured\n" : "")
  }

  private static func text(_ place: ProbeRecord.Place) -> String {
    "\(ValueText.plain(place.function)) at \(ValueText.plain(place.file)):\(place.line)"
  }

  // MARK: - Values

  private func line(of field: Value.Field) -> String {
    "\(ValueText.plain(field.name)) = \(ValueText().text(of: field.value))\n"
  }

  private func value(_ text: String) -> String {
    do throws(ExpressionError) {
      guard let value = value(of: try Expression(text).root) else { return "no such thing was captured\n" }
      return ValueText(room: 4000, textRoom: 4096, itemRoom: 1000).text(of: value) + "\n"
    } catch {
      return "\(error)\n"
    }
  }

  private func value(of node: ExpressionNode) -> Value? {
    switch node {
    case .name(let name): return fields.first { $0.name == name }?.value
    case .special(.returned): return records.indices.contains(record) ? records[record].returned : nil
    case .attribute(let of, let name):
      guard case .object(let attributes, _)? = value(of: of)?.content else { return nil }
      return attributes.first { $0.name == name }?.value
    case .item(let of, let index):
      guard let holder = value(of: of), case .constant(let key) = index else { return nil }
      switch (holder.content, key) {
      case (.sequence(let items, _), .integer(let number)):
        return items.indices.contains(number) ? items[number] : nil
      case (.mapping(let entries, _), .text(let name)):
        return entries.first { if case .text(name, _) = $0.key.content { true } else { false } }?.value
      case (.mapping(let entries, _), .integer(let number)):
        return entries.first { $0.key.content == .integer("\(number)") }?.value
      default: return nil
      }
    default: return nil
    }
  }
}
