import Catalog
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Audit

@Suite struct AuditLogTests {
  private func entry(_ note: String) -> AuditEntry {
    var entry = AuditEntry(time: 1, kind: .control)
    entry.note = note
    return entry
  }

  private func write(_ notes: [String], _ directory: String, segmentLimit: Int = 1 << 20) throws {
    let log = try AuditLog(directory: directory, segmentLimit: segmentLimit)
    defer { log.close() }
    for note in notes { _ = try log.append(entry(note)) }
  }

  private func segments(_ directory: String) throws -> [String] {
    try AuditFiles(directory: directory).segments().map(\.path)
  }

  private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  private func rewrite(_ path: String, _ change: (inout [String]) -> Void) throws {
    var lines = try lines(path)
    change(&lines)
    try lines.map { $0 + "\n" }.joined().write(toFile: path, atomically: false, encoding: .utf8)
  }

  // MARK: - Whole

  @Test func whatWasAppendedIsReadInItsOrder() throws {
    try TemporaryDirectory.with { directory in
      try write(["a", "b\n\"quoted\"", "ü"], directory)
      try write(["d"], directory)
      let reader = AuditReader(directory: directory)
      let entries = try reader.last(10) { _ in true }
      #expect(entries.map(\.number) == [1, 2, 3, 4])
      #expect(entries.map(\.note) == ["a", "b\n\"quoted\"", "ü", "d"])
      let verdict = try reader.verify()
      #expect(verdict.isWhole && verdict.entries == 4 && verdict.headNumber == 4)
    }
  }

  @Test func aLogGoesOnInFilesThatAreChainedToo() throws {
    try TemporaryDirectory.with { directory in
      try write((0..<50).map { "entry \($0)" }, directory, segmentLimit: 2000)
      #expect(try segments(directory).count > 3)
      let reader = AuditReader(directory: directory)
      #expect(try reader.verify().isWhole)
      #expect(try reader.last(3) { _ in true }.map(\.number) == [48, 49, 50])
      #expect(try reader.entries(from: 10, limit: 2) { _ in true }.map(\.number) == [10, 11])
    }
  }

  @Test func manyAtOnceAreEachWrittenOnce() throws {
    try TemporaryDirectory.with { directory in
      let log = try AuditLog(directory: directory)
      let numbers = Mutex<[UInt64]>([])
      DispatchQueue.concurrentPerform(iterations: 200) { index in
        guard let number = try? log.append(entry("\(index)")) else { return }
        numbers.withLock { $0.append(number) }
      }
      log.close()
      #expect(numbers.withLock { $0.sorted() } == Array(1...200))
      let entries = try AuditReader(directory: directory).last(500) { _ in true }
      #expect(Set(entries.compactMap(\.note)).count == 200)
    }
  }

  @Test func whatNobodyWaitsForIsWrittenWhereNobodyComes() throws {
    try TemporaryDirectory.with { directory in
      let log = try AuditLog(directory: directory)
      defer { log.close() }
      for round in 1...5 as ClosedRange<UInt64> {
        let written = DispatchSemaphore(value: 0)
        let number = Mutex<UInt64>(0)
        log.append(entry("alone")) { result in
          number.withLock { $0 = (try? result.get()) ?? 0 }
          written.signal()
        }
        written.wait()
        #expect(number.withLock { $0 } == round)
        #expect(try AuditReader(directory: directory).verify().headNumber == round)
      }
    }
  }

