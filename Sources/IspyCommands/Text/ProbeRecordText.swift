import Catalog
import Terminal
import Values

/// One capture of a probe for people.
struct ProbeRecordText {
  let paint: Paint
  /// Captures of several processes stand among each other.
  let isOfMany: Bool

  /// One line of what was shown before: what it was, where, and how often.
  func summary(_ record: ProbeRecord) -> String {
    let place =
      record.frames?.first.map { ($0.function, $0.file, $0.line) }
      ?? record.stack?.first.map { ($0.function, $0.file, $0.line) }
    let what = record.exception.map { ValueText.plain($0.type) + " in " } ?? "called from "
    let process = isOfMany ? record.pid.map { "\($0) " } ?? "" : ""
    let shown = place.map { self.place($0.0, $0.1, $0.2) } ?? "nowhere"
    let times = record.times ?? 1
    let further = record.frames == nil ? record.stack?.dropFirst().prefix(2).map { ", from " + $0.function } ?? [] : []
    return process + what + shown + further.joined() + ": \(times) time\(times == 1 ? "" : "s")\n"
  }

  func text(_ record: ProbeRecord) -> String {
    var text = head(record) + (record.message.map { ValueText.plain(ProbeRecord.text($0)) } ?? outcome(record)) + "\n"
    text += fields(record.arguments, "    ")
    if let returned = record.returned {
      text += "    " + paint.dim("returned ") + ValueText().text(of: returned) + "\n"
    }
    text += fields(record.locals, "    ")
    for frame in record.frames ?? [] {
      text += "  " + place(frame.function, frame.file, frame.line) + "\n" + fields(frame.locals, "      ")
    }
    if let callers = record.callers, !callers.isEmpty {
      text += paint.dim("  called from") + "\n"
      text += callers.prefix(Self.callersShown).map { "    " + place($0) + "\n" }.joined()
      let more = callers.count - Self.callersShown
      if more > 0 { text += paint.dim("    and \(more) more") + "\n" }
    }
    text += (record.stack ?? []).map { "  " + place($0) + "\n" }.joined()
    if let tree = record.tree { text += calls(tree, of: record.nanoseconds ?? 0, depth: 0) }
    if let functions = record.functions { text += table(functions) }
    if record.wasCut == true { text += paint.dim("  there was more than is captured") + "\n" }
    return text
  }

  private func head(_ record: ProbeRecord) -> String {
    let milliseconds = Int((record.at - record.at.rounded(.down)) * 1000)
    let fraction = String(1000 + milliseconds).dropFirst()
    let process = isOfMany ? record.pid.map { "\($0) " } ?? "" : ""
    return paint.dim(Clock.text(record.at).suffix(8) + ".\(fraction) " + process)
  }

  private func outcome(_ record: ProbeRecord) -> String {
    var words: [String] = []
    if let thread = record.thread.name { words.append(ValueText.plain(thread)) }
    if let took = record.nanoseconds { words.append("took " + Durations.text(took)) }
    if let error = record.exception {
      let arguments = error.arguments.map { ValueText().text(of: $0) }.joined(separator: ", ")
      words.append(paint.alarm(ValueText.plain(error.type)) + "(\(arguments))")
    }
    if let causes = record.causes, !causes.isEmpty {
      words.append("from " + causes.map { ValueText.plain($0) }.joined(separator: ", from "))
    }
    if let times = record.times, times > 1 { words.append("\(times) times") }
    return words.joined(separator: ", ")
  }

  private func fields(_ fields: [Value.Field]?, _ indent: String) -> String {
    (fields ?? []).map { field in
      indent + paint.name(ValueText.plain(field.name)) + " = " + ValueText().text(of: field.value) + "\n"
    }.joined()
  }

  private func place(_ place: ProbeRecord.Place) -> String { self.place(place.function, place.file, place.line) }

  private func place(_ function: String, _ file: String, _ line: Int) -> String {
    ValueText.plain(function) + " " + paint.dim(ValueText.plain(file) + ":\(line)")
  }

  private func call(_ call: ProbeRecord.Call, of total: Int, depth: Int) -> String {
    let share = total > 0 ? Double(call.nanoseconds) / Double(total) * 100 : 0
    let percent = Figures.fixed(share, places: 1)
    let times = call.calls > 1 ? " \(call.calls) calls" : ""
    let file = call.file.isEmpty ? "" : paint.dim(" " + ValueText.plain(call.file) + ":\(call.line)")
    let padding = String(repeating: " ", count: max(6 - percent.count, 0))
    let line =
      "  " + padding + percent + "% " + String(repeating: "  ", count: depth) + ValueText.plain(call.function) + " "
      + paint.name(Durations.text(call.nanoseconds)) + times + file + "\n"
    return line + calls(call.tree, of: total, depth: depth + 1)
  }

  /// Those that took a part of the time worth a line; how many others there are.
  private func calls(_ calls: [ProbeRecord.Call], of total: Int, depth: Int) -> String {
    let shown = calls.filter { $0.nanoseconds * Self.smallestShare >= total }
    let lines = shown.map { call($0, of: total, depth: depth) }.joined()
    let rest = calls.count - shown.count
    guard rest > 0, !shown.isEmpty else { return lines }
    let indent = String(repeating: "  ", count: depth)
    return lines + paint.dim("          \(indent)and \(rest) with less than 1 % each") + "\n"
  }

  /// Of the whole call: what took less than one part of so many is left out.
  private static let smallestShare = 100
  private static let callersShown = 5

  private func table(_ functions: [ProbeRecord.FunctionTime]) -> String {
    let rows = functions.map { row in
      [
        Durations.text(row.own), Durations.text(row.nanoseconds), String(row.calls), row.function,
        row.file.isEmpty ? "" : row.file + ":\(row.line)",
      ]
    }
    let lines = Columns.lines([["OWN", "TOTAL", "CALLS", "FUNCTION", ""]] + rows, right: [0, 1, 2])
    return "  " + paint.bold(lines[0]) + "\n" + lines.dropFirst().map { "  " + $0 + "\n" }.joined()
  }
}

extension ProbesResult: TextRendering {
  func text(_ paint: Paint) -> String {
    processes.map { process in
      let head = paint.bold("process \(process.pid)")
      if let problem = process.problem { return head + ": " + paint.warning(ValueText.plain(problem)) + "\n" }
      guard !process.probes.isEmpty else { return head + ": no probes\n" }
      return head + "\n"
        + process.probes.map { state in
          "  \(state.number) \(state.kind.rawValue) \(ValueText.plain(state.place)): "
            + ProbeStateText(paint: paint).text(state) + "\n"
        }.joined()
    }.joined()
  }
}
