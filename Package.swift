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
func room(_ name: String, below: [String] = [], packages: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: below.map { .target(name: $0) } + packages, swiftSettings: settings)
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
    .executable(name: "ispyd", targets: ["ispyd"]),
    .library(name: "CPythonReader", targets: ["CPython", "RemoteProcess", "Values"]),
    // What the fuzz targets link (Fuzz/): the rooms as they are, promised to nobody.
    .library(
      name: "Rooms",
      targets: [
        "Audit", "Catalog", "CPython", "ELF", "Expressions", "IspyCommands", "JSON", "JSONRPC", "PolicyFile",
        "Profiles", "Redaction", "RemoteProcess", "Terminal", "Values", "Wire",
      ]),
  ],
  dependencies: [
    // Of the gateway alone: `ispy` links none of them.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "CLinux"),
    // What changes another process. No other room but Attaching may import it: the reader cannot write.
    .target(name: "CTracer"),
    room("JSON"),
    room("JSONRPC", below: ["JSON"]),
    room("Values"),
    .target(
      name: "Profiles", dependencies: ["JSON"],
      resources: ["flamegraph.html", "flamegraph.css", "model.js", "drawing.js", "page.js"].map {
        .embedInCode("Page/\($0)")
      }, swiftSettings: settings),
    room("ELF"),
    room("RemoteProcess", below: ["CLinux", "ELF"]),
    room("CPython", below: ["ELF", "RemoteProcess", "Values"]),
    .target(
      name: "Attaching", dependencies: ["CPython", "CTracer", "ELF", "JSON", "JSONRPC", "RemoteProcess"],
      resources: [
        "arrive.py", "own_thread.py", "any_thread.py", "agent.py", "objects.py", "changes.py", "work.py",
        "logging_plugin.py", "sentry_plugin.py", "newrelic_plugin.py", "gc_plugin.py", "python_plugin.py",
        "debugger_plugin.py", "foreign.py", "descriptions.py", "finding.py", "django_plugin.py", "flask_plugin.py",
        "holders.py", "sqlalchemy_plugin.py", "routes.py", "hooks.py", "expression_values.py", "expressions.py",
        "capture.py", "places.py", "lines.py", "limits.py", "takes.py", "counting.py", "kinds.py", "tracing.py",
        "measuring.py", "probe_plugin.py",
        "commands.json",
      ].map { .embedInCode("Agent/\($0)") },
      swiftSettings: settings),
    room("Telemetry", below: ["JSON"]),
    room("Expressions", below: ["JSON"]),
    room("Redaction", below: ["Values"]),
    room("WebRequests", below: ["CPython", "RemoteProcess", "Values"]),
    room("Sampling", below: ["CLinux", "CPython", "Profiles", "RemoteProcess", "WebRequests"]),
    room(
      "Catalog",
      below: [
        "Attaching", "CPython", "Expressions", "JSON", "Profiles", "Redaction", "RemoteProcess", "Sampling", "Values",
        "WebRequests",
      ]),
    room("Control", below: ["Catalog", "JSON", "Redaction", "RemoteProcess"]),
    room("Wire", below: ["Catalog", "JSON", "JSONRPC", "Redaction"]),
    room(
      "PolicyFile", below: ["Catalog", "Control", "Redaction"], packages: [.product(name: "Yams", package: "Yams")]),
    room("Audit", below: ["Catalog", "JSON"], packages: [.product(name: "Crypto", package: "swift-crypto")]),
    room(
      "Persistence", below: ["Catalog", "Control"], packages: [.product(name: "GRDB", package: "GRDB.swift")]),
    room(
      "Gateway",
      below: [
        "Audit", "Catalog", "Control", "JSON", "JSONRPC", "Persistence", "PolicyFile", "Redaction", "RemoteProcess",
        "Telemetry", "Wire",
      ],
      packages: [
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(name: "ispyd", dependencies: ["Gateway"], swiftSettings: settings),
    room("Terminal", below: ["CLinux"]),
    room("GatewayClient", below: ["Catalog", "JSON", "JSONRPC", "Redaction", "Wire"]),
    room(
      "IspyCommands",
      below: [
        "Catalog", "Control", "GatewayClient", "JSON", "Profiles", "Redaction", "RemoteProcess", "Telemetry",
        "Terminal", "Values",
      ]),
    .executableTarget(name: "ispy", dependencies: ["IspyCommands"], swiftSettings: settings),

    .target(name: "TestSupport", dependencies: ["RemoteProcess"], path: "Tests/TestSupport", swiftSettings: settings),
    tests("JSONTests", of: ["JSON"]),
    tests("ExpressionsTests", of: ["Expressions", "JSON", "TestSupport"]),
    tests("ValuesTests", of: ["Values"]),
    tests("ProfilesTests", of: ["JSON", "Profiles", "TestSupport"]),
    tests("ELFTests", of: ["ELF", "TestSupport"]),
    // A tracer that the tests kill, to prove that its target runs on.
    .executableTarget(
      name: "OutsideReader", dependencies: ["RemoteProcess"], path: "Tests/OutsideReader", swiftSettings: settings),
    // An attacher that the tests kill, to the same end.
    .executableTarget(
      name: "OutsideAttacher", dependencies: ["Attaching", "CPython"], path: "Tests/OutsideAttacher",
      swiftSettings: settings),
    tests(
      "AttachingTests",
      of: [
        "Attaching", "CLinux", "CPython", "Expressions", "JSON", "JSONRPC", "OutsideAttacher", "RemoteProcess",
        "TestSupport",
      ]),
    tests("RemoteProcessTests", of: ["RemoteProcess", "OutsideReader", "TestSupport"]),
    tests("CPythonTests", of: ["CPython", "RemoteProcess", "TestSupport", "Values"]),
    tests("TelemetryTests", of: ["JSON", "Telemetry", "TestSupport"]),
    tests("RedactionTests", of: ["Redaction"]),
    tests("WebRequestsTests", of: ["WebRequests", "TestSupport"]),
    tests("SamplingTests", of: ["CPython", "Profiles", "RemoteProcess", "Sampling", "TestSupport", "WebRequests"]),
    tests(
      "CatalogTests",
      of: ["CPython", "Catalog", "Redaction", "RemoteProcess", "Sampling", "TestSupport", "Values", "WebRequests"]),
    .target(
      name: "ResultFixtures", dependencies: ["Catalog", "JSON", "TestSupport"], path: "Tests/ResultFixtures",
      swiftSettings: settings),
    tests("ControlTests", of: ["Catalog", "Control", "Redaction", "RemoteProcess", "ResultFixtures", "TestSupport"]),
    tests("AuditTests", of: ["Audit", "Catalog", "TestSupport"]),
    tests("PolicyFileTests", of: ["Catalog", "Control", "PolicyFile", "Redaction"]),
    tests("WireTests", of: ["Catalog", "JSON", "JSONRPC", "Redaction", "TestSupport", "Wire"]),
    tests(
      "GatewayTests", of: ["Audit", "Catalog", "Gateway", "TestSupport", "ispy", "ispyd"]),
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
