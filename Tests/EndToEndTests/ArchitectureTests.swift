import Foundation
import TestSupport
import Testing

/// The drawing in ARCHITECTURE.md against the code: imports point down.
struct ArchitectureTests {
  @Test func importsPointDown() throws {
    let rows = try Self.rows()
    let rowOf = Dictionary(uniqueKeysWithValues: rows.enumerated().flatMap { row, rooms in rooms.map { ($0, row) } })
    let sources = Checkout.root + "/Sources"
    let rooms = try FileManager.default.contentsOfDirectory(atPath: sources).filter { !$0.hasPrefix(".") }
    #expect(Set(rooms) == Set(rowOf.keys), "the drawing shows every room, and no other")
    var arrows = 0
    for room in rooms {
      let row = try #require(rowOf[room])
      for file in FileManager.default.enumerator(atPath: sources + "/" + room)?.compactMap({ $0 as? String }) ?? [] {
        guard file.hasSuffix(".swift") else { continue }
        let text = try String(contentsOfFile: sources + "/" + room + "/" + file, encoding: .utf8)
        for line in text.split(separator: "\n") {
          let words = line.split(separator: " ")
          guard let verb = words.firstIndex(of: "import"), verb <= 1, words.count == verb + 2,
            let imported = rowOf[String(words[verb + 1])]
          else { continue }
          arrows += 1
          // What reads a process cannot write to it.
          #expect(words[verb + 1] != "CTracer" || room == "Attaching", "\(room)/\(file) imports CTracer")
          #expect(imported > row, "\(room)/\(file) imports \(words[verb + 1]), which is not below it")
        }
      }
    }
    #expect(arrows > 20)
  }

  /// The rows of the drawing, uppermost first.
  private static func rows() throws -> [[String]] {
    let page = try String(contentsOfFile: Checkout.root + "/ARCHITECTURE.md", encoding: .utf8)
    let parts = page.components(separatedBy: "```\n")
    try #require(parts.count >= 2)
    return parts[1].split(separator: "\n").map { line in
      let names = line.components(separatedBy: "   ")[0]
      return names.split(separator: " ").map(String.init)
    }
  }
}
