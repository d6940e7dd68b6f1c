import Catalog
import Telemetry
import Terminal
import Values

extension ProbeResult: TextRendering {
  func text(_ paint: Paint) -> String {
    var text = ""
    if let preview { text += ProbePreviewText(paint: paint).text(preview, of: self) }
    let isOfMany = Set(records.compactMap(\.pid)).count > 1 || processes.count > 1
    let record = ProbeRecordText(paint: paint, isOfMany: isOfMany)
    // Each was shown when it came first; at the end it is how often.
    text += records.map { isLast && kind.tellsOnce ? record.summary($0) : record.text($0) }.joined()
    if let series, preview == nil { text += ProbeSeriesText(paint: paint).text(series, of: self) }
    if preview == nil, isLast || records.isEmpty && series == nil { text += states(paint) }
    return text
  }

  private func states(_ paint: Paint) -> String {
    processes.map { process in
      let name = number.map { "probe \($0)" } ?? "probe"
      let head = paint.bold("process \(process.pid)") + ", \(name): "
      guard let state = process.state else {
        let problem = process.problem.map { paint.warning(ValueText.plain($0)) }
        return head + (problem ?? ValueText.plain(process.note ?? "nothing is known")) + "\n"
      }
      let proof =
        switch process.isProven {
        case true?: paint.good("every function has its own code again") + ", as seen from outside"
        case false?: paint.alarm("something of it is left in the process")
        case nil: ""
        }
      if let problem = process.problem, state.ended == nil {
        return head + paint.warning(ValueText.plain(problem)) + ", \(state.figures.captured) captured until then\n"
      }
      let problem = process.problem.map { paint.warning(ValueText.plain($0)) } ?? ""
      return head + ProbeStateText(paint: paint).text(state)
        + [problem, proof].filter { !$0.isEmpty }.map { "; " + $0 }.joined()
        + "\n"
    }.joined()
  }
}

/// What a probe would do.
struct ProbePreviewText {
  let paint: Paint

  func text(_ preview: ProbePreview, of probe: ProbeResult) -> String {
    var lines: [(String, String)] = []
    let places = preview.places.map { place in
      ValueText.plain(place.function) + " at " + ValueText.plain(place.file) + ":\(place.line)"
    }
    lines.append(("where", places.first ?? "nowhere"))
    lines += places.dropFirst().map { ("", $0) }
    if preview.count > preview.places.count { lines.append(("", "and \(preview.count - preview.places.count) more")) }
    lines += preview.notes.map { ("note", paint.warning(ValueText.plain($0))) }
    lines.append(("how", preview.mechanism.words))
    let cost =
      "\(Figures.fixed(preview.cost / 1000, places: 2)) us for a hit that captures nothing, measured in this process"
    lines.append(("cost", cost))
    if let rate = preview.rate {
      let share = preview.share.map { ": \(Self.percent($0)) of a core in \(Self.processes(preview.processes))" }
      lines.append(("now", Self.rate(rate) + (rate.calls > 0 ? share ?? "" : "")))
    }
    if !preview.names.isEmpty {
      lines.append(("shows", preview.names.map { ValueText.plain($0) }.joined(separator: ", ")))
    }
    if let withheld = preview.withheld, !withheld.isEmpty {
      lines.append(("withholds", paint.warning(withheld.map { ValueText.plain($0) }.joined(separator: ", "))))
    }
    let title = paint.bold("\(probe.kind.rawValue) \(ValueText.plain(probe.place))") + "\n"
    return title + lines.map { name, text in "  " + pad(name) + text + "\n" }.joined()
  }

  private func pad(_ name: String) -> String {
    paint.name(name) + String(repeating: " ", count: max(11 - name.count, 1))
  }

  private static func processes(_ count: Int?) -> String { count == 1 ? "one process" : "\(count ?? 0) processes" }

  private static func percent(_ share: Double) -> String {
    share < 0.001 ? "under 0.001 %" : Figures.fixed(share, places: 3) + " %"
  }

