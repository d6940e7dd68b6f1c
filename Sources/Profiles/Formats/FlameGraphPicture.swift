/// A flame graph that stands still: SVG that needs no script, no font and no network. Of two profiles it is a
/// differential one, as wide as the second, red where more time goes than before and blue where less.
struct FlameGraphPicture {
  private let tree: FrameTree
  private let totals: [FrameTree.Weights]
  private let whole: FrameTree.Weights
  private let comparison: ProfileComparison?
  private let title: String
  private let lines: [String]

  private static let width = 1200.0
  private static let margin = 10.0
  private static let rowHeight = 17.0
  private static let lineHeight = 16.0
  /// Boxes that are narrower than this many pixels are left out.
  private static let narrowest = 0.3
  /// A picture of a deep recursion ends somewhere.
  private static let rowLimit = 150

  init(_ profile: Profile) {
    self.init(
      FrameTree(profile, groupsTracks: true), nil, title: profile.about.title,
      lines: [profile.about.words.joined(separator: " · ")] + profile.about.notes)
  }

  init(_ comparison: ProfileComparison) {
    let gone = comparison.goneShare
    self.init(
      comparison.tree, comparison, title: "\(comparison.after.name) against \(comparison.before.name)",
      lines: ["Before: " + comparison.before.words.joined(separator: " · ")]
        + ["After: " + comparison.after.words.joined(separator: " · ")]
        + ["Red took more than before, blue less; \(comparison.measure)."]
        + (gone >= 0.001 ? ["\(Self.percent(gone)) of the time before was in stacks that are no more."] : [])
        + comparison.warnings)
  }

  private init(_ tree: FrameTree, _ comparison: ProfileComparison?, title: String, lines: [String]) {
    self.tree = tree
    self.comparison = comparison
    self.title = title
    self.lines = lines
    totals = tree.totals()
    whole = tree.total
  }

  // MARK: - Places

  private struct Place {
    let box: Int
    let left: Double
    let width: Double
    let row: Int
  }

  /// Where each box that can be seen is, the outermost in row 1; and whether some were too deep.
  private func places() -> (places: [Place], isCut: Bool) {
    var children: [[Int]] = Array(repeating: [], count: tree.boxes.count + 1)
    for (index, box) in tree.boxes.enumerated() { children[box.parent + 1].append(index) }
    let names = tree.functions.map { $0.name }
    let scale = whole.after == 0 ? 0 : (Self.width - 2 * Self.margin) / Double(whole.after)
    var places: [Place] = []
    var isCut = false
    var rest = [(parent: -1, left: Self.margin, row: 1)]
    while let next = rest.popLast() {
      var left = next.left
      let ordered = children[next.parent + 1].sorted {
        (names[tree.boxes[$0].function], $0) < (names[tree.boxes[$1].function], $1)
      }
      for box in ordered {
        let width = Double(totals[box].after) * scale
        if width >= Self.narrowest {
          if next.row > Self.rowLimit {
            isCut = true
          } else {
            places.append(Place(box: box, left: left, width: width, row: next.row))
            rest.append((box, left, next.row + 1))
          }
        }
        left += width
      }
    }
    return (places, isCut)
  }

  // MARK: - Text

  var text: String {
    let (places, isCut) = places()
    let rows = Double((places.map(\.row).max() ?? 0) + 1)
    let head = lines.flatMap { Self.wrapped($0) } + (isCut ? ["What lies deeper is left out."] : [])
    let top = Self.margin + 22 + Self.lineHeight * Double(head.count) + 8
    let bottom = top + rows * Self.rowHeight
    let height = bottom + 28
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(Self.width))" height="\(Self.number(height))" \
      viewBox="0 0 \(Self.number(Self.width)) \(Self.number(height))" role="img">
      <title>\(Markup.escaped(title))</title>
      <desc>\(Markup.escaped(lines.joined(separator: "\n")))</desc>
      <style>
      \(Self.style)
      </style>
      <defs><pattern id="mark" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
      <rect width="6" height="6" fill="#d8b4fe"/><rect width="3" height="6" fill="#a855f7"/></pattern></defs>
      <rect class="paper" width="100%" height="100%"/>
      <text class="title" x="\(Self.number(Self.margin))" y="\(Self.number(Self.margin + 14))">\
      \(Markup.escaped(String(title.prefix(150))))</text>

