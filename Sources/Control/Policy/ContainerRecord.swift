import JSON
import RemoteProcess

/// What the runtime of a container has written down of it: its image, its name, and with Kubernetes its pod. Files of
/// root's, which nothing in the container can write.
///
/// Docker's are `/var/lib/docker/containers/ID/config.v2.json`
/// (https://github.com/moby/moby/blob/v28.2.2/daemon/container/container.go, `checkpointTo`); those of others are OCI
/// runtime bundles (https://github.com/opencontainers/runtime-spec/blob/v1.2.1/config.md) with the annotations of
/// containerd (https://github.com/containerd/containerd/blob/v2.1.1/internal/cri/annotations/annotations.go) or of CRI-O
/// (https://github.com/cri-o/cri-o/blob/v1.33.0/pkg/annotations/annotations.go).
struct ContainerRecord {
  /// `image`, `container-name`, `pod-name`, `namespace`, as far as they are known.
  let labels: [String: String]

  /// - Parameter root: where the host's files lie; another one for tests.
  init(_ container: Container, root: String = "") {
    guard let identifier = container.identifier, identifier.utf8.allSatisfy(Self.isPlain) else {
      labels = [:]
      return
    }
    switch container.runtime {
    case .docker:
      labels = Self.docker(Self.document("\(root)/var/lib/docker/containers/\(identifier)/config.v2.json"))
    case .containerd, .crio, .podman, .unknown:
      let bundles = [
        "/run/containerd/io.containerd.runtime.v2.task/k8s.io/\(identifier)/config.json",
        "/run/containerd/io.containerd.runtime.v2.task/default/\(identifier)/config.json",
        "/run/containers/storage/overlay-containers/\(identifier)/userdata/config.json",
      ]
      labels = bundles.lazy.compactMap { Self.document(root + $0) }.first.map { Self.bundle($0) } ?? [:]
    case .lxc, .nspawn: labels = [:]
    }
  }

  /// An identifier becomes part of a path.
  private static func isPlain(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 26 }

  private static func docker(_ document: JSONValue?) -> [String: String] {
    var labels: [String: String] = [:]
    labels["image"] = document?["Config"]?["Image"]?.text
    labels["container-name"] = document?["Name"]?.text.map { String($0.drop { $0 == "/" }) }
    labels["namespace"] = document?["Config"]?["Labels"]?["io.kubernetes.pod.namespace"]?.text
    labels["pod-name"] = document?["Config"]?["Labels"]?["io.kubernetes.pod.name"]?.text
    return labels
  }

  private static func bundle(_ document: JSONValue) -> [String: String] {
    let annotations = document["annotations"]
    func first(_ names: String...) -> String? { names.lazy.compactMap { annotations?[$0]?.text }.first }
    var labels: [String: String] = [:]
    labels["image"] = first("io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName")
    labels["container-name"] = first("io.kubernetes.cri.container-name", "io.kubernetes.container.name")
    labels["pod-name"] = first("io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name")
    labels["namespace"] = first("io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace")
    return labels
  }

  /// Nil where it cannot be read, is no JSON, or is longer than such a file is.
  private static func document(_ path: String) -> JSONValue? {
    guard let bytes = try? BoundedFile.contents(of: path, limit: 4 << 20) else { return nil }
    return try? JSONReader().value(of: bytes)
  }
}
