import Glibc
import TestSupport
import Testing

@testable import RemoteProcess

/// The judgement and its words for what this machine cannot be made to do.
@Suite struct AccessWordsTests {
  private static func status(uid: UInt32, capabilities: String = "0", process: Int32 = 7) throws -> ProcessStatus {
    let text = """
      Name:\tpython3
      State:\tS (sleeping)
      Tgid:\t\(process)
      PPid:\t1
      TracerPid:\t0
      Uid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)
      Gid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)
      VmSize:\t 1000 kB
      CapPrm:\t\(capabilities)
      CapEff:\t\(capabilities)

      """
    return try ProcessStatus(Array(text.utf8), path: "test")
  }

  private static let ptrace = "0000000000080000"

  private static func check(
    target: UInt32, own: UInt32, capabilities: String = "0", yama: Int? = nil, filesOwner: UInt32? = nil,
    userNamespace: UInt64? = nil, change: (inout Surroundings) -> Void = { _ in }
  ) throws -> AccessCheck {
    var surroundings = try Surroundings()
    surroundings.status = try status(uid: own, capabilities: capabilities)
    surroundings.container = nil
    surroundings.isKubernetes = false
    surroundings.isInitialPidNamespace = true
    surroundings.isInitialUserNamespace = true
    surroundings.yamaScope = yama
    surroundings.hidepid = nil
    change(&surroundings)
    let evidence = AccessEvidence(
      pid: 7, status: try status(uid: target), exists: true, filesOwner: filesOwner ?? target, probe: EPERM,
      userNamespace: userNamespace, ownUserNamespace: 2)
    let users = UserNames(contents: Array("web:x:1000:1000::/:/bin/sh\n".utf8))
    return AccessCheck(evidence, surroundings: surroundings, users: users)
  }

  @Test func yamaIsNamedWithItsRemedy() throws {
    let check = try Self.check(target: 1000, own: 1000, yama: 1)
    #expect(check.findings.map(\.cause) == [.yama(scope: 1)])
    #expect(check.findings[0].fixes == ["sudo ispy", "sysctl kernel.yama.ptrace_scope=0"])
    #expect(check.findings[0].evidence.contains("ptrace_scope is 1"))
  }

  @Test func theLastScopeOfYamaHoldsForRootToo() throws {
    let check = try Self.check(target: 1000, own: 0, capabilities: Self.ptrace, yama: 3)
    #expect(check.findings.map(\.cause) == [.yama(scope: 3)])
    #expect(check.findings[0].fixes.first?.contains("restart the machine") == true)
  }

  @Test func severalCausesAreAllNamed() throws {
    let check = try Self.check(target: 1000, own: 1001, yama: 2)
    #expect(check.findings.map(\.cause) == [.otherUser(target: 1000, own: 1001), .yama(scope: 2)])
    #expect(check.findings[0].fixes == ["sudo -u web ispy", "sudo ispy"])
    // To be its user is to be root.
    #expect(try Self.check(target: 0, own: 1001).findings[0].fixes == ["sudo ispy"])
  }

  @Test func aTargetThatHidesItsMemoryIsKnownByTheOwnerOfItsFiles() throws {
    #expect(try Self.check(target: 1000, own: 1000, filesOwner: 0).findings.map(\.cause) == [.notDumpable])
  }

  @Test func rootOfAnotherUserNamespaceIsToldSo() throws {
    let check = try Self.check(target: 1000, own: 0, capabilities: Self.ptrace, userNamespace: 3)
    #expect(check.findings.map(\.cause) == [.otherUserNamespace])
  }

  @Test func whatIsNotKnownIsSaidToBeSo() throws {
    let check = try Self.check(target: 1000, own: 0, capabilities: Self.ptrace)
    #expect(check.findings.map(\.cause) == [.unexplained(errno: EPERM)])
  }

  @Test func inDockerTheFlagIsNamed() throws {
    let id = String(repeating: "ab", count: 32)
    let check = try Self.check(target: 1000, own: 0) {
      $0.container = Container(groups: Array("0::/docker/\(id)\n".utf8), mounts: [], signs: nil)
    }
    #expect(
      check.findings[0].fixes == [
        "docker exec --user 1000 abababababab ispy", "docker exec --privileged --user 0 abababababab ispy",
        "docker run --cap-add SYS_PTRACE", "run ispy on the host, as root",
      ])
  }

  @Test func inKubernetesTheSecurityContextIsNamed() throws {
    let check = try Self.check(target: 1000, own: 0) { $0.isKubernetes = true }
    let fixes = check.findings[0].fixes
    #expect(fixes.contains("securityContext: {capabilities: {add: [SYS_PTRACE]}}"))
    #expect(fixes.contains { $0.hasPrefix("kubectl debug -it ") && $0.hasSuffix("--profile=general") })
  }

  @Test func everyCauseHasWords() throws {
    let causes: [AccessCause] = [
      .noSuchProcess, .isThread(of: 1), .zombie(parent: 1), .kernelThread, .otherUser(target: 1, own: 2),
      .moreCapabilities, .notDumpable, .yama(scope: 1), .yama(scope: 3), .seccomp, .hiddenByProc, .otherUserNamespace,
      .traced(by: 5), .unexplained(errno: EPERM),
    ]
    let evidence = AccessEvidence(pid: 7, status: nil, exists: true)
    for runtime in [nil, Container.Runtime.docker, .podman, .containerd] {
      for isKubernetes in [false, true] {
        var surroundings = try Surroundings()
        surroundings.container = runtime.flatMap { Container(groups: [], mounts: [], signs: $0) }
        surroundings.isKubernetes = isKubernetes
        let words = AccessWords(evidence: evidence, surroundings: surroundings, users: UserNames(contents: []))
        for cause in causes {
          #expect(!words.evidence(of: cause).isEmpty)
          let isHopeless = cause == .kernelThread || cause == .zombie(parent: 1)
          #expect(words.fixes(of: cause).isEmpty == isHopeless)
        }
      }
    }
  }

  @Test func theMountOptionOfProcIsRead() {
    func option(_ lines: String...) -> String? { Surroundings.hidepid(Array(lines.joined(separator: "\n").utf8)) }
    #expect(option("22 20 0:5 / /proc rw,nosuid - proc proc rw,gid=4,hidepid=2") == "2")
    #expect(option("22 20 0:5 / /proc rw,nosuid - proc proc rw") == nil)
    #expect(option("22 20 0:5 / /proc rw - proc proc rw,hidepid=off") == nil)
    #expect(
      option("22 20 0:5 / /proc rw - proc proc rw,hidepid=1", "30 22 0:6 / /proc rw - proc proc rw,hidepid=invisible")
        == "invisible")
    #expect(option("", "1 2 3", "22 20 0:5 / /sys rw - sysfs sysfs rw,hidepid=1") == nil)
  }
}