      """
    for (index, line) in head.enumerated() {
      let y = Self.margin + 22 + Self.lineHeight * Double(index) + 12
      text +=
        "<text class=\"soft\" x=\"\(Self.number(Self.margin))\" y=\"\(Self.number(y))\">\(Markup.escaped(line))</text>\n"
    }
    text += "<g class=\"boxes\">\n"
    text += box(
      "all", details: describe(whole, own: tree.own), fill: "#b8c0ca", left: Self.margin,
      width: Self.width - 2 * Self.margin, top: bottom - Self.rowHeight)
    for place in places {
      let box = tree.boxes[place.box]
      let function = tree.functions[box.function]
      let file = function.isMark ? "" : "\n\(function.file)" + (function.firstLine > 0 ? ":\(function.firstLine)" : "")
      text += self.box(
        function.name, details: file + describe(totals[place.box], own: box.own),
        fill: fill(function, totals[place.box]), left: place.left, width: place.width,
        top: bottom - Double(place.row + 1) * Self.rowHeight)
    }
    let legend =
      comparison == nil
      ? "warm: the application · blue: libraries · grey: threads and marks · striped: uncertain, as far as it could be trusted"
      : "red: more than before · blue: less · grey: the same"
    text +=
      "</g>\n<text class=\"soft\" x=\"\(Self.number(Self.margin))\" y=\"\(Self.number(height - 10))\">\(legend)</text>\n"
    return text + "</svg>\n"
  }

  private static let style = """
    text { font: 11px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #17191d; }
    .paper { fill: #fff; } .title { font-size: 15px; font-weight: bold; } .soft { fill: #555e69; }
    .boxes text { pointer-events: none; fill: #17191d; } .boxes g:hover rect { stroke: #000; }
    @media (prefers-color-scheme: dark) {
    .paper { fill: #17191d; } .title { fill: #e6e9ee; } .soft { fill: #9aa4b1; } .boxes g:hover rect { stroke: #fff; } }
    """

  private func box(
    _ name: String, details: String, fill: String, left: Double, width: Double, top: Double
  ) -> String {
    let title = Markup.escaped(name) + details.split(separator: "\n").map { "\n" + Markup.escaped(String($0)) }.joined()
    var text = "<g><title>\(title)</title><rect x=\"\(Self.number(left))\" y=\"\(Self.number(top))\""
    text +=
      " width=\"\(Self.number(max(width - 0.5, 0.2)))\" height=\"\(Self.number(Self.rowHeight - 1))\" fill=\"\(fill)\"/>"
    let room = Int((width - 6) / 6.7)
    if room >= 3 {
      let shown = name.count > room ? name.prefix(room - 1) + "…" : name[...]
      text +=
        "<text x=\"\(Self.number(left + 3))\" y=\"\(Self.number(top + 12))\">\(Markup.escaped(String(shown)))</text>"
    }
    return text + "</g>\n"
  }

  // MARK: - Words and colours

  private func describe(_ total: FrameTree.Weights, own: FrameTree.Weights) -> String {
    guard let comparison else {
      return "\ntotal \(Self.time(total.after)), \(Self.percent(Self.share(total.after, whole.after)))"
        + "; own \(Self.time(own.after)), \(Self.percent(Self.share(own.after, whole.after)))"
    }
    func line(_ name: String, _ weights: FrameTree.Weights) -> String {
      let change = comparison.change(weights)
      let sign = change > 0 ? "+" : ""
      let words = comparison.isAbsolute ? "\(sign)\((change * 1000).rounded() / 1000) s" : sign + Self.percent(change)
      return
        "\n\(name): \(Self.time(weights.before)), \(Self.percent(Self.share(weights.before, whole.before))) before; "
        + "\(Self.time(weights.after)), \(Self.percent(Self.share(weights.after, whole.after))) after; \(words)"
    }
    return line("total", total) + line("own", own)
  }

  private func fill(_ function: Profile.Function, _ total: FrameTree.Weights) -> String {
    if let comparison {
      let whole = comparison.isAbsolute ? Double(max(self.whole.before, self.whole.after)) / 1e9 : 1
      // The square root shows small changes; a tenth of everything is full colour.
      let strength = whole == 0 ? 0 : min(1, (comparison.change(total).magnitude / whole * 10).squareRoot())
      return strength < 0.02
        ? "#e3e6ea" : "hsl(\(comparison.change(total) > 0 ? 4 : 217),90%,\(Int(93 - strength * 33))%)"
    }
    if function.isUncertain { return "url(#mark)" }
    let tone = function.name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
    switch function.origin {
    case .application: return "hsl(\(14 + tone % 36),\(78 + tone % 17)%,\(60 + tone % 10)%)"
    case .library: return "hsl(\(188 + tone % 34),\(38 + tone % 18)%,\(68 + tone % 12)%)"
    case .mark: return "#b8c0ca"
    }
  }

  private static func share(_ part: UInt64, _ whole: UInt64) -> Double { ProfileComparison.share(part, whole) }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

  private static func time(_ nanoseconds: UInt64) -> String {
    nanoseconds >= 1_000_000_000
      ? "\(Double(nanoseconds / 10_000_000) / 100) s" : "\(Double(nanoseconds / 100_000) / 10) ms"
  }

  private static func number(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

  /// Lines of at most so many letters, broken between words.
  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + word.count + 1 > 170 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word.prefix(170)
    }
    return lines + [line]
  }
}

extension ProfileComparison {
  /// The share of the time before that was in boxes which are no more.
  var goneShare: Double {
    let gone = zip(tree.boxes, tree.totals()).reduce(0 as UInt64) { $0 &+ ($1.1.after == 0 ? $1.0.own.before : 0) }
    return Self.share(gone, before.nanoseconds)
  }
}
