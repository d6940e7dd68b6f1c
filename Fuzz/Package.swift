// swift-tools-version: 6.2
import PackageDescription

/// The fuzz targets: a package of its own, so that neither the program nor its tests need what they need. A static library
/// and no program: libFuzzer brings `main`, and `Scripts/fuzz` links the two.
let package = Package(
  name: "Fuzz",
  products: [.library(name: "Fuzz", type: .static, targets: ["Fuzz"])],
  dependencies: [.package(name: "ispyd", path: "..")],
  targets: [
    .target(
      name: "Fuzz", dependencies: [.product(name: "Rooms", package: "ispyd")],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
      ])
  ],
  swiftLanguageModes: [.v6]
)
