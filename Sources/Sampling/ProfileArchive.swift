import Profiles

/// A profile as bytes, for the time between two commands of the same program: not a format for others.
///
///     magic, then every number as a variable-length integer (7 bits a byte, the lowest first), texts with their length
struct ProfileArchive {
  private static let magic: [UInt8] = Array("ispyd profile 1\n".utf8)
  /// Elements of one array at most: what is longer was not written by us.
  private static let limit: UInt64 = 1 << 24

  // MARK: - Writing

  private(set) var bytes: [UInt8] = magic

  init(_ profile: Profile) {
    put(profile.about)
    put(profile.functions) { archive, function in
      archive.put(function.name)
      archive.put(function.file)
      archive.put(function.firstLine)
      archive.put(function.isMark ? 1 : 0)
    }
    put(profile.locations) { archive, location in
      archive.put(location.function)
      archive.put(location.line)
    }
    put(profile.nodes) { archive, node in
      archive.put(node.parent + 1)
      archive.put(node.location)
    }
    put(profile.tracks) { archive, track in
      archive.put(Int(track.pid))
      archive.put(track.application)
      archive.put(track.name)
      archive.put(track.nativeID.map { Int($0) + 1 } ?? 0)
      archive.put(track.request)
    }
    put(profile.stacks) { archive, entry in
      archive.put(entry.track)
      archive.put(entry.node + 1)
      archive.put(entry.count)
      archive.put(entry.nanoseconds)
    }
    put(profile.runs) { archive, run in
      archive.put(run.track)
      archive.put(run.node + 1)
      archive.put(run.start)
      archive.put(run.nanoseconds)
    }
  }

  private mutating func put(_ about: ProfileFacts) {
    put(about.targets) { archive, target in
      archive.put(Int(target.pid))
      archive.put(target.application)
      archive.put(target.python)
    }
    put(about.mode.rawValue)
    for number in [about.rate, about.achievedRate, about.started, about.seconds, about.ownCPU] {
      put(number.bitPattern)
    }
    for number in [about.ticks, about.samples, about.uncertain, about.failed, about.missed, about.isStopped ? 1 : 0] {
      put(number)
    }
    put(about.filters) { $0.put($1) }
    put(about.notes) { $0.put($1) }
  }

  private mutating func put(_ number: UInt64) {
    var rest = number
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func put(_ number: Int) { put(UInt64(max(number, 0))) }

  private mutating func put(_ text: String) {
    put(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func put(_ text: String?) {
    put(text == nil ? 0 : 1)
    if let text { put(text) }
  }

  private mutating func put<Element>(_ elements: [Element], _ body: (inout Self, Element) -> Void) {
    put(elements.count)
    for element in elements { body(&self, element) }
  }

  // MARK: - Reading

  /// What is read is a claim too: nil where it is not whole, or points beyond itself.
  static func profile(from bytes: [UInt8]) -> Profile? {
    guard bytes.starts(with: magic) else { return nil }
    var reader = Reader(rest: bytes[magic.count...])
    guard let about = reader.facts() else { return nil }
    var profile = Profile(about: about)
    profile.functions = reader.array { reader in
      Profile.Function(
        name: reader.text(), file: reader.text(), firstLine: reader.int(), isMark: reader.int() == 1)
    }
    profile.locations = reader.array { Profile.Location(function: $0.int(), line: $0.int()) }
    profile.nodes = reader.array { Profile.Node(parent: $0.int() - 1, location: $0.int()) }
    profile.tracks = reader.array { reader in
      Profile.Track(
        pid: Int32(truncatingIfNeeded: reader.int()), application: reader.optionalText(), name: reader.text(),
        nativeID: Self.nativeID(reader.int()), request: reader.optionalText())
    }
    profile.stacks = reader.array {
      Profile.Entry(track: $0.int(), node: $0.int() - 1, count: $0.int(), nanoseconds: $0.number())
    }
    profile.runs = reader.array {
      Profile.Run(track: $0.int(), node: $0.int() - 1, start: $0.number(), nanoseconds: $0.number())
    }
    return reader.isBroken || !reader.rest.isEmpty || !isSound(profile) ? nil : profile
  }

  private static func nativeID(_ number: Int) -> Int32? {
    number == 0 ? nil : Int32(truncatingIfNeeded: number - 1)
  }

  private static func isSound(_ profile: Profile) -> Bool {
    profile.locations.allSatisfy { profile.functions.indices.contains($0.function) }
      && profile.nodes.enumerated().allSatisfy { $1.parent < $0 && profile.locations.indices.contains($1.location) }
      && profile.stacks.allSatisfy { $0.node < profile.nodes.count && profile.tracks.indices.contains($0.track) }
      && profile.runs.allSatisfy { $0.node < profile.nodes.count && profile.tracks.indices.contains($0.track) }
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>
    var isBroken = false

    mutating func number() -> UInt64 {
      var number: UInt64 = 0
      var shift: UInt64 = 0
      while shift < 64, let byte = rest.popFirst() {
        number |= UInt64(byte & 127) << shift
        if byte < 128 { return number }
        shift += 7
      }
      isBroken = true
      return 0
    }

    mutating func int() -> Int { Int(truncatingIfNeeded: number() & (1 << 62 - 1)) }

    mutating func text() -> String {
      let count = int()
      guard count <= rest.count else {
        isBroken = true
        return ""
      }
      defer { rest.removeFirst(count) }
      return String(decoding: rest.prefix(count), as: UTF8.self)
    }

    mutating func optionalText() -> String? { int() == 1 ? text() : nil }

    mutating func array<Element>(_ body: (inout Self) -> Element) -> [Element] {
      let count = number()
      // Each element takes a byte at least.
      guard count <= ProfileArchive.limit, count <= UInt64(rest.count) else {
        isBroken = true
        return []
      }
      var elements: [Element] = []
      while elements.count < Int(count), !isBroken { elements.append(body(&self)) }
      return elements
    }

    mutating func facts() -> ProfileFacts? {
      let targets = array {
        ProfileFacts.Target(
          pid: Int32(truncatingIfNeeded: $0.int()), application: $0.optionalText(), python: $0.text())
      }
      guard let mode = ProfileFacts.Mode(rawValue: text()) else { return nil }
      var about = ProfileFacts(mode: mode, rate: Double(bitPattern: number()))
      about.targets = targets
      about.achievedRate = Double(bitPattern: number())
      about.started = Double(bitPattern: number())
      about.seconds = Double(bitPattern: number())
      about.ownCPU = Double(bitPattern: number())
      about.ticks = int()
      about.samples = int()
      about.uncertain = int()
      about.failed = int()
      about.missed = int()
      about.isStopped = int() == 1
      about.filters = array { $0.text() }
      about.notes = array { $0.text() }
      return about
    }
  }
}
