public import Profiles
public import Redaction

/// A sampling profile.
public struct RecordResult: CommandResult {
  public let schema: String
  public var profile: Profile
  /// Processes that were meant and could not be recorded.
  public var unread: [UnreadProcess]

  public init(profile: Profile, unread: [UnreadProcess] = []) {
    schema = "ispyd.record/1"
    self.profile = profile
    self.unread = unread
  }

  public var isPartial: Bool { !unread.isEmpty }

  /// Names of functions are the program's own; those of threads may be made of anything.
  public mutating func redact(with redactor: inout Redactor) {
    for index in profile.tracks.indices {
      profile.tracks[index].name = redactor.redact(text: profile.tracks[index].name)
      profile.tracks[index].request = profile.tracks[index].request.map { redactor.redact(text: $0) }
    }
  }
}

/// How far a recording is. Faces show it beside their output, not in it.
public struct RecordProgress: CommandResult {
  public let schema: String
  public var facts: ProfileFacts

  public init(facts: ProfileFacts) {
    schema = "ispyd.record.progress/1"
    self.facts = facts
  }

  public mutating func redact(with redactor: inout Redactor) {}
}
