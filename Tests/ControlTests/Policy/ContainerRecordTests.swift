import Foundation
import TestSupport
import Testing

@testable import Control
@testable import RemoteProcess

@Suite struct ContainerRecordTests {
  private static let identifier = String(repeating: "0123456789abcdef", count: 4)

  /// A container as it is told from its control group.
  private func container(_ group: String) throws -> Container {
    try #require(Container(groups: Array("0::\(group)\n".utf8), mounts: [], signs: nil))
  }

  private func labels(_ group: String, _ path: String, _ text: String) throws -> [String: String] {
    let container = try container(group)
    return try TemporaryDirectory.with { root in
      let folder = root + path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try text.write(toFile: root + path, atomically: false, encoding: .utf8)
      return ContainerRecord(container, root: root).labels
    }
  }

  @Test func dockerSaysTheImage() throws {
    let labels = try labels(
      "/system.slice/docker-\(Self.identifier).scope", "/var/lib/docker/containers/\(Self.identifier)/config.v2.json",
      #"{"Name": "/shop-1", "Config": {"Image": "registry/shop:7", "Labels": {}}}"#)
    #expect(labels == ["image": "registry/shop:7", "container-name": "shop-1"])
  }

  @Test func containerdSaysThePodAndTheImage() throws {
    let labels = try labels(
      "/kubepods.slice/cri-containerd-\(Self.identifier).scope",
      "/run/containerd/io.containerd.runtime.v2.task/k8s.io/\(Self.identifier)/config.json",
      """
      {"annotations": {"io.kubernetes.cri.image-name": "shop:7", "io.kubernetes.cri.sandbox-name": "shop-abc",
       "io.kubernetes.cri.sandbox-namespace": "production", "io.kubernetes.cri.container-name": "web"}}
      """)
    #expect(labels == ["image": "shop:7", "pod-name": "shop-abc", "namespace": "production", "container-name": "web"])
  }

  @Test func whatIsDamagedOrMissingGivesNoLabels() throws {
    let path = "/var/lib/docker/containers/\(Self.identifier)/config.v2.json"
    #expect(try labels("/docker/\(Self.identifier)", path, "{\"Config\": ").isEmpty)
    #expect(try labels("/docker/\(Self.identifier)", path, "[]").isEmpty)
    #expect(try labels("/docker/\(Self.identifier)", "/elsewhere/x", "{}").isEmpty)
  }
}
