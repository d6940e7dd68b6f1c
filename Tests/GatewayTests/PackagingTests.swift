import Foundation
import TestSupport
import Testing

/// What is shipped with the gateway: the service, the examples, and the pages that explain them.
@Suite struct PackagingTests {
  private func check(_ path: String) throws -> (code: Int32, said: String) {
    let check = try ChildProcess([try BuiltProgram.path(of: "ispyd"), "--check", path])
    return (try check.waitForExit(), check.transcript)
  }

  @Test func theExampleOfAPolicyIsWhole() throws {
    let (code, said) = try check(Checkout.root + "/Packaging/policy.yaml")
    #expect(code == 0, "\(said)")
    #expect(!said.contains("warning"), "\(said)")
  }

  @Test func theExampleOfAConfigurationIsReadAsItIs() throws {
    try TemporaryDirectory.with { base in
      // Its paths are those of a host: here everything lies in a directory of the test's.
      let text = try TextFile.read(Checkout.root + "/Packaging/ispyd.yaml")
        .replacingOccurrences(of: "/run/ispyd/", with: base + "/run/")
        .replacingOccurrences(of: "/var/lib/ispyd\n", with: base + "/state\n")
        .replacingOccurrences(of: "/etc/ispyd/policy.yaml", with: Checkout.root + "/Packaging/policy.yaml")
        .replacingOccurrences(of: "group: ispy\n", with: "group: nogroup\n")
      try text.write(toFile: base + "/ispyd.yaml", atomically: false, encoding: .utf8)
      let gateway = try ChildProcess([try BuiltProgram.path(of: "ispyd"), "--config", base + "/ispyd.yaml"])
      defer { gateway.end() }
      _ = try gateway.line(waitingFor: "listening", within: .seconds(120)) { $0.contains("listening") }
      #expect(gateway.transcript.contains("the policy is in force"))
    }
  }

  /// Every block of YAML on the page that is a policy.
  @Test func thePoliciesOnThePageAreWhole() throws {
    let blocks = try TextFile.read(Checkout.root + "/Documentation/Gateway.md").components(separatedBy: "```yaml\n")
      .dropFirst().compactMap { $0.components(separatedBy: "```").first }.filter { $0.hasPrefix("version: 1\n") }
    #expect(!blocks.isEmpty)
    for block in blocks {
      try TemporaryDirectory.with { base in
        try block.write(toFile: base + "/policy.yaml", atomically: false, encoding: .utf8)
        let (code, said) = try check(base + "/policy.yaml")
        #expect(code == 0 && !said.contains("warning"), "\(said)")
      }
    }
  }

  /// What a file may hold, as its reader says it where it meets what it does not know.
  @Test(arguments: [("--check", "version: 1\nqqqqqqqqqqqq: 1\n"), ("--config", "qqqqqqqqqqqq: 1\n")])
  func everyKeyIsOnThePage(option: String, text: String) throws {
    try TemporaryDirectory.with { base in
      try text.write(toFile: base + "/file.yaml", atomically: false, encoding: .utf8)
      let check = try ChildProcess([try BuiltProgram.path(of: "ispyd"), option, base + "/file.yaml"])
      #expect(try check.waitForExit() == 1)
      let said = try #require(check.transcript.components(separatedBy: "; it has ").dropFirst().first)
      let keys = said.split(separator: "\n")[0].components(separatedBy: ", ")
      try #require(keys.count > 5)
      let page = try TextFile.read(Checkout.root + "/Documentation/Gateway.md")
      for key in keys { #expect(page.contains("| `\(key)"), "\(key)") }
    }
  }

  @Test func theServiceMayUseFarMoreThanManyClientsMakeItUse() throws {
    let unit = try TextFile.read(Checkout.root + "/Packaging/ispyd.service")
    func limit(_ name: String) throws -> Int {
      let line = try #require(unit.split(separator: "\n").first { $0.hasPrefix(name + "=") })
      return try #require(Int(line.dropFirst(name.count + 1).filter(\.isNumber)))
    }
    // One person has a quarter of them.
    let gateway = try TestGateway(configuration: "connections: 400")
    let clients = try (0..<100).map { _ in try Wire(gateway.socket) }
    for client in clients { client.greet() }
    for _ in 0..<5 {
      for client in clients { #expect(client.run("whoami")?.contains("result") == true) }
    }
    let status = try TextFile.read("/proc/\(gateway.child.pid)/status").split(separator: "\n")
    func used(_ name: String) throws -> Int {
      let line = try #require(status.first { $0.hasPrefix(name + ":") })
      return try #require(Int(line.filter(\.isNumber)))
    }
    #expect(try used("Threads") * 2 < limit("TasksMax"))
    #expect(try used("VmHWM") * 2 < limit("MemoryHigh") * 1024)
  }

  @Test func theServiceIsWhatSystemdTakes() throws {
    let analyze = "/usr/bin/systemd-analyze"
    guard access(analyze, X_OK) == 0 else {
      withKnownIssue { Issue.record("not tested: ispyd.service (there is no systemd-analyze)") }
      return
    }
    try TemporaryDirectory.with { base in
      let install = try ChildProcess([
        Checkout.root + "/Scripts/install", base, try BuiltProgram.path(of: "ispy"), try BuiltProgram.path(of: "ispyd"),
      ])
      #expect(try install.waitForExit() == 0, "\(install.transcript)")
      let unit = base + "/lib/systemd/system/ispyd.service"
      #expect(try TextFile.read(unit).contains("ExecStart=\(base)/bin/ispyd --config /etc/ispyd/ispyd.yaml"))
      // The page for people is where the unit says, and nothing else is complained of.
      let verify = try ChildProcess([analyze, "verify", "--man=no", unit])
      #expect(try verify.waitForExit() == 0, "\(verify.transcript)")
      #expect(!verify.transcript.contains("ispyd.service"), "\(verify.transcript)")
      let security = try ChildProcess([analyze, "security", "--offline=true", "--threshold=20", unit])
      #expect(try security.waitForExit() == 0, "\(security.transcript)")
    }
  }
}
