/// A metric as it stands at one moment: every series of it, counted since counting began.
public struct MetricReport: Equatable, Sendable {
  /// What is measured of a call.
  public enum Kind: String, Codable, Sendable {
    /// That it was made, and whether it failed.
    case count
    /// How long it took, too.
    case time
  }

  public let name: MetricName
  public let kind: Kind
  /// In the order of their labels, each set of labels once.
  public let series: [MeasuredSeries]

  /// Series with the same labels, as those of several workers, are added.
  public init(name: MetricName, kind: Kind, series: [MeasuredSeries]) {
    self.name = name
    self.kind = kind
    var byLabels: [[MetricLabel]: MeasuredSeries] = [:]
    for one in series {
      if byLabels[one.labels]?.add(one) == nil { byLabels[one.labels] = one }
    }
    self.series = byLabels.values.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
  }

  /// What was counted after an earlier report of the same metric.
  public func since(_ previous: MetricReport?) -> MetricReport {
    let known = Dictionary(uniqueKeysWithValues: (previous?.series ?? []).map { ($0.labels, $0) })
    return MetricReport(
      name: name, kind: kind,
      series: series.map { now in known[now.labels].map { now.since($0) } ?? now })
  }

  /// The series by what an encoding calls them: those that it cannot tell apart are added, so that none is lost.
  func series(spelled spelling: ([MetricLabel]) -> String) -> [(spelling: String, series: MeasuredSeries)] {
    var placeOf: [String: Int] = [:]
    var found: [(spelling: String, series: MeasuredSeries)] = []
    for one in series {
      let text = spelling(one.labels)
      if let place = placeOf[text] {
        found[place].series.add(one)
      } else {
        placeOf[text] = found.count
        found.append((text, one))
      }
    }
    return found
  }
}

/// From when to when something was counted, in nanoseconds since 1970.
public struct MetricInterval: Equatable, Sendable {
  public let start: Int
  public let end: Int

  /// A clock that was set back meanwhile leaves no time in between.
  public init(from start: Int, to end: Int) {
    self.start = min(start, end)
    self.end = end
  }

  var seconds: Double { Double(end - start) / 1e9 }
}
