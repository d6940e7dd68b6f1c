import CPython
import WebRequests

/// What was seen of one request at one look.
struct RequestSample {
  /// Innermost first, out to the frame in which the server has the request; nil where the stack was not proven.
  var frames: [CodePlace]?
  /// Frames further out that were left out.
  var omitted = 0
  /// Without its values.
  var statement: String?

  static let frameLimit = 200

  init(frames: [CodePlace]?, statement: String? = nil) {
    self.frames = frames.map { Array($0.prefix(Self.frameLimit)) }
    omitted = max((frames?.count ?? 0) - Self.frameLimit, 0)
    self.statement = statement
  }

  /// What lies further out than the request on its stack is the server's loop.
  init(_ stack: Stack, depth: Int?, statement: String?) {
    guard stack.quality == .consistent, stack.failure == nil, !stack.frames.isEmpty else {
      self.init(frames: nil)
      return
    }
    let own = stack.frames.prefix(max(stack.frames.count - (depth ?? 0), 1))
    self.init(
      frames: own.map { CodePlace($0) ?? CodePlace(file: "?", function: "?", line: nil) }, statement: statement)
  }
}

/// The samples of one request, put together.
struct RequestSamples {
  private var count = 0
  private var cut = 0
  private var uncertain = 0
  private var stacks: [Stack: Int] = [:]
  private var statements: [String: Int] = [:]
  private var statementsCut = 0

  private struct Stack: Hashable {
    let frames: [CodePlace]
    let omitted: Int
  }

  static let sampleLimit = 200
  static let statementLimit = 50
  private static let placeLimit = 10

  mutating func add(_ sample: RequestSample) {
    guard let frames = sample.frames else {
      uncertain += 1
      return
    }
    if let statement = sample.statement {
      if statements[statement] != nil || statements.count < Self.statementLimit {
        statements[statement, default: 0] += 1
      } else {
        statementsCut += 1
      }
    }
    guard count < Self.sampleLimit else {
      cut += 1
      return
    }
    count += 1
    stacks[Stack(frames: frames, omitted: sample.omitted), default: 0] += 1
  }

  /// - Parameter request: as the last look found it.
  func result(_ request: RequestSummary, _ outcome: SlowRequest.Outcome) -> SlowRequest {
    var request = request
    // It ended after the look.
    if outcome != .running, request.duration == "exact" { request.duration = "atLeast" }
    var places: [CodePlace: Int] = [:]
    for (stack, count) in stacks { if let place = stack.frames.first { places[place, default: 0] += count } }
    let heaviest = Self.ordered(stacks) { $0.frames.map(Self.words).joined(separator: " ") }.first
    return SlowRequest(
      request: request, outcome: outcome, samples: count, samplesCut: cut, uncertain: uncertain,
      places: Self.ordered(places, by: Self.words).prefix(Self.placeLimit).map {
        SlowRequest.Place(frame: FrameDump($0.key), samples: $0.count)
      },
      heaviest: heaviest.map {
        SlowRequest.HeaviestStack(
          frames: $0.key.frames.map { FrameDump($0) }, samples: $0.count, omitted: $0.key.omitted)
      },
      statements: Self.ordered(statements) { $0 }.map { SlowRequest.Statement(statement: $0.key, samples: $0.count) },
      statementsCut: statementsCut)
  }

  /// Most often first, those seen as often in an order that is always the same.
  private static func ordered<Key>(_ counts: [Key: Int], by words: (Key) -> String) -> [(key: Key, count: Int)] {
    counts.map { (key: $0.key, count: $0.value, words: words($0.key)) }
      .sorted { ($0.count, $1.words) > ($1.count, $0.words) }
      .map { (key: $0.key, count: $0.count) }
  }

  private static func words(_ place: CodePlace) -> String { "\(place.file):\(place.line ?? 0) \(place.function)" }
}
