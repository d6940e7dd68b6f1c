import Audit
import Catalog
import Foundation
import TestSupport
import Testing

/// A gateway that is killed in the middle of its work, again and again.
@Suite struct KilledGatewayTests {
  /// `ISPYD_KILLS=200` for the long run.
  private static let kills = ProcessInfo.processInfo.environment["ISPYD_KILLS"].flatMap { Int($0) } ?? 12

  @Test func theAuditIsWholeHoweverOftenItIsKilled() throws {
    let gateway = try TestGateway()
    let target = try #require(PythonInterpreter.named("3.11")).run("values.py")
    defer { target.end() }
    while try target.line() != "in a cell" {}
    var generator = SeededGenerator(seed: 3)
    for round in 0..<Self.kills {
      let clients = try (0..<4).map { _ in
        try gateway.begin(TestGateway.ann, "requests", "\(target.pid)", "--follow", "--interval", "10ms")
      }
      // Killed as soon as one of them got something, or before.
      if Bool.random(using: &generator) {
        _ = try? clients[0].line(within: .seconds(20))
      }
      gateway.child.signal(SIGKILL)
      for client in clients { client.end() }
      try gateway.restart()
      if round % 4 == 3 {
        let peek = try gateway.ispy(TestGateway.ann, "peek", "\(target.pid)", "VALUES['small']")
        #expect(peek.output == "42\n", "\(peek.errors)")
      }
    }
    let verdict = try gateway.ispy(TestGateway.bob, "audit", "verify")
    #expect(verdict.code == 0, "\(verdict.output) \(verdict.errors)")
    // Whatever was done has its intent: an outcome without one would be a deed that nobody wrote down before.
    let entries = try AuditReader(directory: gateway.state + "/audit").last(100_000) { _ in true }
    let intents = Set(entries.filter { $0.kind == .intent }.map(\.number))
    #expect(!intents.isEmpty)
    for entry in entries where entry.kind == .outcome { #expect(intents.contains(entry.intent ?? 0)) }
  }
}
