import Foundation
import TestSupport
import Testing

/// What a program of Tests/Targets says of one of its threads: the truth that `dump` is held to.
struct TruthfulThread: Decodable, Sendable {
  let ident: UInt64
  let nativeID: Int32?
  let name: String?
  /// Innermost first.
  let frames: [Frame]

  struct Frame: Decodable, Equatable, Sendable {
    let file: String
    let line: Int
    let name: String
    /// Nil before 3.11.
    let qualifiedName: String?

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      file = try fields.decode(String.self)
      line = try fields.decode(Int.self)
      name = try fields.decode(String.self)
      qualifiedName = try fields.decodeIfPresent(String.self)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case ident, name, frames
    case nativeID = "native_id"
  }

  static func all(of target: PythonTarget) throws -> [TruthfulThread] {
    try target.send("stacks")
    let line = try target.line()
    return try JSONDecoder().decode([TruthfulThread].self, from: Data(line.utf8))
  }
}
