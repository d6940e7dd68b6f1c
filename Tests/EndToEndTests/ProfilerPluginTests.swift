import Catalog
import Glibc
import Profiles
import TestSupport
import Testing

/// `ispy run TARGET profiler …`: a recording between two commands.
@Suite(.serialized) struct ProfilerPluginTests {
  private let directory: String

  init() throws {
    var template = Array("/tmp/ispy-runtime-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func profiler(_ pid: Int32, _ words: String...) throws -> IspyRun {
    try IspyRun(["run", "\(pid)", "profiler"] + words, environment: ["XDG_RUNTIME_DIR": directory])
  }

  private func target() throws -> PythonTarget {
    try #require(PythonInterpreter.installed.first { $0.root == nil }).run("shares.py", ["shares"])
  }

  /// The recorder, as `status` names it.
  private func recorder(of pid: Int32) throws -> Int32? {
    let line = try profiler(pid, "status").output.split(separator: "\n").first { $0.hasPrefix("recorder = ") }
    return line.flatMap { Int32($0.dropFirst("recorder = ".count)) }
  }

  private func remove() throws { _ = try ChildProcess(["rm", "-rf", directory]).waitForExit() }

  /// Whoever adopts orphans here may leave them unreaped.
  private func isAlive(_ pid: Int32) -> Bool {
    guard let stat = try? TextFile.read("/proc/\(pid)/stat") else { return false }
    return !stat.contains(") Z ")
  }

  private func waitForEnd(of pid: Int32) {
    while isAlive(pid) { usleep(10_000) }
  }

  @Test func aRecordingGoesOnUntilItIsStopped() throws {
    let target = try target()
    defer { target.end() }
    let started = try profiler(target.pid, "start", "--mode", "cpu", "-r", "200")
    #expect(started.code == 0, "\(started.errors)")
    #expect(started.output.contains("state = recording"))
    let recorder = try #require(try recorder(of: target.pid))
    #expect(getsid(recorder) != getsid(0))
    // It has looked when it says so.
    while try !profiler(target.pid, "status").output.contains("samples = ") { usleep(100_000) }
    let stopped = try profiler(target.pid, "stop", "--json")
    #expect(stopped.code == 0, "\(stopped.errors)")
    let profile = try stopped.decoded(as: RecordResult.self).profile
    #expect(profile.about.samples > 0)
    #expect(profile.about.mode == .cpu)
    #expect(profile.functionShares().contains { $0.function.name == "spend" })
    #expect(!isAlive(recorder))
    let again = try profiler(target.pid, "results", "--json")
    #expect(try again.decoded(as: RecordResult.self).profile == profile)
    #expect(try profiler(target.pid, "status").output.contains("state = ended"))
    try remove()
  }

  @Test func aSecondOneSaysWhichRuns() throws {
    let target = try target()
    defer { target.end() }
    #expect(try profiler(target.pid, "start").code == 0)
    let recorder = try #require(try recorder(of: target.pid))
    let second = try profiler(target.pid, "start")
    #expect(second.code == CommandError.Cause.failed.rawValue)
    #expect(second.errors.contains("process \(target.pid) is being recorded already, by process \(recorder)"))
    let early = try profiler(target.pid, "results")
    #expect(early.errors.contains("is being recorded already"))
    #expect(try profiler(target.pid, "abort").output.contains("state = aborted"))
    #expect(!isAlive(recorder))
    let nothing = try profiler(target.pid, "results")
    #expect(nothing.code == CommandError.Cause.notFound.rawValue)
    #expect(nothing.errors.contains("there is no recording of \(target.pid)"))
    try remove()
  }

  @Test func whereNoneRunsThatIsSaid() throws {
    let target = try target()
    defer { target.end() }
    for command in ["stop", "abort"] {
      let run = try profiler(target.pid, command)
      #expect(run.code == CommandError.Cause.notFound.rawValue)
      #expect(run.errors.contains("no recording of \(target.pid) runs"))
    }
    #expect(try profiler(target.pid, "status").output.contains("state = none"))
    try remove()
  }

  @Test func itEndsWithItsTime() throws {
    let target = try target()
    defer { target.end() }
    #expect(try profiler(target.pid, "start", "-d", "1s").code == 0)
    let recorder = try #require(try recorder(of: target.pid))
    waitForEnd(of: recorder)
    let results = try profiler(target.pid, "results", "--json")
    #expect(try results.decoded(as: RecordResult.self).profile.about.samples > 0)
    let late = try profiler(target.pid, "start", "-d", "25h")
    #expect(late.code == CommandError.Cause.usage.rawValue)
    try remove()
  }

  @Test func itEndsWithItsTarget() throws {
    let target = try target()
    #expect(try profiler(target.pid, "start").code == 0)
    let recorder = try #require(try recorder(of: target.pid))
    while try !profiler(target.pid, "status").output.contains("samples = ") { usleep(100_000) }
    target.end()
    waitForEnd(of: recorder)
    let results = try profiler(target.pid, "results", "--json")
    #expect(results.code == 0, "\(results.errors)")
    let about = try results.decoded(as: RecordResult.self).profile.about
    #expect(about.notes.contains { $0.hasPrefix("process \(target.pid) ended") })
    try remove()
  }

  @Test func aRecorderThatWasKilledLeavesNothingToBeBelieved() throws {
    let target = try target()
    defer { target.end() }
    #expect(try profiler(target.pid, "start").code == 0)
    let recorder = try #require(try recorder(of: target.pid))
    kill(recorder, SIGKILL)
    waitForEnd(of: recorder)
    #expect(try profiler(target.pid, "status").output.contains("state = ended, and nothing was kept"))
    #expect(try profiler(target.pid, "stop").code == CommandError.Cause.notFound.rawValue)
    #expect(try profiler(target.pid, "start").code == 0)
    #expect(try profiler(target.pid, "abort").code == 0)
    try remove()
  }

  @Test func theResultGoesToAFileToo() throws {
    let target = try target()
    defer { target.end() }
    #expect(try profiler(target.pid, "start").code == 0)
    let path = "\(directory)/page.html"
    let run = try profiler(target.pid, "stop", "-o", path)
    #expect(run.errors == "the profile is in \(path)\n")
    #expect(try TextFile.read(path).hasPrefix("<!doctype html>"))
    try remove()
  }

  @Test func theShellHasItToo() throws {
    let target = try target()
    defer { target.end() }
    let run = try IspyRun(
      ["shell", "\(target.pid)"], environment: ["XDG_RUNTIME_DIR": directory],
      input: ["profiler start", "!profiler", "status", "stop", "exit"])
    #expect(run.output.contains("state = recording"), "\(run.output) \(run.errors)")
    #expect(run.output.contains("samples in"))
    try remove()
  }

  @Test func aPlaceThatOthersMayEnterIsNotTaken() throws {
    let target = try target()
    defer { target.end() }
    mkdir(directory + "/ispy", 0o777)
    chmod(directory + "/ispy", 0o777)
    #expect(try profiler(target.pid, "start", "-d", "1m").code == 0)
    var found: [String] = []
    if let stream = opendir(directory + "/ispy") {
      while let entry = readdir(stream) {
        found.append(
          withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
      }
      closedir(stream)
    }
    #expect(found.filter { !$0.hasPrefix(".") } == [])
    #expect(try profiler(target.pid, "abort").code == 0)
    try remove()
  }
}