  /// Many threads, with entries that they wait for and entries that they do not, while it is closed or not.
  @Test(arguments: [false, true]) func whatWasPromisedIsThereInItsPlaceAndNothingElse(closesMeanwhile: Bool) throws {
    try TemporaryDirectory.with { directory in
      let log = try AuditLog(directory: directory, segmentLimit: 20_000)
      let promised = Mutex<[UInt64: String]>([:])
      let refused = Atomic(0)
      @Sendable func note(_ result: Result<UInt64, AuditError>, _ note: String) {
        switch result {
        case .success(let number): promised.withLock { $0[number] = note }
        case .failure: refused.add(1, ordering: .relaxed)
        }
      }
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for index in 0..<100 {
          let text = "\(thread) \(index)"
          if index % 3 == 0 {
            log.append(entry(text)) { note($0, text) }
          } else {
            note(Result { () throws(AuditError) in try log.append(entry(text)) }, text)
          }
          if closesMeanwhile, thread == 0, index == 50 { log.close() }
        }
      }
      log.close()
      let entries = try AuditReader(directory: directory).last(1000) { _ in true }
      let found = Dictionary(uniqueKeysWithValues: entries.map { ($0.number, $0.note ?? "") })
      #expect(found == promised.withLock { $0 })
      #expect(found.count + refused.load(ordering: .relaxed) == 800)
      #expect((refused.load(ordering: .relaxed) > 0) == closesMeanwhile)
      #expect(try AuditReader(directory: directory).verify().isWhole)
    }
  }

  @Test func aSecondGatewayHasNoPartInIt() throws {
    try TemporaryDirectory.with { directory in
      let log = try AuditLog(directory: directory)
      defer { log.close() }
      #expect(throws: AuditError.inUse(path: directory)) { try AuditLog(directory: directory) }
    }
  }

  @Test func nothingIsAppendedOnceItIsClosed() throws {
    try TemporaryDirectory.with { directory in
      let log = try AuditLog(directory: directory)
      log.close()
      #expect(throws: AuditError.self) { try log.append(entry("late")) }
    }
  }

  // MARK: - Tampered with

  /// What is done to a log of six entries, and what must be said of it.
  enum Deed: String, CaseIterable {
    case change, drop, swap, insert, changeAndRehash, cutEnd, dropFile

    var words: String {
      switch self {
      case .change: "entry was changed"
      case .drop: "entries 3 to 3 are missing"
      case .swap: "entries 3 to 3 are missing"
      case .insert: "stands where"
      case .changeAndRehash: "not chained to the entry before it"
      case .cutEnd: "there was an entry 6, and it is missing"
      case .dropFile: "was to follow"
      }
    }
  }

  @Test(arguments: Deed.allCases) func whatWasDoneToItIsFoundAndNamed(deed: Deed) throws {
    try TemporaryDirectory.with { directory in
      let log = try AuditLog(directory: directory, segmentLimit: deed == .dropFile ? 300 : 1 << 20)
      for index in 1...6 { _ = try log.append(entry("entry \(index)")) }
      let key = try AuditKey(path: directory + "/key")
      let checkpoint = try key.checkpoint(of: log.head)
      log.close()
      let paths = try segments(directory)
      switch deed {
      case .change: try rewrite(paths[0]) { $0[2] = $0[2].replacingOccurrences(of: "entry 3", with: "entry 9") }
      case .drop: try rewrite(paths[0]) { $0.remove(at: 2) }
      case .swap: try rewrite(paths[0]) { $0.swapAt(2, 3) }
      case .insert: try rewrite(paths[0]) { $0.insert($0[2], at: 3) }
      case .changeAndRehash:
        // Who changes an entry and makes its own hash fit does not make the next one fit.
        try rewrite(paths[0]) { lines in
          let record = AuditRecord(line: Array(lines[2].utf8))
          guard let record, let made = try? AuditRecord.line(of: entry3(record.entry), previous: record.previous) else {
            return
          }
          lines[2] = String(made.line.dropLast())
        }
      case .cutEnd: try rewrite(paths[0]) { $0.removeLast() }
      case .dropFile: try FileManager.default.removeItem(atPath: paths[1])
      }
      let verdict = try AuditReader(directory: directory).verify([checkpoint])
      #expect(!verdict.isWhole)
      #expect(verdict.problems.contains { $0.what.contains(deed.words) }, "\(verdict.problems)")
    }
  }

  private func entry3(_ old: AuditEntry) -> AuditEntry {
    var entry = old
    entry.note = "another"
    return entry
  }

  @Test func aLogRewrittenFromStartToEndIsFoundByACheckpointKeptElsewhere() throws {
    try TemporaryDirectory.with { directory in
      try write(["a", "b"], directory + "/one")
      let log = try AuditLog(directory: directory + "/one")
      let key = try AuditKey(path: directory + "/key")
      let checkpoint = try key.checkpoint(of: log.head)
      log.close()
      try write(["a", "another"], directory + "/two")
      #expect(try AuditReader(directory: directory + "/two").verify().isWhole, "alone it shows nothing")
      let verdict = try AuditReader(directory: directory + "/two").verify([checkpoint])
      #expect(verdict.problems.map(\.what) == ["the checkpoint of entry 2 has another hash"])
    }
  }

  @Test func aCheckpointIsNobodyElses() throws {
    try TemporaryDirectory.with { directory in
      let head = AuditLog.Head(number: 7, hash: String(repeating: "ab", count: 32))
      let checkpoint = try AuditKey(path: directory + "/one").checkpoint(of: head)
      let other = try AuditKey(path: directory + "/two")
      #expect(checkpoint.isGenuine())
      #expect(!checkpoint.isGenuine(trusted: other.publicKey))
      #expect(try AuditKey(path: directory + "/one").publicKey == checkpoint.key, "the key is kept")
      let forged = AuditCheckpoint(
        number: 8, hash: checkpoint.hash, time: checkpoint.time, key: checkpoint.key, signature: checkpoint.signature)
      #expect(!forged.isGenuine())
    }
  }

  @Test func aKeyThatOthersMayReadIsRefused() throws {
    try TemporaryDirectory.with { directory in
      _ = try AuditKey(path: directory + "/key")
      chmod(directory + "/key", 0o644)
      #expect(throws: AuditError.self) { try AuditKey(path: directory + "/key") }
    }
  }

  // MARK: - Crashes

  @Test func aHalfWrittenLineIsSetAsideAndSaid() throws {
    try TemporaryDirectory.with { directory in
      try write(["a", "b"], directory)
      let path = try #require(try segments(directory).last)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"number\":3,\"ti".utf8))
      try handle.close()
      try write(["c"], directory)
      let entries = try AuditReader(directory: directory).last(10) { _ in true }
      #expect(entries.map(\.number) == [1, 2, 3, 4])
      #expect(entries[2].command == "recovery")
      #expect(try AuditReader(directory: directory).verify().isWhole)
      #expect(FileManager.default.fileExists(atPath: directory + "/torn-after-2"))
    }
  }

  @Test func nothingIsChainedToALogThatIsDamaged() throws {
    try TemporaryDirectory.with { directory in
      try write(["a", "b"], directory)
      let path = try #require(try segments(directory).last)
      try rewrite(path) { $0[0] = $0[0].replacingOccurrences(of: "\"a\"", with: "\"x\"") }
      #expect(throws: AuditError.broken(path: path, line: 1)) { try AuditLog(directory: directory) }
    }
  }

  @Test func aDirectoryThatOthersMayWriteToIsRefused() throws {
    try TemporaryDirectory.with { directory in
      chmod(directory, 0o777)
      #expect(throws: AuditError.self) { try AuditLog(directory: directory) }
    }
  }

  @Test func anEntryThatNoReaderWouldTakeIsRefusedAlone() throws {
    try TemporaryDirectory.with { directory in
      let log = try AuditLog(directory: directory)
      // Three bytes of text, six of JSON: what comes in is shorter than what is written.
      let long = entry(String(repeating: "\u{202e}", count: 200_000))
      #expect(throws: AuditError.unwritable("the entry is too long")) { try log.append(long) }
      #expect(try log.append(entry("next")) == 1)
      log.close()
      #expect(try AuditReader(directory: directory).verify().isWhole)
      try write(["after that"], directory)
    }
  }

  @Test(.enabled(if: getuid() == 0, "file systems are root's to mount")) func aDiskThatIsReadOnlyRefusesTheEntry()
    throws
  {
    try TemporaryDirectory.with { base in
      let directory = base + "/disk"
      let log = try AuditLog(directory: directory, segmentLimit: 1)
      defer { log.close() }
      var written: UInt64 = 0
      for _ in 0..<3 { written = try log.append(entry("a")) }
      // The same files, on a mount that nothing may be written to, as after an error of the disk.
      try #require(mount(directory, directory, nil, UInt(MS_BIND), nil) == 0)
      defer { umount2(directory, Int32(MNT_DETACH)) }
      try #require(mount(nil, directory, nil, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY), nil) == 0)
      let error = #expect(throws: AuditError.self) { try log.append(entry("b")) }
      #expect(error.map { "\($0)".contains("Read-only file system") } == true)
      try #require(umount2(directory, 0) == 0)
      #expect(try log.append(entry("c")) == written + 1)
      #expect(try AuditReader(directory: directory).verify().isWhole)
    }
  }

  @Test(.enabled(if: getuid() == 0, "file systems are root's to mount")) func whatCannotBeWrittenCountsForNothing()
    throws
  {
    try TemporaryDirectory.with { base in
      // A disk of three pages, one of them in use.
      let directory = base + "/disk"
      mkdir(directory, 0o700)
      try #require(mount("tmpfs", directory, "tmpfs", 0, "size=12k,mode=700") == 0)
      defer { umount2(directory, Int32(MNT_DETACH)) }
      try String(repeating: "x", count: 4096).write(toFile: directory + "/filler", atomically: false, encoding: .utf8)
      let log = try AuditLog(directory: directory)
      var failure: AuditError?
      var written: UInt64 = 0
      while failure == nil, written < 200 {
        do throws(AuditError) { written = try log.append(entry("a")) } catch { failure = error }
      }
      #expect(failure.map { "\($0)".contains("cannot be written") } == true)
      unlink(directory + "/filler")
      #expect(try log.append(entry("c")) == written + 1)
      log.close()
      #expect(try AuditReader(directory: directory).verify().isWhole)
      #expect(try AuditReader(directory: directory).last(1) { _ in true }.map(\.note) == ["c"])
    }
  }
}
