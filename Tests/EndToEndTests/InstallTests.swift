import Glibc
import TestSupport
import Testing

/// `make install PREFIX=`.
@Suite struct InstallTests {
  @Test func theProgramComesWithItsCompletionsAndItsDocumentation() throws {
    let prefix = "/tmp/ispy-install-\(getpid())"
    defer { _ = try? ChildProcess(["rm", "-rf", prefix]).waitForExit() }
    let install = try ChildProcess(
      [Checkout.root + "/Scripts/install", prefix, try IspyRun.path(), prefix + "/was-not-built"])
    #expect(try install.waitForExit() == 0, "\(install.transcript)")
    #expect(access(prefix + "/bin/ispy", X_OK) == 0)
    for (shell, path) in [
      ("bash", "bash-completion/completions/ispy"), ("zsh", "zsh/site-functions/_ispy"),
      ("fish", "fish/vendor_completions.d/ispy.fish"),
    ] {
      let script = try TextFile.read(prefix + "/share/" + path)
      #expect(try IspyRun("completion", shell).output == script, "\(shell)")
    }
    for page in ["README.md", "CLI.md", "Schemas.md", "KnownBugs.md"] {
      #expect(try !TextFile.read(prefix + "/share/doc/ispyd/" + page).isEmpty)
    }
    #expect(access(prefix + "/bin/ispyd", F_OK) != 0)
  }
}
