import Catalog
import Glibc
import Profiles
import TestSupport
import Testing

/// `ispy diff` on profiles that `ispy record` made of a real process.
@Suite(.serialized) struct DiffCommandTests {
  private func recorded(_ ending: String, of target: PythonTarget, _ options: String...) throws -> String {
    let path = "/tmp/ispy-diff-\(target.pid)-\(UInt32.random(in: .min ... .max)).\(ending)"
    let run = try IspyRun(["record", "\(target.pid)", "-d", "1s", "-o", path] + options)
    #expect(run.code == 0, "\(run.errors)")
    return path
  }

  private func target() throws -> PythonTarget {
    try #require(PythonInterpreter.installed.first { $0.root == nil && $0.minor >= 11 }).run("shares.py", ["shares"])
  }

  @Test func whatOnlyTheSecondHasIsMore() throws {
    let target = try target()
    defer { target.end() }
    let idle = try recorded("html", of: target, "--thread", "idle")
    let working = try recorded("speedscope.json", of: target)
    let output = "/tmp/ispy-diff-\(target.pid)-out.html"
    defer { for path in [idle, working, output] { unlink(path) } }
    let run = try IspyRun("diff", idle, working, "--json", "-o", output)
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.errors == "the comparison is in \(output)\n")
    let result = try run.decoded(as: DiffResult.self)
    #expect(result.schema == "ispyd.diff/1")
    #expect(result.comparison.before.format == "html" && result.comparison.after.format == "speedscope")
    #expect(result.comparison.before.about != nil && result.comparison.after.about == nil)
    let spend = try #require(result.changes.first { $0.function.name == "spend" })
    #expect(spend.own.before == 0 && spend.own.after > 0 && spend.ownChange > 0)
    #expect(try TextFile.read(output).contains("id=\"comparison\""))
    let text = try IspyRun("diff", idle, working)
    #expect(text.output.contains("each is taken as 100 %, whatever its length"))
    #expect(text.output.contains("spend"))
  }

  @Test(arguments: ["html", "collapsed", "json"]) func aProfileAgainstItselfHasNotChanged(ending: String) throws {
    let target = try target()
    defer { target.end() }
    let path = try recorded(ending, of: target)
    defer { unlink(path) }
    let run = try IspyRun("diff", path, path, "--absolute")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.hasSuffix("\nnothing changed\n"))
    #expect(run.output.contains("time is compared as it is"))
  }

  @Test func theResultOfRecordIsReadFromAPipeAndWrittenToOne() throws {
    let target = try target()
    defer { target.end() }
    let path = try recorded("collapsed", of: target)
    defer { unlink(path) }
    let ispy = try IspyRun.path()
    let child = try ChildProcess([
      "/bin/sh", "-c",
      "\"$0\" record \"$1\" -d 1s --json | \"$0\" diff \"$2\" /dev/stdin --format collapsed -o /dev/fd/3 3>&1 >/dev/null | cat",
      ispy, "\(target.pid)", path,
    ])
    defer { child.end() }
    #expect(try child.waitForExit() == 0)
    #expect(child.transcript.contains("spend"))
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let missing = try IspyRun("diff", "/nowhere/a.html", "/nowhere/b.html")
    #expect(missing.code == CommandError.Cause.notFound.rawValue)
    #expect(missing.errors.contains("cannot read /nowhere/a.html: No such file or directory"))
    let directory = try IspyRun("diff", "/tmp", "/tmp")
    #expect(directory.code == CommandError.Cause.failed.rawValue)
    #expect(directory.errors.contains("cannot read /tmp: Is a directory"))
    let other = try IspyRun("diff", "/etc/passwd", "/etc/passwd")
    #expect(other.code == CommandError.Cause.failed.rawValue)
    #expect(other.errors.contains("/etc/passwd is no profile that ispy reads"))
    #expect(try IspyRun("diff", "/etc/passwd").code == CommandError.Cause.usage.rawValue)
  }

  @Test func aFormatThatHoldsOneProfileIsRefusedBeforeAnythingIsRead() throws {
    let run = try IspyRun("diff", "/nowhere/a", "/nowhere/b", "-o", "/tmp/a.pb.gz")
    #expect(run.code == CommandError.Cause.usage.rawValue)
    #expect(run.errors.contains("names no format of ispy diff"))
    #expect(run.errors.contains("use .html, .svg, .collapsed"))
    let choice = try IspyRun("diff", "/nowhere/a", "/nowhere/b", "-o", "/tmp/a", "--format", "pprof")
    #expect(choice.code == CommandError.Cause.usage.rawValue)
  }
}
