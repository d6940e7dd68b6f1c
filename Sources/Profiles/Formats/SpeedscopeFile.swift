import JSON

/// A profile as speedscope reads it (https://www.speedscope.app/file-format-schema.json): one of its profiles for each
/// track, with the stacks by weight.
enum SpeedscopeFile {
  static func text(of profile: Profile) throws -> String {
    let frames = profile.locations.map { location in
      let function = profile.functions[location.function]
      return Frame(
        name: function.name, file: function.isMark ? nil : function.file, line: location.line > 0 ? location.line : nil)
    }
    let profiles = profile.tracks.indices.compactMap { track -> Sampled? in
      let entries = profile.stacks.filter { $0.track == track }
      guard !entries.isEmpty else { return nil }
      return Sampled(
        name: profile.tracks[track].title, endValue: entries.reduce(0) { $0 + $1.nanoseconds },
        samples: entries.map { profile.path(to: $0.node) }, weights: entries.map(\.nanoseconds))
    }
    let file = File(
      shared: Shared(frames: frames), profiles: profiles,
      name: ([profile.about.title] + profile.about.words + profile.about.notes).joined(separator: "; "))
    return try JSONText(isPretty: false).text(of: file) + "\n"
  }

  private struct File: Encodable {
    let schema = "https://www.speedscope.app/file-format-schema.json"
    let shared: Shared
    let profiles: [Sampled]
    let name: String
    let exporter = "ispy"

    enum CodingKeys: String, CodingKey {
      case schema = "$schema"
      case shared, profiles, name, exporter
    }
  }

  private struct Shared: Encodable {
    let frames: [Frame]
  }

  private struct Frame: Encodable {
    let name: String
    let file: String?
    let line: Int?
  }

  private struct Sampled: Encodable {
    let type = "sampled"
    let name: String
    let unit = "nanoseconds"
    let startValue = 0
    let endValue: UInt64
    let samples: [[Int]]
    let weights: [UInt64]
  }
}
