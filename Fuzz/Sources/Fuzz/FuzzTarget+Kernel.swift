@testable import RemoteProcess

/// What the kernel writes: nothing in it should be wrong, but much of it is the target's own words.
extension FuzzTarget {
  /// `/proc/PID/maps`.
  static let maps = FuzzTarget(name: "maps") { bytes in
    for mapping in ProcessMaps.parse(bytes) ?? [] { precondition(mapping.start <= mapping.end) }
  }

  /// The other files of `/proc/PID`; the first byte says which.
  static let proc = FuzzTarget(name: "proc") { bytes in
    guard let which = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    switch which % 10 {
    case 0: _ = try? ProcessStat(rest, pid: 7)
    case 1: _ = try? ProcessStatus(rest, path: "/proc/7/status")
    case 2: _ = Environment(rest, isComplete: false)
    case 3: _ = ProcessArguments(rest, isComplete: true)
    case 4: _ = Sockets.parse(rest, kind: .tcp, descriptors: [7: [3]])
    case 5: _ = Sockets.parse(rest, kind: .unix, descriptors: [7: [3]])
    case 6:
      let half = rest.count / 2
      _ = Container(groups: Array(rest[..<half]), mounts: Array(rest[half...]), signs: nil)
    case 7: _ = ResourceLimits(rest)
    case 8: _ = UserNames(contents: rest)[0]
    default:
      _ = OpenFiles.Target(link: String(decoding: rest, as: UTF8.self))
      rest.withUnsafeBytes { raw in
        _ = ThreadSchedule(raw)
        _ = ThreadPlace(raw)
      }
    }
  }
}
