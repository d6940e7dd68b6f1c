import Profiles

/// Profiles for the tests of formats.
enum Samples {
  /// What a browser would run, were it not text.
  static let hostile = [
    "</script><script>document.documentElement.dataset.hacked=1</script>", "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>", "{{DATA}}{{SCRIPT}}", "]]></style><!--", "\u{202e}gnp.exe\u{0}\n&amp;'\"",
  ]

  /// Threads of two workers, with the stacks of a web application; `slow` is the share that checkout waits for.
  static func shop(slow: UInt64 = 30, request: String? = "POST /checkout") -> Profile {
    var about = ProfileFacts(mode: .wall, rate: 100)
    about.targets = [4711, 4712].map { ProfileFacts.Target(pid: $0, application: "shop", python: "3.13.0") }
    about.started = 1_795_500_000.25
    about.seconds = 10.5
    about.achievedRate = 99.5
    about.samples = 300
    about.uncertain = 6
    about.missed = 2
    about.ownCPU = 0.125
    about.filters = ["thread worker"]
    about.notes = ["process 4713 ended, or became another program, while it was recorded"]
    var profile = Profile(about: about)
    profile.functions = [
      Profile.Function(name: "run", file: "/usr/lib/python3.13/threading.py", firstLine: 900),
      Profile.Function(name: "checkout", file: "/srv/shop/views.py", firstLine: 80),
      Profile.Function(name: "charge", file: "/srv/shop/payment.py", firstLine: 12),
      Profile.Function(name: "render", file: "/srv/env/lib/python3.13/site-packages/jinja2/env.py", firstLine: 5),
      Profile.Function(name: "[uncertain]", file: "", firstLine: 0, isMark: true),
    ]
    profile.locations = [(0, 905), (1, 85), (1, 90), (2, 20), (3, 7), (4, 0)].map {
      Profile.Location(function: $0, line: $1)
    }
    // run > checkout:85 > charge, run > checkout:90 > render, run > checkout:85 > charge > charge, run > [uncertain]
    profile.nodes = [(-1, 0), (0, 1), (1, 3), (0, 2), (3, 4), (2, 3), (0, 5)].map {
      Profile.Node(parent: $0, location: $1)
    }
    profile.tracks = [
      Profile.Track(pid: 4711, application: "shop", name: "worker-1", nativeID: 4721, request: request),
      Profile.Track(pid: 4712, application: "shop", name: "worker-2", nativeID: 4722),
    ]
    profile.stacks = [
      (0, 2, slow), (0, 4, 20), (0, 5, 10), (1, 2, 30), (1, 6, 6), (1, -1, 4),
    ].map { Profile.Entry(track: $0, node: $1, count: Int($2), nanoseconds: $2 * 10_000_000) }
    profile.runs = [
      (0, 2, 0, 100), (0, 5, 100, 100), (0, 4, 200, 200), (1, 2, 50, 300), (1, 6, 600, 60), (1, -1, 660, 40),
    ].map { Profile.Run(track: $0, node: $1, start: $2 * 1_000_003, nanoseconds: $3 * 1_000_003) }
    return profile
  }

  /// The same with hostile names in every place that a program can fill.
  static func hostileShop() -> Profile {
    var profile = shop(request: hostile[1])
    for index in profile.functions.indices { profile.functions[index].name = hostile[index] }
    for index in profile.functions.indices.dropLast() { profile.functions[index].file = "/srv/" + hostile[index] }
    profile.tracks[1].name = hostile[0]
    profile.tracks[0].application = hostile[3]
    profile.about.targets[0].application = hostile[0]
    profile.about.notes = hostile
    profile.about.filters = hostile
    return profile
  }

  /// As many nodes as a recording keeps, and one stack that is deep.
  static func wide() -> Profile {
    var profile = Profile(about: ProfileFacts(mode: .cpu, rate: 1000))
    profile.functions = (0..<500).map { Profile.Function(name: "f\($0)", file: "/srv/a.py", firstLine: $0) }
    profile.locations = (0..<500).map { Profile.Location(function: $0, line: $0) }
    profile.tracks = [Profile.Track(pid: 1, application: nil, name: "MainThread", nativeID: 1)]
    for index in 0..<5000 { profile.nodes.append(Profile.Node(parent: index - 1, location: index % 500)) }
    for index in 5000..<60_000 {
      profile.nodes.append(Profile.Node(parent: (index - 5000) / 20, location: index % 500))
    }
    profile.stacks = (0..<60_000).map {
      Profile.Entry(track: 0, node: $0, count: 1, nanoseconds: UInt64($0 % 7 + 1) * 1_000_000)
    }
    return profile
  }

  static func comparison(isAbsolute: Bool = false) throws -> ProfileComparison {
    func stored(_ name: String, _ profile: Profile) throws -> StoredProfile {
      try StoredProfile(name: name, bytes: try ProfileFormat.html.bytes(of: profile))
    }
    return ProfileComparison(
      before: try stored("before.html", shop(slow: 10)), after: try stored("after.html", shop(slow: 90)),
      isAbsolute: isAbsolute)
  }
}
