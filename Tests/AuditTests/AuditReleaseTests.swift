import Catalog
import Foundation
import TestSupport
import Testing

@testable import Audit

/// Old files of a log that go, and what is proven of those that stay.
@Suite struct AuditReleaseTests {
  /// A log of many files, and its key.
  private func log(_ directory: String, entries: Int = 40) throws -> AuditKey {
    let log = try AuditLog(directory: directory, segmentLimit: 1000)
    for index in 1...entries {
      var entry = AuditEntry(time: 1, kind: .control)
      entry.note = "entry \(index)"
      _ = try log.append(entry)
    }
    log.close()
    return try AuditKey(path: directory + "/key")
  }

  private func size(_ directory: String) throws -> Int {
    try AuditFiles(directory: directory).segments().reduce(0) { sum, segment in
      sum + (try FileManager.default.attributesOfItem(atPath: segment.path)[.size] as? Int ?? 0)
    }
  }

  private func sign(_ release: AuditRelease, _ key: AuditKey, _ directory: String) throws {
    let old = (try? String(contentsOfFile: directory + "/released", encoding: .utf8)) ?? ""
    let line = try key.checkpoint(of: release.last, isRelease: true).line
    try (old + line).write(toFile: directory + "/released", atomically: false, encoding: .utf8)
  }

  @Test func theOldestGoUntilThereIsRoomAndTheRestIsProven() throws {
    try TemporaryDirectory.with { directory in
      let key = try log(directory)
      var count = 0
      while let oldest = try AuditRelease(of: directory, bytes: 4000, seconds: nil) {
        try sign(oldest, key, directory)
        // A gateway that is killed here has both, and goes on where it was.
        #expect(try AuditReader(directory: directory).verify(trusted: key.publicKey).isWhole)
        try oldest.remove()
        count += 1
        #expect(try AuditReader(directory: directory).verify(trusted: key.publicKey).isWhole)
      }
      #expect(count > 2)
      #expect(try size(directory) <= 4000)
      let verdict = try AuditReader(directory: directory).verify(trusted: key.publicKey)
      let first = try #require(try AuditFiles(directory: directory).segments().first?.first)
      #expect(verdict.releasedNumber == first - 1 && verdict.releasedTime != nil)
      #expect(verdict.headNumber == 40 && verdict.entries == 40 - (first - 1))
      // It goes on as before.
      let again = try AuditLog(directory: directory, segmentLimit: 1000)
      #expect(try again.append(AuditEntry(time: 1, kind: .control)) == 41)
      again.close()
    }
  }

  @Test func whatIsOldGoesAndNeverTheLast() throws {
    try TemporaryDirectory.with { directory in
      let key = try log(directory)
      let later = AuditLog.now() + 100
      #expect(try AuditRelease(of: directory, bytes: .max, seconds: 1000, time: later) == nil)
      while let oldest = try AuditRelease(of: directory, bytes: .max, seconds: 50, time: later) {
        try sign(oldest, key, directory)
        try oldest.remove()
      }
      #expect(try AuditFiles(directory: directory).segments().count == 1)
      #expect(try AuditReader(directory: directory).verify(trusted: key.publicKey).isWhole)
    }
  }

  /// What a file that is gone is excused by, and what not.
  enum Excuse: CaseIterable {
    case none, anOrdinaryCheckpoint, anotherKey, anotherPlace, anotherHash
  }

  @Test(arguments: Excuse.allCases) func onlyASignedReleaseExcusesAFileThatIsGone(excuse: Excuse) throws {
    try TemporaryDirectory.with { directory in
      let key = try log(directory)
      let oldest = try #require(try AuditRelease(of: directory, bytes: 0, seconds: nil))
      let last = oldest.last
      var checkpoints: [AuditCheckpoint] = []
      switch excuse {
      case .none: break
      case .anOrdinaryCheckpoint: checkpoints = [try key.checkpoint(of: last)]
      case .anotherKey: try sign(oldest, try AuditKey(path: directory + "/other"), directory)
      case .anotherPlace:
        checkpoints = [
          try key.checkpoint(of: AuditLog.Head(number: last.number - 1, hash: last.hash), isRelease: true)
        ]
      case .anotherHash:
        checkpoints = [
          try key.checkpoint(
            of: AuditLog.Head(number: last.number, hash: String(repeating: "ab", count: 32)), isRelease: true)
        ]
      }
      try oldest.remove()
      let verdict = try AuditReader(directory: directory).verify(checkpoints, trusted: key.publicKey)
      #expect(!verdict.isWhole)
      let expected = excuse == .anotherHash ? "not chained" : "nothing that is signed says"
      #expect(verdict.problems.contains { $0.what.contains(expected) }, "\(verdict.problems)")
    }
  }

  @Test func headsOfWhatWasLetGoAreNotMissed() throws {
    try TemporaryDirectory.with { directory in
      let key = try log(directory)
      let early = try key.checkpoint(of: AuditLog.Head(number: 1, hash: String(repeating: "ab", count: 32)))
      let oldest = try #require(try AuditRelease(of: directory, bytes: 0, seconds: nil))
      try sign(oldest, key, directory)
      try oldest.remove()
      #expect(try AuditReader(directory: directory).verify([early], trusted: key.publicKey).isWhole)
    }
  }

  @Test func aReleaseIsNoCheckpointAndTheOtherWayRound() throws {
    try TemporaryDirectory.with { directory in
      let key = try AuditKey(path: directory + "/key")
      let head = AuditLog.Head(number: 7, hash: String(repeating: "ab", count: 32))
      for isRelease in [true, false] {
        var made = try key.checkpoint(of: head, isRelease: isRelease)
        #expect(made.isGenuine())
        made.isRelease = isRelease ? nil : true
        #expect(!made.isGenuine())
      }
    }
  }

  @Test func whatIsDamagedStays() throws {
    try TemporaryDirectory.with { directory in
      _ = try log(directory)
      let path = try #require(try AuditFiles(directory: directory).segments().first?.path)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacingOccurrences(of: "entry 2", with: "entry 9")
        .write(toFile: path, atomically: false, encoding: .utf8)
      #expect(throws: AuditError.broken(path: path, line: 2)) {
        try AuditRelease(of: directory, bytes: 0, seconds: nil)
      }
    }
  }
}
