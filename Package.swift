// swift-tools-version: 6.2
import PackageDescription

/// One list of settings for every target of ours: the Swift 6 language mode with its upcoming features, and no warning left.
let settings: [SwiftSetting] = [
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
  .enableUpcomingFeature("ExistentialAny"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
  .enableUpcomingFeature("MemberImportVisibility"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0480-swiftpm-warning-control.md
  .treatAllWarnings(as: .error),
]

/// A room of the house. `below` names the rooms it may import: always of a lower row (ARCHITECTURE.md).
func room(_ name: String, below: [String] = []) -> Target {
  .target(name: name, dependencies: below.map { .target(name: $0) }, swiftSettings: settings)
}

func tests(
  _ name: String, of rooms: [String], excluding: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: rooms.map { .target(name: $0) }, exclude: excluding, resources: resources,
    swiftSettings: settings)
}

let package = Package(
  name: "ispyd",
  products: [
    .executable(name: "ispy", targets: ["ispy"]),
    .library(name: "CPythonReader", targets: ["CPython", "RemoteProcess", "Values"]),
    // What the fuzz targets link (Fuzz/): the rooms as they are, promised to nobody.
    .library(
      name: "Rooms",
      targets: ["Catalog", "CPython", "ELF", "IspyCommands", "Redaction", "RemoteProcess", "Terminal", "Values"]),
  ],
  targets: [
    .target(name: "CLinux"),
    room("JSON"),
    room("Values"),
    .target(
      name: "Profiles", dependencies: ["JSON"],
      resources: ["flamegraph.html", "flamegraph.css", "model.js", "drawing.js", "page.js"].map {
        .embedInCode("Page/\($0)")
      }, swiftSettings: settings),
    room("ELF"),
    room("RemoteProcess", below: ["CLinux", "ELF"]),
    room("CPython", below: ["ELF", "RemoteProcess", "Values"]),
    room("Redaction", below: ["Values"]),
    room("WebRequests", below: ["CPython", "RemoteProcess", "Values"]),
    room("Sampling", below: ["CLinux", "CPython", "Profiles", "RemoteProcess", "WebRequests"]),
    room("Catalog", below: ["CPython", "Profiles", "Redaction", "RemoteProcess", "Sampling", "Values", "WebRequests"]),
    room("Control", below: ["Catalog", "Redaction"]),
    room("Terminal", below: ["CLinux"]),
    room("IspyCommands", below: ["Catalog", "Control", "JSON", "Profiles", "Redaction", "Terminal", "Values"]),
    .executableTarget(name: "ispy", dependencies: ["IspyCommands"], swiftSettings: settings),

    .target(name: "TestSupport", dependencies: ["RemoteProcess"], path: "Tests/TestSupport", swiftSettings: settings),
    tests("JSONTests", of: ["JSON"]),
    tests("ValuesTests", of: ["Values"]),
    tests("ProfilesTests", of: ["JSON", "Profiles", "TestSupport"]),
    tests("ELFTests", of: ["ELF", "TestSupport"]),
    // A tracer that the tests kill, to prove that its target runs on.
    .executableTarget(
      name: "OutsideReader", dependencies: ["RemoteProcess"], path: "Tests/OutsideReader", swiftSettings: settings),
    tests("RemoteProcessTests", of: ["RemoteProcess", "OutsideReader", "TestSupport"]),
    tests("CPythonTests", of: ["CPython", "RemoteProcess", "TestSupport", "Values"]),
    tests("RedactionTests", of: ["Redaction"]),
    tests("WebRequestsTests", of: ["WebRequests", "TestSupport"]),
    tests("SamplingTests", of: ["CPython", "Profiles", "RemoteProcess", "Sampling", "TestSupport", "WebRequests"]),
    tests("CatalogTests", of: ["CPython", "Catalog", "Redaction", "RemoteProcess", "TestSupport", "Values"]),
    .target(
      name: "ResultFixtures", dependencies: ["Catalog", "TestSupport"], path: "Tests/ResultFixtures",
      swiftSettings: settings),
    tests("ControlTests", of: ["Catalog", "Control", "Redaction", "ResultFixtures"]),
    tests("TerminalTests", of: ["Terminal", "TestSupport"]),
    // Completion scripts and exit codes are tested on the program itself.
    tests(
      "IspyCommandsTests",
      of: [
        "Catalog", "Control", "IspyCommands", "Redaction", "ResultFixtures", "Terminal", "TestSupport", "Values",
        "ispy",
      ], excluding: ["Snapshots"]),
    tests("EndToEndTests", of: ["Catalog", "Profiles", "TestSupport", "Values", "ispy"]),
  ],
  swiftLanguageModes: [.v6]
)
