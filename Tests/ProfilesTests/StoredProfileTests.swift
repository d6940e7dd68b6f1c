import JSON
import Profiles
import Testing

@Suite struct StoredProfileTests {
  private struct Recorded: Encodable {
    let schema = "ispyd.record/1"
    let profile: Profile
  }

  private func stored(_ bytes: [UInt8]) throws -> StoredProfile { try StoredProfile(name: "a", bytes: bytes) }

  private func failure(_ text: String) -> String? {
    do throws(StoredProfile.Failure) {
      _ = try StoredProfile(name: "a", bytes: Array(text.utf8))
      return nil
    } catch {
      return error.description
    }
  }

  /// Functions by what they took: what survives in every format.
  private func shares(_ profile: Profile) -> [String] {
    profile.functionShares().map { "\($0.function.name) \($0.function.file) \($0.own) \($0.total)" }.sorted()
  }

  @Test func theResultAndThePageAreReadWhole() throws {
    let profile = Samples.hostileShop()
    let page = try stored(try ProfileFormat.html.bytes(of: profile))
    #expect(page.profile == profile && page.format == "html" && page.hasFacts)
    for isPretty in [false, true] {
      let text = try JSONText(isPretty: isPretty).text(of: Recorded(profile: profile))
      let result = try stored(Array(text.utf8))
      #expect(result.profile == profile && result.format == "record --json" && result.hasFacts)
    }
  }

  @Test(arguments: [ProfileFormat.speedscope, .collapsed]) func stacksAreReadFromFormatsWithoutFacts(
    format: ProfileFormat
  ) throws {
    let profile = Samples.shop()
    let read = try stored(try format.bytes(of: profile))
    #expect(shares(read.profile) == shares(profile))
    #expect(read.profile.totalNanoseconds == profile.totalNanoseconds)
    #expect(read.format == format.rawValue && !read.hasFacts)
  }

  @Test(arguments: [
    ("", "a is empty"), ("{}", "a is JSON, and no result of ispy record"),
    ("{\"schema\":\"ispyd.record/1\"}", "a is JSON, and no result of ispy record"),
    ("{\"schema\":\"ispyd.record/1\",\"profile\":{}}", "a is no profile that this version of ispy knows"),
    ("{\"schema\":", "a is not whole: the text ends where a value is missing at byte 10"),
    ("<!doctype html>", "a is no page that ispy record wrote"),
    ("\u{1f}\u{8b}", "a is compressed: pprof files are written, not read"),
    ("main 1\nmain", "a is no profile that ispy reads: line 2 does not end in a weight"),
    ("main -1", "a is no profile that ispy reads: line 1 does not end in a weight"),
    (
      "{\"$schema\":\"x\",\"shared\":{\"frames\":[]},\"profiles\":[]}",
      "a is a file for speedscope that ispy did not write"
    ),
  ])
  func whatIsNoProfileIsRefusedInWords(text: String, words: String) { #expect(failure(text) == words) }

  @Test func aDamagedProfileIsRefused() throws {
    let damages: [(inout Profile) -> Void] = [
      { $0.stacks[0].node = 7 }, { $0.stacks[0].track = 2 }, { $0.stacks[0].node = -2 }, { $0.nodes[2].parent = 2 },
      { $0.nodes[0].parent = -5 }, { $0.nodes[1].location = 6 }, { $0.locations[0].function = -1 },
      { $0.runs[0].node = 70 }, { $0.runs[0].track = -1 }, { $0.stacks[0].count = -1 },
      { $0.stacks[0].nanoseconds = .max },
    ]
    for damage in damages {
      var profile = Samples.shop()
      damage(&profile)
      let text = try JSONText().text(of: Recorded(profile: profile))
      #expect(failure(text) == "a is damaged: it points at what is not there, or counts too much")
    }
  }

  /// Pages cut off or changed anywhere: an error in words, or a profile; never a trap.
  @Test func damagedFilesAreReadOrRefused() throws {
    for format in [ProfileFormat.html, .speedscope, .collapsed] {
      let whole = try format.bytes(of: Samples.shop())
      for step in 0..<200 {
        var bytes = whole
        let place = (step * 7919) % bytes.count
        if step.isMultiple(of: 2) { bytes.removeLast(bytes.count - place) } else { bytes[place] = UInt8(step) }
        if let read = try? stored(bytes) { _ = read.profile.functionShares() }
      }
    }
  }
}
