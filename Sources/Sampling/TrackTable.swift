import Profiles
import WebRequests

/// To which track of the profile a sample goes: by what was sampled, and by the request that it served.
///
/// Tracks are made when the first sample comes for them. Both are bounded: names that come after that share one track.
final class TrackTable {
  private let builder: ProfileBuilder
  private let filter: RequestFilter?
  private var carriers: [Profile.Track] = []
  private var carrierNumbers: [Profile.Track: Int] = [:]
  private var labels: [Label] = [Label(text: nil, isWanted: false), Label(text: "[between requests]", isWanted: false)]
  private var labelNumbers: [Label: Int] = [:]
  private var tracks: [Int: Int] = [:]

  private struct Label: Hashable {
    let text: String?
    let isWanted: Bool
  }

  /// The label of what serves no request.
  static let none = 0
  /// The label of what lies between two looks that do not agree.
  static let between = 1
  /// Where samples go that are left out.
  static let leftOut = -1

  static let carrierLimit = 4000
  private static let labelLimit = 300

  init(_ builder: ProfileBuilder, filter: RequestFilter?) {
    self.builder = builder
    self.filter = filter
  }

  /// The number of a thread or task.
  func carrier(_ track: Profile.Track) -> Int {
    if let known = carrierNumbers[track] { return known }
    if carriers.count >= Self.carrierLimit {
      let rest = Profile.Track(pid: track.pid, application: track.application, name: "[others]", nativeID: nil)
      if let known = carrierNumbers[rest] { return known }
      return add(rest)
    }
    return add(track)
  }

  private func add(_ track: Profile.Track) -> Int {
    carrierNumbers[track] = carriers.count
    carriers.append(track)
    return carriers.count - 1
  }

  /// The number of what a request is called: by its route where there is one, for paths have no end.
  func label(of request: WebRequest) -> Int {
    let name = (request.method.map { $0 + " " } ?? "") + (request.route?.pattern ?? request.path)
    let isWanted = filter?.matches(request) ?? true
    if let known = labelNumbers[Label(text: name, isWanted: isWanted)] { return known }
    let label = Label(text: labels.count < Self.labelLimit ? name : "[other requests]", isWanted: isWanted)
    if let known = labelNumbers[label] { return known }
    labelNumbers[label] = labels.count
    labels.append(label)
    return labels.count - 1
  }

  func isWanted(_ label: Int) -> Bool { labels[label].isWanted }

  /// The track of samples, or `leftOut`.
  func track(carrier: Int, label: Int) -> Int {
    if filter != nil, !labels[label].isWanted { return Self.leftOut }
    let key = carrier * (Self.labelLimit + 8) + label
    if let known = tracks[key] { return known }
    var track = carriers[carrier]
    track.request = labels[label].text
    tracks[key] = builder.track(track)
    return tracks[key] ?? Self.leftOut
  }
}