  private static func rate(_ rate: ProbePreview.Rate) -> String {
    let perSecond = rate.perSecond
    guard rate.calls > 0 else { return "not reached within a second" }
    return "reached \(Figures.fixed(perSecond, places: perSecond < 10 ? 1 : 0)) times a second in one process"
  }
}

/// How a probe fares.
struct ProbeStateText {
  let paint: Paint

  func text(_ state: ProbeState) -> String {
    let figures = state.figures
    var words: [String] = []
    if let ended = state.ended {
      let isBad = state.hasTripped
      words.append((isBad ? paint.alarm("taken out") : "over") + ": " + ValueText.plain(ended.why))
    } else {
      words.append(paint.good("stands") + ", \(Figures.age(state.seconds)) left")
    }
    if !state.kind.counts { words.append("\(figures.captured) captured") }
    let counts = [
      (figures.repeated, "of the same"), (figures.misses, "did not meet the condition"),
      (figures.skipped, "skipped: more than its rate"),
      (figures.waited, "skipped: captures had used up their share of the processor"),
      (figures.passed, "passed over: one of so many is followed"), (figures.busy, "skipped: another call was followed"),
      (figures.occupied, "skipped: another profiler is there"), (figures.lost, "records made room for later ones"),
    ]
    words += counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    words += state.undecided.sorted { $0.value > $1.value }.prefix(3).map { reason, count in
      "\(count) undecided (\(ValueText.plain(reason, room: 100)))"
    }
    if state.ended != nil || state.seconds > 0, isSilent(state) { words.append("it was never reached") }
    return words.joined(separator: ", ")
  }

  /// It saw nothing at all.
  private func isSilent(_ state: ProbeState) -> Bool {
    let figures = state.figures
    return !state.kind.counts && figures.captured + figures.misses + figures.skipped + figures.passed == 0
      && state.undecided.isEmpty
  }
}

/// What was counted, by label.
struct ProbeSeriesText {
  let paint: Paint

  func text(_ series: [ProbeSeries], of probe: ProbeResult) -> String {
    guard !series.isEmpty else { return paint.dim("no calls so far") + "\n" }
    let names = probe.labels ?? []
    let labels = names.isEmpty ? (series.first?.label ?? []).map { _ in "label" } : names
    var head = labels.map { $0.uppercased() } + ["CALLS", "ERRORS", "MEAN"]
    if probe.kind == .time { head += ["P50", "P95", "P99", "MAX"] }
    let rows = series.map { one -> [String] in
      let mean = one.calls > 0 ? one.nanoseconds / one.calls : 0
      var row = labels.indices.map { index in one.label.flatMap { index < $0.count ? $0[index] : nil } ?? "-" }
      row += [String(one.calls), String(one.errors), Durations.text(mean)]
      if probe.kind == .time {
        let histogram = LatencyHistogram(one)
        row += (histogram.quantiles([0.5, 0.95, 0.99]) + [histogram.max ?? 0]).map { Durations.text($0) }
      }
      return row
    }
    let lines = Columns.lines([head] + rows, right: Set(labels.count..<head.count))
    return paint.bold(lines[0]) + "\n" + lines.dropFirst().map { $0 + "\n" }.joined()
  }
}

extension LatencyHistogram {
  init(_ series: ProbeSeries) {
    let pairs = series.buckets.compactMap { key, count in Int(key).map { ($0, count) } }
    self.init(buckets: Dictionary(pairs, uniquingKeysWith: +))
  }
}

/// Times as people read them: `812 ns`, `3.4 us`, `120 ms`, `2.1 s`.
enum Durations {
  static func text(_ nanoseconds: Int) -> String {
    let value = Double(nanoseconds)
    for (limit, unit, divisor) in [(1e3, "ns", 1.0), (1e6, "us", 1e3), (1e9, "ms", 1e6)] where value < limit {
      let shown = value / divisor
      return Figures.fixed(shown, places: shown < 10 && divisor > 1 ? 1 : 0) + " " + unit
    }
    return Figures.fixed(value / 1e9, places: 1) + " s"
  }
}
