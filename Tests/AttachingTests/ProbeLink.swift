import CPython
import JSON
import TestSupport
import Testing

@testable import Attaching

/// The agent's side of probes, as the commands ask it, in one process.
final class ProbeLink {
  let agent: AttachedAgent
  private let target: PythonTarget?
  private var lastNumber = 0

  init(_ target: PythonTarget) throws {
    self.target = target
    agent = try AttachedAgent.patiently(in: target.pid)
  }

  init(pid: Int32) throws {
    target = nil
    agent = try AttachedAgent.patiently(in: pid)
  }

  struct Findings {
    let probe: JSONValue
    let records: [JSONValue]
    let series: [JSONValue]
  }

  /// What a probe is asked for with, beside kind and place.
  struct Order: Encodable {
    var kind = "watch"
    var place = ""
    var number = 0
    var trees: [String: JSONValue] = [:]
    var hits = 100
    var rate = 100
    var share = 0.25
    var seconds = 600.0
    var when = "after"
    var every = 1
    var capture: [String: Int] = [:]
    var isCounted = false
    var cost: Double?
  }

  static func place(_ name: String) -> String { name.contains(":") || name.hasPrefix("/") ? name : "__main__:" + name }

  func preview(_ name: String, kind: String = "watch", isCounted: Bool = false) throws -> JSONValue {
    var order = Order(kind: kind, place: Self.place(name))
    order.isCounted = isCounted
    switch try agent.link.work("probe preview", as: "probe", order) {
    case .value(let value, _): return value
    case .raised(let words, let trace): throw AttachError.failed("\(words) \(trace)")
    }
  }

  @discardableResult
  func insert(_ kind: String, _ name: String, _ change: (inout Order) -> Void = { _ in }) throws -> Int {
    lastNumber += 1
    var order = Order(kind: kind, place: Self.place(name), number: lastNumber)
    change(&order)
    let state = try agent.link.run("probe insert", as: "probe", order)
    #expect(state["isOut"] == .bool(false), "\(state)")
    return lastNumber
  }

  func findings(_ number: Int, since: Int = 0) throws -> Findings {
    let value = try agent.link.run("probe results", as: "probe", ["number": number, "since": since])
    return Findings(
      probe: try #require(value["probe"]), records: value["records"].items, series: value["series"].items)
  }

  /// Takes it out, and looks from outside whether it is.
  func stop(_ number: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let state = try agent.link.run("probe stop", as: "probe", ["number": number])
    #expect(state["isOut"] == .bool(true), "\(state)", sourceLocation: sourceLocation)
    #expect(try agent.isUndone(), sourceLocation: sourceLocation)
  }

  /// Has the target make a call; what comes of it is what it must be.
  func call(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try target?.send(name)
    let line = try target?.line()
    #expect(line == "done \(name)", sourceLocation: sourceLocation)
  }
}

extension JSONValue {
  var notes: [String] { self["notes"].items.compactMap(\.text) }
}

extension JSONValue? {
  var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
}
