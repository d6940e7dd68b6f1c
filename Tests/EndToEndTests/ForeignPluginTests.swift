import Foundation
import Glibc
import TestSupport
import Testing

/// What applications bring, by hand and without a gateway; Documentation/Plugins.md does what it says.
@Suite struct ForeignPluginTests {
  private static func page() throws -> String { try TextFile.read(Checkout.root + "/Documentation/Plugins.md") }

  /// The first block that begins so.
  private static func block(_ beginning: String, in page: String) throws -> String {
    let begin = try #require(page.range(of: "```" + beginning))
    let end = try #require(page.range(of: "```", range: begin.upperBound..<page.endIndex))
    return String(page[begin.upperBound..<end.lowerBound])
  }

  /// The application of the guide, in a folder that goes with the test.
  private static func application(_ folder: String, entryPoint: Bool) throws -> PythonTarget {
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder + "/shop", withIntermediateDirectories: true)
    try "".write(toFile: folder + "/shop/__init__.py", atomically: false, encoding: .utf8)
    try block("python\n", in: page()).write(
      toFile: folder + "/shop/stock_plugin.py", atomically: false, encoding: .utf8)
    var environment = ["PYTHONPATH": folder]
    if entryPoint {
      let information = folder + "/shop-1.0.dist-info"
      try manager.createDirectory(atPath: information, withIntermediateDirectories: true)
      try "Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n".write(
        toFile: information + "/METADATA", atomically: false, encoding: .utf8)
      try "[ispyd.plugins]\nstock = shop.stock_plugin\n".write(
        toFile: information + "/entry_points.txt", atomically: false, encoding: .utf8)
    } else {
      environment["ISPYD_CONFIG"] = folder + "/ispyd.ini"
      try "[ispyd]\nlisten = /tmp/x.sock\nplugins = %(builtins)s shop.stock_plugin\n".write(
        toFile: folder + "/ispyd.ini", atomically: false, encoding: .utf8)
    }
    return try #require(PythonInterpreter.named("3.11")).run("waiting", ["event"], environment: environment)
  }

  /// Each command of the transcript prints what stands below it.
  @Test func theGuidesExampleDoesWhatTheGuideSays() throws {
    try TemporaryDirectory.with { folder in
      let target = try Self.application(folder, entryPoint: false)
      defer { target.end() }
      let steps = try Self.block("\n$ ispy ", in: Self.page())
        .replacing("4711", with: "\(target.pid)")
        .components(separatedBy: "\n$ ispy ")
      #expect(steps.count == 3)
      for step in steps {
        let lines = step.components(separatedBy: "\n")
        let run = try IspyRun(lines[0].split(separator: " ").map(String.init))
        let expected = lines.dropFirst().joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(run.output.trimmingCharacters(in: .whitespacesAndNewlines) == expected, "\(lines[0]): \(run.errors)")
        #expect(run.code == 0)
      }
    }
  }

  @Test func anEntryPointIsFoundWithoutAnyConfiguration() throws {
    try TemporaryDirectory.with { folder in
      let target = try Self.application(folder, entryPoint: true)
      defer { target.end() }
      let plugins = try IspyRun(["plugins", "\(target.pid)"])
      #expect(plugins.output.contains("entry point stock"), "\(plugins.errors)")
      #expect(try IspyRun(["run", "\(target.pid)", "stock", "levels"]).output.contains("pear"))
    }
  }

  @Test func wrongInputIsSaidBeforeAnythingIsDone() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("stock", ["stock.ini"])
    defer { target.end() }
    let pid = "\(target.pid)"
    for (words, code, error) in [
      (["stock", "hold"], 64, "ARTICLE is missing"), (["stock", "hold", "apple", "--for", "soon"], 64, "is a time"),
      (["stock", "holt", "apple"], 64, "did you mean hold?"), (["stocks", "hold"], 71, "did you mean stock?"),
      (["stock", "hold", "plum", "--for", "1s"], 1, "no article of that name"), (["stock"], 64, "name a command"),
    ] as [([String], Int32, String)] {
      let run = try IspyRun(["run", pid] + words)
      #expect(run.code == code && run.errors.contains(error), "\(words): \(run.code) \(run.errors)")
    }
    let help = try IspyRun(["run", pid, "stock", "hold", "--help"])
    #expect(help.output.contains("no apples for five minutes"), "\(help.errors)")
    let partial = try IspyRun(["plugins", pid])
    #expect(partial.code == 72 && partial.output.contains("no_such_module"))
    let fails = try IspyRun(["run", pid, "stock", "fails"])
    #expect(fails.code == 1 && fails.output.contains("ValueError") && !fails.output.contains("hunter2"), "\(fails)")
    // What runs is ended by Ctrl-C.
    let hangs = try ChildProcess([IspyRun.path(), "run", pid, "stock", "hangs"])
    defer { hangs.end() }
    _ = try eventually {
      try target.send("level apple")
      return try target.line() == "-1" ? true : nil
    }
    hangs.signal(SIGINT)
    try hangs.output(waitingFor: "its end") { $0.contains("interrupted") }
  }

  @Test func theShellOffersWhatTheProcessBrings() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("stock", ["stock.ini"])
    defer { target.end() }
    let run = try IspyRun(
      ["shell", "\(target.pid)"],
      input: [
        "!stock", "levels", "help hold", "exit", "greeter hello dear world", "stock hold apple --for 5m", "changes",
        "exit",
      ])
    for expected in ["pear", "Sell nothing of an article", "Hello dear world", "stock of apple"] {
      #expect(run.output.contains(expected), "\(expected): \(run.output) \(run.errors)")
    }
    // It went with the shell.
    try target.send("level apple")
    #expect(try target.line() == "3")
  }

  @Test func withoutAGatewayThereIsNoConsole() throws {
    let target = try #require(PythonInterpreter.named("3.11")).run("stock", ["stock.ini"])
    defer { target.end() }
    for words in [["python", "console"], ["debugger", "debug", "stock:pay"]] {
      let run = try IspyRun(["run", "\(target.pid)"] + words, input: ["exit()"])
      #expect(run.code == 77 && run.errors.contains("console"), "\(run.errors)")
    }
  }
}
