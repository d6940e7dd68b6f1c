import JSON

/// A profile as a page that needs nothing else: the flame graph of Page/flamegraph.html with the profile in it.
enum FlameGraphPage {
  static func text(of profile: Profile) throws -> String {
    // Inside a script element only `<` could end it.
    let data = try JSONText(isPretty: false).text(of: profile).split(separator: "<", omittingEmptySubsequences: false)
      .joined(separator: "\\u003c")
    let page = String(decoding: PackageResources.flamegraph_html, as: UTF8.self)
    guard let place = page.firstRange(of: "PROFILE_DATA") else { return page }
    return page[..<place.lowerBound] + data + page[place.upperBound...]
  }
}

extension String {
  /// Where a text first is in this one.
  fileprivate func firstRange(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
