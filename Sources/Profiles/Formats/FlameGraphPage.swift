import JSON

/// A profile, or two beside each other, as a page that needs nothing else: Page/flamegraph.html with its style, its
/// scripts and the data in it.
///
/// Only scripts with a number that is drawn anew for each page run in it: whatever a name of the program's looks like, a
/// browser takes it for no script.
enum FlameGraphPage {
  static func bytes(of profile: Profile) throws -> [UInt8] {
    try page(
      kind: "profile", data: JSONText().text(of: profile), title: profile.about.title, facts: [profile.about.words],
      notes: profile.about.notes)
  }

  static func bytes(of comparison: ProfileComparison) throws -> [UInt8] {
    try page(
      kind: "comparison", data: JSONText().text(of: comparison),
      title: "\(comparison.after.name) against \(comparison.before.name)",
      facts: [["Before: " + comparison.before.words.joined(separator: " · ")]]
        + [["After: " + comparison.after.words.joined(separator: " · ")], [comparison.measure]],
      notes: comparison.warnings)
  }

  private static func page(
    kind: String, data: String, title: String, facts: [[String]], notes: [String]
  ) throws -> [UInt8] {
    func paragraphs(_ lines: [String]) -> String { lines.map { "<p>\(Markup.escaped($0))</p>" }.joined() }
    let number =
      String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    let parts: [String: [UInt8]] = [
      "NUMBER": Array(number.utf8), "TITLE": Array(Markup.escaped(title).utf8),
      "FACTS": Array(paragraphs(facts.map { $0.joined(separator: " · ") }).utf8),
      "NOTES": Array(paragraphs(notes).utf8), "KIND": Array(kind.utf8), "DATA": harmless(data),
      "STYLE": PackageResources.flamegraph_css,
      "SCRIPT": PackageResources.model_js + PackageResources.drawing_js + PackageResources.page_js,
    ]
    return filled(PackageResources.flamegraph_html, parts)
  }

  /// Inside a script element only `<` could end it.
  private static func harmless(_ data: String) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(data.utf8.count)
    for byte in data.utf8 {
      if byte == UInt8(ascii: "<") { result += Array("\\u003c".utf8) } else { result.append(byte) }
    }
    return result
  }

  /// The template with a part in each place `{{NAME}}`; what is put in is not looked at again.
  private static func filled(_ template: [UInt8], _ parts: [String: [UInt8]]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = template[...]
    while let open = rest.firstPlace(of: "{{"), let close = rest[open...].firstPlace(of: "}}") {
      result += rest[..<open]
      result += parts[String(decoding: rest[open + 2..<close], as: UTF8.self)] ?? []
      rest = rest[(close + 2)...]
    }
    return result + rest
  }

  /// Where the profile stands in a page of ours; nil where there is none.
  static func data(in page: ArraySlice<UInt8>) -> Range<Int>? {
    let opening = "<script type=\"application/json\" id=\"profile\">"
    guard let open = page.firstPlace(of: opening) else { return nil }
    let start = open + opening.utf8.count
    guard let end = page[start...].firstPlace(of: "</script>") else { return nil }
    return start..<end
  }
}

extension ArraySlice<UInt8> {
  /// Where a text first is in this one.
  fileprivate func firstPlace(of text: String) -> Int? {
    let wanted = Array(text.utf8)
    var place = startIndex
    while place + wanted.count <= endIndex {
      guard let next = self[place...].firstIndex(of: wanted[0]), next + wanted.count <= endIndex else { return nil }
      if self[next..<next + wanted.count].elementsEqual(wanted) { return next }
      place = next + 1
    }
    return nil
  }
}
