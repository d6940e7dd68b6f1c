import Foundation
import TestSupport

@testable import CPython

/// Numbers measured apart from the generator of the tables: Tests/Fixtures/layouts.
struct LayoutFixtures: Sendable {
  static let measured: [Measurement] = {
    struct File: Decodable {
      var versions: [String]
      var fields: [String: [Int?]]
    }
    let file: File = read("measured.json")
    return file.versions.enumerated().map { index, version in
      Measurement(name: version, fields: file.fields.compactMapValues { $0[index] }, known: Set(file.fields.keys))
    }
  }()

  static let published: [Publication] = {
    struct Entry: Decodable {
      var runtimeSize: UInt64
      var debugOffsets: [UInt64]
      var asyncioDebug: [UInt64]?
    }
    let entries: [String: Entry] = read("published.json")
    return entries.sorted { $0.key < $1.key }.map { name, entry in
      Publication(
        name: name, runtimeSize: entry.runtimeSize, debugOffsets: bytes(entry.debugOffsets),
        asyncioDebug: entry.asyncioDebug.map(bytes))
    }
  }()

  private static func read<Content: Decodable>(_ name: String) -> Content {
    let path = Checkout.root + "/Tests/Fixtures/layouts/" + name
    do {
      return try JSONDecoder().decode(Content.self, from: Data(contentsOf: URL(filePath: path)))
    } catch {
      fatalError("\(path): \(error)")
    }
  }

  private static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in withUnsafeBytes(of: word.littleEndian, Array.init) }
  }
}

/// A version's offsets as somebody else measured them.
struct Measurement: Sendable, CustomStringConvertible {
  var name: String
  var fields: [String: Int]
  /// The fields that were measured at all, in whatever version.
  var known: Set<String>

  var description: String { name }
  var build: LayoutBuild { LayoutBuild(name) }
}

/// What an interpreter publishes of itself, taken from its file.
struct Publication: Sendable, CustomStringConvertible {
  var name: String
  var runtimeSize: UInt64
  var debugOffsets: [UInt8]
  var asyncioDebug: [UInt8]?

  var description: String { name }
  var build: LayoutBuild { LayoutBuild(name) }

  /// The table for this interpreter, with all that it says itself.
  func layout() throws -> Layout {
    var layout = try build.select(runtimeSize: runtimeSize)
    try debugOffsets.withUnsafeBytes { try layout.apply(debugOffsets: $0) }
    try asyncioDebug?.withUnsafeBytes { try layout.apply(asyncioDebug: $0) }
    return layout
  }
}

/// `3.13.5`, `3.13.15t`.
struct LayoutBuild {
  var version: PythonVersion
  var isFreeThreaded: Bool

  init(_ name: String) {
    isFreeThreaded = name.hasSuffix("t")
    let parts = name.prefix { $0 != "t" }.split(separator: ".").compactMap { Int($0) }
    version = PythonVersion(parts[0], parts[1], parts[2])
  }

  func select(runtimeSize: UInt64? = nil) throws -> Layout {
    try Layout.select(version: version, isFreeThreaded: isFreeThreaded, runtimeSize: runtimeSize)
  }
}

extension Layout {
  /// Every field by its name, `group.field`; absent ones are left out.
  var namedFields: [String: Int] {
    var fields: [String: Int] = [:]
    for group in Mirror(reflecting: self).children {
      for field in Mirror(reflecting: group.value).children {
        // An absent one is a nil inside Any.
        if let value = field.value as? Int { fields["\(group.label ?? "").\(field.label ?? "")"] = value }
      }
    }
    fields["version.hex"] = nil
    return fields
  }
}
