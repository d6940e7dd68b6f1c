import CoreMetrics
import Synchronization
import Telemetry

/// Metrics in Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/): where those of
/// swift-metrics go that a gateway makes.
///
/// Bounded by whoever makes them: a series is kept for each name with its dimensions.
final class PrometheusMetrics: MetricsFactory {
  private let state = Mutex<[Key: any PrometheusSeries]>([:])
  private let help: [String: String]

  private struct Key: Hashable {
    let label: String
    /// `command="dump"`, in the order of the names.
    let dimensions: String

    init(_ label: String, _ dimensions: [(String, String)]) {
      self.label = label
      self.dimensions = dimensions.sorted { $0.0 < $1.0 }.map { PrometheusText.label($0, $1) }.joined(separator: ",")
    }
  }

  /// - Parameter help: a sentence for each name.
  init(help: [String: String]) { self.help = help }

  private func series<Series: PrometheusSeries>(
    _ label: String, _ dimensions: [(String, String)], _ make: () -> Series
  ) -> Series {
    state.withLock { state in
      let key = Key(label, dimensions)
      if let known = state[key] as? Series { return known }
      let made = make()
      state[key] = made
      return made
    }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, dimensions) { PrometheusCounter() }
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(label, dimensions) { PrometheusGauge() }
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate
      ? series(label, dimensions) { PrometheusHistogram() } : series(label, dimensions) { PrometheusGauge() }
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, dimensions) { PrometheusHistogram() }
  }

  // What was counted stays counted: nothing is let go with the object that counted it.
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}

  /// All series, in the order of their names.
  func text() -> String {
    let all = state.withLock { $0 }
    var text = ""
    var last: String?
    for (key, series) in all.sorted(by: { ($0.key.label, $0.key.dimensions) < ($1.key.label, $1.key.dimensions) }) {
      if key.label != last {
        if let help = help[key.label] { text += "# HELP \(key.label) \(help)\n" }
        text += "# TYPE \(key.label) \(series.kind)\n"
        last = key.label
      }
      for sample in series.samples() {
        let dimensions = [key.dimensions, sample.dimension].filter { !$0.isEmpty }.joined(separator: ",")
        text += key.label + sample.suffix + (dimensions.isEmpty ? "" : "{\(dimensions)}") + " \(sample.value)\n"
      }
    }
    return text
  }
}

/// One line of a series.
struct PrometheusSample {
  var suffix = ""
  var dimension = ""
  let value: String
}

protocol PrometheusSeries: AnyObject, Sendable {
  var kind: String { get }
  func samples() -> [PrometheusSample]
}

/// Goes up alone.
final class PrometheusCounter: PrometheusSeries, CounterHandler {
  private let value = Atomic<Int64>(0)
  let kind = "counter"

  func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
  func reset() { value.store(0, ordering: .relaxed) }
  func samples() -> [PrometheusSample] { [PrometheusSample(value: "\(value.load(ordering: .relaxed))")] }
}

/// Is what it is now.
final class PrometheusGauge: PrometheusSeries, MeterHandler, RecorderHandler {
  private let value = Mutex(0.0)
  let kind = "gauge"

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { self.value.withLock { $0 = value } }
  func record(_ value: Int64) { set(value) }
  func record(_ value: Double) { set(value) }
  func increment(by amount: Double) { value.withLock { $0 += amount } }
  func decrement(by amount: Double) { value.withLock { $0 -= amount } }
  func samples() -> [PrometheusSample] {
    let value = value.withLock { $0 }
    return [PrometheusSample(value: value.rounded() == value ? "\(Int64(value))" : "\(value)")]
  }
}

/// How many were up to how much; times are in seconds.
final class PrometheusHistogram: PrometheusSeries, TimerHandler, RecorderHandler {
  private static let bounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]
  private let state = Mutex(State())
  let kind = "histogram"

  private struct State {
    var buckets = [Int](repeating: 0, count: bounds.count)
    var count = 0
    var sum = 0.0
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    state.withLock { state in
      for (index, bound) in Self.bounds.enumerated() where value <= bound { state.buckets[index] += 1 }
      state.count += 1
      state.sum += value
    }
  }

  func samples() -> [PrometheusSample] {
    let state = state.withLock { $0 }
    let buckets = zip(Self.bounds, state.buckets).map { bound, count in
      PrometheusSample(suffix: "_bucket", dimension: "le=\"\(bound)\"", value: "\(count)")
    }
    return buckets + [
      PrometheusSample(suffix: "_bucket", dimension: "le=\"+Inf\"", value: "\(state.count)"),
      PrometheusSample(suffix: "_sum", value: "\(state.sum)"),
      PrometheusSample(suffix: "_count", value: "\(state.count)"),
    ]
  }
}
