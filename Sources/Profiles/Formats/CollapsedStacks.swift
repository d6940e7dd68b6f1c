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
      text += " \(max(1, microseconds(entry.nanoseconds)))\n"
    }
    return text
  }

  /// Two weights on each line, as flamegraph.pl draws a differential graph of: `OUTER;…;INNER BEFORE AFTER`. Frames are
  /// `NAME (FILE)`. Unless the comparison is absolute, the first is scaled to the whole of the second, as difffolded.pl
  /// does with -n.
  static func text(of comparison: ProfileComparison) -> String {
    let tree = comparison.tree
    let names = tree.functions.map { clean($0.isMark ? $0.name : "\($0.name) (\($0.file))") }
    let isScaled = !comparison.isAbsolute && comparison.before.nanoseconds > 0 && comparison.after.nanoseconds > 0
    let scale = isScaled ? Double(comparison.after.nanoseconds) / Double(comparison.before.nanoseconds) : 1
    func line(_ stack: String, _ weights: FrameTree.Weights) -> String {
      let before = UInt64((Double(weights.before) * scale / 1000).rounded())
      return "\(stack) \(before) \(microseconds(weights.after))\n"
    }
    var text = tree.own.isZero ? "" : line("[no Python]", tree.own)
    for (index, box) in tree.boxes.enumerated() where !box.own.isZero {
      text += line(tree.path(to: index).map { names[$0] }.joined(separator: ";"), box.own)
    }
    return text
  }

  private static func microseconds(_ nanoseconds: UInt64) -> UInt64 {
    nanoseconds / 1000 + (nanoseconds % 1000 >= 500 ? 1 : 0)
  }

  private static func clean(_ text: String) -> String {
    String(text.map { $0 == ";" ? "," : $0.isNewline ? " " : $0 })
  }
}
