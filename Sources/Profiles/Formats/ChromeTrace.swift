import JSON

/// A profile as trace events, in the order of time
/// (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): a slice for as long as a function
/// was seen to go on. Each track is a thread of its process.
enum ChromeTrace {
  static func bytes(of profile: Profile) throws -> [UInt8] {
    let names = try profile.functions.map { try Writer.quoted($0.name) }
    let categories = profile.functions.map { "\"\($0.origin.rawValue)\"" }
    let details = try profile.functions.map { function in
      function.isMark ? "{}" : "{\"file\":\(try Writer.quoted(function.file)),\"line\":\(function.firstLine)}"
    }
    var writer = Writer()
    for (index, track) in profile.tracks.enumerated() {
      // The same thread may be several tracks, of one request each: the number of a track tells them apart.
      let number = track.nativeID.map { " (\($0))" } ?? ""
      let title = track.name + number + (track.request.map { " " + $0 } ?? "")
      writer.name("process_name", pid: track.pid, tid: index + 1, try Writer.quoted(track.application ?? "python"))
      writer.name("thread_name", pid: track.pid, tid: index + 1, try Writer.quoted(title))
    }
    var slices = profile.tracks.map { _ in Slices() }
    for run in profile.runs {
      slices[run.track].go(on: run, in: profile.path(to: run.node).map { profile.locations[$0].function })
    }
    for (index, track) in profile.tracks.enumerated() {
      for slice in slices[index].all {
        writer.slice(
          slice, pid: track.pid, tid: index + 1, name: names[slice.function], category: categories[slice.function],
          details: details[slice.function])
      }
    }
    let about = profile.about
    var facts = ["\"exporter\":\"ispy\"", "\"profile\":\(try Writer.quoted(about.title))"]
    facts.append("\"facts\":\(try Writer.quoted(about.words.joined(separator: "; ")))")
    if !about.notes.isEmpty { facts.append("\"notes\":\(try Writer.quoted(about.notes.joined(separator: "; ")))") }
    return writer.document(otherData: facts)
  }

  fileprivate struct Slice {
    let function: Int
    /// Nanoseconds since the profile began.
    let start: UInt64
    var end: UInt64
  }

  /// The slices of a track in the order in which they began, outer ones first: of two that cover the same time, viewers
  /// take the first for the outer one.
  private struct Slices {
    private(set) var all: [Slice] = []
    /// Those that go on, outermost first.
    private var open: [Int] = []
    private var end: UInt64 = 0

    /// A stack that was seen for a while: functions that are still there go on, the others have ended.
    mutating func go(on run: Profile.Run, in functions: [Int]) {
      // A pause ends all.
      var kept = 0
      if run.start == end {
        while kept < min(open.count, functions.count), all[open[kept]].function == functions[kept] { kept += 1 }
      }
      open.removeSubrange(kept...)
      end = run.start &+ run.nanoseconds
      for index in open { all[index].end = end }
      for function in functions.dropFirst(kept) {
        open.append(all.count)
        all.append(Slice(function: function, start: run.start, end: end))
      }
    }
  }

  private struct Writer {
    private var text = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":["
    private var isFirst = true

    static func quoted(_ text: String) throws -> String { try JSONText().text(of: text) }

    mutating func name(_ kind: String, pid: Int32, tid: Int, _ name: String) {
      event("{\"ph\":\"M\",\"name\":\"\(kind)\",\"pid\":\(pid),\"tid\":\(tid),\"args\":{\"name\":\(name)}}")
    }

    /// In whole microseconds: viewers add the two, and with fractions of one a slice would end after the one around it.
    mutating func slice(_ slice: Slice, pid: Int32, tid: Int, name: String, category: String, details: String) {
      let start = slice.start / 1000
      event(
        "{\"ph\":\"X\",\"name\":\(name),\"cat\":\(category),\"pid\":\(pid),\"tid\":\(tid),"
          + "\"ts\":\(start),\"dur\":\(slice.end / 1000 - start),"
          + "\"args\":\(details)}")
    }

    private mutating func event(_ event: String) {
      if !isFirst { text += ",\n" }
      isFirst = false
      text += event
    }

    func document(otherData: [String]) -> [UInt8] {
      Array((text + "],\"otherData\":{" + otherData.joined(separator: ",") + "}}\n").utf8)
    }
  }
}
