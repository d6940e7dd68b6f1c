import Glibc
import TestSupport
import Testing

@testable import RemoteProcess

@Suite struct ContainerTests {
  private static let id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  private static let uid = "11111111-2222-3333-4444-555555555555"

  /// As systemd's names of slices have it, where a hyphen has a meaning.
  private static let uidOfSystemd = "11111111_2222_3333_4444_555555555555"

  struct Sample: CustomTestStringConvertible, Sendable {
    var group = "/"
    var mounts: [(root: String, point: String)] = []
    let runtime: Container.Runtime
    var identifier: String? = ContainerTests.id
    var podUID: String?
    var testDescription: String { group + mounts.map(\.root).joined() }
  }

  static let samples = [
    Sample(group: "/docker/\(id)", runtime: .docker),
    Sample(group: "/system.slice/docker-\(id).scope", runtime: .docker),
    Sample(group: "/kubepods/besteffort/pod\(uid)/\(id)", runtime: .unknown, podUID: uid),
    Sample(
      group: "/kubepods.slice/kubepods-burstable-pod\(uidOfSystemd).slice/cri-containerd-\(id).scope",
      runtime: .containerd, podUID: uid),
    Sample(
      group: "/kubepods.slice/kubepods-pod\(uidOfSystemd).slice/crio-\(id).scope/container", runtime: .crio,
      podUID: uid),
    Sample(
      group: "/system.slice/containerd.service/kubepods-burstable-pod\(uidOfSystemd).slice:cri-containerd:\(id)",
      runtime: .containerd, podUID: uid),
    Sample(group: "/machine.slice/libpod-\(id).scope/container", runtime: .podman),
    Sample(group: "/default/\(id)", runtime: .containerd),
    Sample(group: "/lxc.payload.web1/system.slice/app.service", runtime: .lxc, identifier: "web1"),
    Sample(group: "/lxc/web1", runtime: .lxc, identifier: "web1"),
    Sample(group: "/machine.slice/machine-debian.scope/payload", runtime: .nspawn, identifier: "debian"),
    Sample(mounts: [("/var/lib/docker/containers/\(id)/hostname", "/etc/hostname")], runtime: .docker),
    Sample(
      mounts: [("/containers/storage/overlay-containers/\(id)/userdata/hosts", "/etc/hosts")], runtime: .podman),
    Sample(
      mounts: [
        ("/var/lib/kubelet/pods/\(uid)/etc-hosts", "/etc/hosts"),
        ("/containerd/io.containerd.grpc.v1.cri/sandboxes/\(id)/hostname", "/etc/hostname"),
      ], runtime: .containerd, identifier: nil, podUID: uid),
  ]

  @Test(arguments: samples) func containersAreToldByTheirSigns(sample: Sample) {
    let mounts = sample.mounts.map { "36 35 98:0 \($0.root) \($0.point) rw,noatime - ext4 /dev/root rw\n" }.joined()
    let container = Container(groups: Array("0::\(sample.group)\n".utf8), mounts: Array(mounts.utf8), signs: nil)
    #expect(container?.runtime == sample.runtime)
    #expect(container?.identifier == sample.identifier)
    #expect(container?.podUID == sample.podUID)
  }

  @Test(arguments: [
    "/", "/user.slice/user-1000.slice/session-1.scope", "/system.slice/gunicorn.service", "/init.scope",
    "/system.slice/docker.service", "/machine.slice/libpod-conmon-\(id).scope", "/docker/abc", "/kubepods.slice",
  ])
  func otherGroupsAreNone(group: String) {
    #expect(Container(groups: Array("0::\(group)\n".utf8), mounts: [], signs: nil) == nil)
  }

  // MARK: - As it is shown

  private static let plain = Container(groups: [], mounts: [], signs: .docker)
  private static let named = Container(groups: Array("0::/docker/\(id)".utf8), mounts: [], signs: .docker)
  private static let pod = Container(groups: Array("0::/kubepods/pod\(uid)".utf8), mounts: [], signs: nil)

