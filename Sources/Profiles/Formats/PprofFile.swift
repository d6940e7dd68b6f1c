/// A profile as pprof reads it (https://github.com/google/pprof/blob/main/proto/profile.proto): samples and nanoseconds
/// by stack, with the thread, process, application and request as labels. Field numbers are those of profile.proto.
enum PprofFile {
  static func message(of profile: Profile) -> [UInt8] {
    var strings = Strings()
    var message = ProtobufMessage()
    let about = profile.about
    func type(_ field: Int, _ name: String, _ unit: String) {
      message.put(field) {
        $0.put(1, strings[name])
        $0.put(2, strings[unit])
      }
    }
    type(1, "samples", "count")
    type(1, about.mode.rawValue, "nanoseconds")
    // Where no Python ran there is no frame; pprof leaves out what has none.
    let idle = profile.locations.count + 1
    for entry in profile.stacks {
      let track = profile.tracks[entry.track]
      let path = entry.node < 0 ? [idle] : profile.path(to: entry.node).reversed().map { $0 + 1 }
      message.put(2) { sample in
        sample.put(1, packed: path.lazy.map { UInt64($0) })
        sample.put(2, packed: [UInt64(max(entry.count, 0)), entry.nanoseconds])
        for (key, text) in [("thread", track.name), ("request", track.request), ("application", track.application)] {
          guard let text, !text.isEmpty else { continue }
          sample.put(3) {
            $0.put(1, strings[key])
            $0.put(2, strings[text])
          }
        }
        for (key, number) in [("pid", track.pid), ("thread_id", track.nativeID ?? 0)] where number != 0 {
          sample.put(3) {
            $0.put(1, strings[key])
            $0.put(3, Int(number))
          }
        }
      }
    }
    // What runs is the program's Python code; it says so that nothing is looked for in executables.
    message.put(3) {
      $0.put(1, 1)
      $0.put(
        5, strings[about.targets.first.map { ($0.application ?? "python") + " (Python \($0.python))" } ?? "python"])
      for known in 7...9 { $0.put(known, 1) }
    }
    for (index, location) in profile.locations.enumerated() {
      put(location: index + 1, function: location.function + 1, line: location.line, into: &message)
    }
    put(location: idle, function: profile.functions.count + 1, line: 0, into: &message)
    let none = Profile.Function(name: "[no Python]", file: "", firstLine: 0, isMark: true)
    for (index, function) in (profile.functions + [none]).enumerated() {
      message.put(5) {
        $0.put(1, index + 1)
        $0.put(2, strings[function.name])
        $0.put(3, strings[function.name])
        $0.put(4, strings[function.file])
        $0.put(5, function.firstLine)
      }
    }
    message.put(9, UInt64(max(about.started, 0) * 1e9))
    message.put(10, UInt64(max(about.seconds, 0) * 1e9))
    type(11, about.mode.rawValue, "nanoseconds")
    message.put(12, about.rate > 0 ? UInt64(1e9 / about.rate) : 0)
    message.put(13, packed: ([about.title] + about.words + about.notes).map { UInt64(strings[$0]) })
    message.put(14, strings[about.mode.rawValue])
    // Last, when all are known; the first is the empty one, which must be there.
    for text in strings.all { message.put(6, text) }
    return message.bytes
  }

  private static func put(location: Int, function: Int, line: Int, into message: inout ProtobufMessage) {
    message.put(4) {
      $0.put(1, location)
      $0.put(2, 1)
      $0.put(4) {
        $0.put(1, function)
        $0.put(2, line)
      }
    }
  }

  /// The table of strings.
  private struct Strings {
    private(set) var all = [""]
    private var known = ["": 0]

    subscript(text: String) -> Int {
      mutating get {
        if let index = known[text] { return index }
        known[text] = all.count
        all.append(text)
        return all.count - 1
      }
    }
  }
}
