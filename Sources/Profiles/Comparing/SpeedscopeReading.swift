import JSON

/// Files for speedscope, as `SpeedscopeFile` writes them.
enum SpeedscopeReading {
  private struct File: Decodable {
    let shared: Shared
    let profiles: [Sampled]
    let exporter: String?
  }

  private struct Shared: Decodable {
    let frames: [Frame]
  }

  private struct Frame: Decodable {
    let name: String
    let file: String?
    let line: Int?
  }

  private struct Sampled: Decodable {
    let type: String
    let name: String
    let unit: String
    let samples: [[Int]]
    let weights: [UInt64]
  }

  static func profile(_ value: JSONValue, _ name: String) throws(StoredProfile.Failure) -> Profile {
    guard let file = try? JSONReader().decode(File.self, from: value), file.exporter == "ispy" else {
      throw StoredProfile.Failure(description: "\(name) is a file for speedscope that ispy did not write")
    }
    var assembly = ProfileAssembly()
    let locations = file.shared.frames.map { frame in
      assembly.location(
        Profile.Function(name: frame.name, file: frame.file ?? "", firstLine: 0, isMark: frame.file == nil),
        line: frame.line ?? 0)
    }
    for profile in file.profiles {
      guard profile.unit == "nanoseconds", profile.samples.count == profile.weights.count,
        profile.samples.allSatisfy({ $0.allSatisfy(locations.indices.contains) })
      else { throw StoredProfile.Failure(description: "\(name) is damaged: it points at what is not there") }
      for (sample, weight) in zip(profile.samples, profile.weights) {
        assembly.add(track: profile.name, path: sample.map { locations[$0] }, nanoseconds: weight)
      }
    }
    return assembly.profile
  }
}
