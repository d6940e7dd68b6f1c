import Catalog

/// What somebody who looks at `top` has chosen to see.
struct TopView: Equatable {
  /// Of which time the shares of functions are.
  enum Window: Int, CaseIterable {
    case interval, smoothed, sinceStart
  }

  var panel = TopPanel.functions
  var window = Window.interval
  /// Only this process; nil for all.
  var worker: Int32?
  var filter = ""
  var sorting: [TopPanel: TopColumn] = [:]
  /// Tables that are sorted the other way round.
  var turned: Set<TopPanel> = []
}

extension TopView.Window {
  /// Of one thread all the time: 1 is always.
  func share(of function: TopFunction, _ sampling: TopSampling) -> TopTimes {
    switch self {
    case .interval: Self.share(function.interval, sampling.seconds)
    case .smoothed: function.smoothed
    case .sinceStart: Self.share(function.sinceStart, sampling.secondsSinceStart)
    }
  }

  private static func share(_ times: TopTimes, _ seconds: Double) -> TopTimes {
    seconds > 0 ? TopTimes(own: times.own / seconds, total: times.total / seconds) : TopTimes()
  }

  func words(_ sampling: TopSampling) -> String {
    switch self {
    case .interval: "last \(Figures.fixed(sampling.seconds, places: 1))s"
    case .smoothed: "smoothed"
    case .sinceStart: "since start, \(Figures.age(sampling.secondsSinceStart))"
    }
  }
}
