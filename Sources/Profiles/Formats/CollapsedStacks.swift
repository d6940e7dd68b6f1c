/// Collapsed stacks: `TRACK;OUTER;…;INNER WEIGHT`, a line for each stack; the weight is in microseconds, at least 1.
///
/// The form is Brendan Gregg's (https://github.com/brendangregg/FlameGraph). Frames are `NAME (FILE:LINE)`; semicolons and
/// line ends in names become commas and spaces.
enum CollapsedStacks {
  static func text(of profile: Profile) -> String {
    let frames = profile.locations.map { location in
      let function = profile.functions[location.function]
      return clean(function.isMark ? function.name : "\(function.name) (\(function.file):\(location.line))")
    }
    let tracks = profile.tracks.map { clean($0.title) }
    var text = ""
    for entry in profile.stacks {
      text += tracks[entry.track]
      for location in profile.path(to: entry.node) { text += ";" + frames[location] }
      text += " \(max(1, (entry.nanoseconds + 500) / 1000))\n"
    }
    return text
  }

  private static func clean(_ text: String) -> String {
    String(text.map { $0 == ";" ? "," : $0.isNewline ? " " : $0 })
  }
}