  @Test func aContainerIsCalledByWhatFindsIt() {
    #expect(Self.plain?.label == "docker")
    #expect(Self.named?.label == "docker 0123456789ab")
    #expect(Self.pod?.label == "kubernetes pod \(Self.uid)")
    let both = Container(groups: Array("0::/kubepods/pod\(Self.uid)/\(Self.id)".utf8), mounts: [], signs: nil)
    #expect(both?.label == "kubernetes 0123456789ab")
  }

  @Test func theReadersOwnContainerWithoutAnIdIsNotShown() throws {
    let plain = try #require(Self.plain)
    #expect(!plain.isWorthShowing(own: plain, sharesRoot: true))
    // A neighbour whose signs are the same, and whose files are not.
    #expect(plain.isWorthShowing(own: plain, sharesRoot: false))
    #expect(plain.isWorthShowing(own: nil, sharesRoot: true))
    #expect(plain.isWorthShowing(own: Container(groups: [], mounts: [], signs: .podman), sharesRoot: true))
  }

  @Test func aContainerThatIsKnownByIdIsShown() throws {
    let named = try #require(Self.named)
    #expect(named.isWorthShowing(own: named, sharesRoot: true))
    let pod = try #require(Self.pod)
    #expect(pod.isWorthShowing(own: pod, sharesRoot: true))
  }

  @Test func aChildIsShownInNoOtherContainerThanTheReader() throws {
    let child = try ChildProcess(["sleep", "60"])
    let own = Container(pid: getpid())
    let shown = Container.shown(of: child.pid, own: own)
    // Told by its id on a machine whose runtime shows it; otherwise there is nothing to say.
    #expect(shown == (own?.identifier == nil && own?.podUID == nil ? nil : own))
  }

  /// In a PID namespace of its own, and with these files.
  private func unshared(root: String) throws -> (child: ChildProcess, pid: Int32) {
    let program = """
      import ctypes, os, sys
      if ctypes.CDLL(None, use_errno=True).unshare(0x20000000): raise OSError(ctypes.get_errno(), "unshare")
      pid = os.fork()
      if pid: print(pid, flush=True)
      else: os.chroot(sys.argv[1])
      sys.stdin.read()
      """
    let child = try ChildProcess(["/usr/bin/python3", "-I", "-c", program, root])
    let line = try child.line()
    let pid = try #require(
      Int32(line), "it could not be made: \(line) \((try? child.line()) ?? "") \(child.transcript)")
    return (child, pid)
  }

  @Test(.enabled(if: getuid() == 0, "namespaces are root's"))
  func aNamespaceAloneIsNoContainer() throws {
    let (child, pid) = try unshared(root: "/")
    defer { child.end() }
    #expect(Container(pid: pid) == Container(pid: getpid()))
  }

  @Test(.enabled(if: getuid() == 0, "namespaces are root's"))
  func filesOfAContainerInANamespaceAreOne() throws {
    let root = "/tmp/ispy-container-\(getpid())"
    try TextFile.write("", to: root + "/.dockerenv")
    defer {
      unlink(root + "/.dockerenv")
      rmdir(root)
    }
    let (child, pid) = try unshared(root: root)
    defer { child.end() }
    // It changes its root after it has its number.
    let deadline = ContinuousClock.now + .seconds(60)
    while Container(pid: pid)?.runtime != .docker, ContinuousClock.now < deadline { sched_yield() }
    #expect(Container(pid: pid)?.runtime == .docker)
  }

  @Test func theSignFileOfARuntimeIsEnough() {
    let container = Container(groups: Array("0::/\n".utf8), mounts: [], signs: .podman)
    #expect(container?.runtime == .podman)
    #expect(container?.identifier == nil)
    #expect(container?.isKubernetes == false)
  }
}
