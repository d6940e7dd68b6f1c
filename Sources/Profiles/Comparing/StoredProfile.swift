import JSON

/// A profile that `ispy` wrote, read again: the result of `record --json`, the page, a file for speedscope, or collapsed
/// stacks.
public struct StoredProfile: Sendable {
  public let name: String
  public let profile: Profile
  /// `record --json`, `html`, `speedscope`, `collapsed`.
  public let format: String
  /// Whether the profile's facts were in the file; only then do they mean anything.
  public let hasFacts: Bool

  /// Why a file is not read.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public init(name: String, bytes: [UInt8]) throws(Failure) {
    self.name = name
    let start = bytes.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    switch start.first {
    case nil: throw Failure(description: "\(name) is empty")
    case UInt8(ascii: "{"):
      let value = try Self.json(start, name, at: start.startIndex)
      if value["$schema"] != nil, value["shared"] != nil {
        profile = try Self.checked(name) { () throws(Failure) in try SpeedscopeReading.profile(value, name) }
        format = ProfileFormat.speedscope.rawValue
        hasFacts = false
      } else {
        guard value["schema"]?.text == "ispyd.record/1", let inner = value["profile"] else {
          throw Failure(description: "\(name) is JSON, and no result of ispy record")
        }
        profile = try Self.checked(name) { () throws(Failure) in try Self.decoded(inner, name) }
        format = "record --json"
        hasFacts = true
      }
    case UInt8(ascii: "<"):
      guard let place = FlameGraphPage.data(in: start) else {
        throw Failure(description: "\(name) is no page that ispy record wrote")
      }
      let value = try Self.json(start[place], name, at: place.lowerBound)
      profile = try Self.checked(name) { () throws(Failure) in try Self.decoded(value, name) }
      format = ProfileFormat.html.rawValue
      hasFacts = true
    case 0x1F: throw Failure(description: "\(name) is compressed: pprof files are written, not read")
    default:
      profile = try Self.checked(name) { () throws(Failure) in try CollapsedReading.profile(bytes, name) }
      format = ProfileFormat.collapsed.rawValue
      hasFacts = false
    }
  }

  private static func json(_ bytes: ArraySlice<UInt8>, _ name: String, at start: Int) throws(Failure) -> JSONValue {
    do throws(JSONSyntaxError) { return try JSONReader().value(of: bytes) } catch {
      throw Failure(description: "\(name) is not whole: \(error.problem) at byte \(start + error.position)")
    }
  }

  private static func decoded(_ value: JSONValue, _ name: String) throws(Failure) -> Profile {
    do { return try JSONReader().decode(Profile.self, from: value) } catch {
      throw Failure(description: "\(name) is no profile that this version of ispy knows")
    }
  }

  private static func checked(_ name: String, _ read: () throws(Failure) -> Profile) throws(Failure) -> Profile {
    let profile = try read()
    guard profile.isConsistent else {
      throw Failure(description: "\(name) is damaged: it points at what is not there, or counts too much")
    }
    return profile
  }
}

extension Profile {
  /// Every index is one of what is there, no stack goes round in a circle, and weights can be added up.
  var isConsistent: Bool {
    var sum: UInt64 = 0
    for entry in stacks {
      let (next, isOver) = sum.addingReportingOverflow(entry.nanoseconds)
      if isOver { return false }
      sum = next
    }
    return locations.allSatisfy { functions.indices.contains($0.function) }
      && nodes.indices.allSatisfy { nodes[$0].parent >= -1 && nodes[$0].parent < $0 }
      && nodes.allSatisfy { locations.indices.contains($0.location) }
      && stacks.allSatisfy {
        tracks.indices.contains($0.track) && $0.node >= -1 && $0.node < nodes.count && $0.count >= 0
      }
      && runs.allSatisfy { tracks.indices.contains($0.track) && $0.node >= -1 && $0.node < nodes.count }
  }
}
