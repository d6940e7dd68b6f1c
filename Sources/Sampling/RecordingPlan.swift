public import Profiles

/// What a recording is to be.
public struct RecordingPlan: Sendable {
  public var mode: ProfileFacts.Mode
  /// Samples a second.
  public var rate: Double
  /// Seconds; nil until it is told to end.
  public var duration: Double?
  /// Samples for `on` seconds out of every `period`.
  public var duty: (on: Double, period: Double)?
  /// Names of threads, or their native ids; all where it is empty.
  public var threads: [String] = []
  /// Of whose calls the profile is to be.
  public var function: FunctionName?
  /// Of what requests the profile is to be.
  public var request: RequestFilter?
  /// A track for each request that a thread or task serves.
  public var isByRequest = false
  /// A track for each task of asyncio, with what it awaits where it waits.
  public var tellsTasks = false
  /// Keep when which stack was seen, for a format that tells it.
  public var keepsRuns = false
  /// Hold each thread still while it is looked at.
  public var stops = false
  /// The recording is looked at while it goes on, and nothing is kept of it: see `Recorder.Surroundings.live`.
  public var isLive = false

  var tellsRequests: Bool { isByRequest || request != nil }

  public init(mode: ProfileFacts.Mode = .wall, rate: Double = 100) {
    self.mode = mode
    self.rate = rate
  }
}

/// `MODULE:QUALNAME`, as a user names a function.
public struct FunctionName: Equatable, Sendable, CustomStringConvertible {
  public let module: String
  public let name: String

  /// Nil where it is not of that form.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    module = String(parts[0])
    name = String(parts[1])
  }

  public var description: String { module + ":" + name }

  /// Whether it is this function. The module is told by the file; before 3.11 code objects knew no qualified name, and the
  /// last part of it has to do.
  func matches(_ function: Profile.Function) -> Bool {
    guard !function.isMark else { return false }
    let isNamed =
      function.name == name || (!function.name.contains(".") && name.split(separator: ".").last ?? "" == function.name)
    guard isNamed else { return false }
    if module == "__main__" { return true }
    var path = function.file.split(separator: "/")
    guard var last = path.popLast() else { return false }
    if last.hasSuffix(".py") { last = last.dropLast(3) }
    if last != "__init__" { path.append(last) }
    return path.suffix(module.split(separator: ".").count).elementsEqual(module.split(separator: "."))
  }
}
