import JSON
import Telemetry
import TestSupport
import Testing

@Suite struct LatencyHistogramTests {
  /// Around every power of two, and up to the largest.
  private static let edges: [Int] = {
    var edges = Array(0..<200)
    for shift in 7...62 {
      let power = 1 << shift
      edges += [power - 1, power, power + 1, power + power / 2 - 1]
    }
    return edges + [Int.max - 1, Int.max]
  }()

  @Test func aTimeIsInTheBucketOfItsIndex() {
    for value in Self.edges {
      let index = LatencyHistogram.index(of: value)
      #expect(LatencyHistogram.indices.contains(index))
      #expect(LatencyHistogram.values(at: index).contains(value), "\(value)")
    }
    #expect(LatencyHistogram.index(of: Int.max) == LatencyHistogram.indices.upperBound - 1)
    #expect(LatencyHistogram.index(of: -5) == 0)
  }

  @Test func bucketsFollowEachOtherWithoutAGapAndAreNarrow() {
    var next = 0
    for index in LatencyHistogram.indices {
      let values = LatencyHistogram.values(at: index)
      #expect(values.lowerBound == next)
      #expect(values.upperBound - values.lowerBound <= values.lowerBound / 32)
      next = values.upperBound &+ 1
    }
    #expect(next == Int.min, "the last ends with the largest there is")
  }

  @Test(arguments: PythonInterpreter.installed)
  func pythonComesToTheSameIndices(python: PythonInterpreter) throws {
    let code = """
      for v in [\(Self.edges.map(String.init).joined(separator: ","))]:
          s = v.bit_length() - 6
          i = v if s <= 0 else (s << 5) + (v >> s)
          print(i)
      print("end")
      """
    let child = try ChildProcess(python.command + ["-c", code])
    let said = try child.output(waitingFor: "end") { $0.hasSuffix("end\n") }
    #expect(said.split(separator: "\n").dropLast().map { Int($0) } == Self.edges.map(LatencyHistogram.index(of:)))
  }

  @Test func quantilesAreNear() throws {
    var histogram = LatencyHistogram()
    for milliseconds in 1...1000 { histogram.record(milliseconds * 1_000_000) }
    #expect(histogram.count == 1000)
    for (share, exact) in [(0.0, 1), (0.5, 500), (0.95, 950), (0.99, 990), (1.0, 1000)] {
      let found = Double(try #require(histogram.quantile(share)))
      #expect(abs(found / (Double(exact) * 1e6) - 1) <= 1 / 64, "\(share)")
    }
    let longest = try #require(histogram.max)
    #expect(longest >= 1_000_000_000 && longest <= 1_031_250_000)
    #expect(histogram.quantiles([0.1, 0.5]) == [0.1, 0.5].map { histogram.quantile($0) })
  }

  @Test func anEmptyOneHasNoQuantile() {
    let histogram = LatencyHistogram()
    #expect(histogram.quantile(0.5) == nil && histogram.max == nil && histogram.count == 0)
    #expect(histogram.countsWithinBounds.allSatisfy { $0 == 0 })
  }

  @Test func countsWithinABoundAreExact() {
    for (place, bound) in LatencyHistogram.bounds.enumerated() {
      var histogram = LatencyHistogram()
      histogram.record(bound, count: 3)
      histogram.record(bound + 1, count: 5)
      let counts = histogram.countsWithinBounds
      #expect(counts[..<place].allSatisfy { $0 == 0 } && counts[place] == 3)
      #expect(counts[(place + 1)...].allSatisfy { $0 == 8 })
    }
  }

  @Test func whatCameSinceIsTheRest() {
    var early = LatencyHistogram()
    early.record(10, count: 2)
    early.record(5000)
    var late = early
    late.record(10)
    late.record(7_000_000)
    var rest = LatencyHistogram()
    rest.record(10)
    rest.record(7_000_000)
    #expect(late.subtracting(early) == rest)
    #expect(early.subtracting(late) == nil)
    rest.merge(early)
    #expect(rest == late)
  }

  @Test func asJSONItIsIndicesAndCounts() throws {
    let histogram = LatencyHistogram(buckets: [1887: 1, 7: 2])
    let text = try JSONText().text(of: histogram)
    #expect(text == #"{"1887":1,"7":2}"#)
    #expect(try JSONReader().decode(LatencyHistogram.self, from: text.utf8) == histogram)
  }

  @Test(arguments: [#"{"1888":1}"#, #"{"-1":1}"#, #"{"5":0}"#, #"{"5":-3}"#, #"{"x":1}"#, #"{"5":"y"}"#, "7"])
  func whatIsNoneIsRefused(text: String) {
    #expect(throws: DecodingError.self) { try JSONReader().decode(LatencyHistogram.self, from: text.utf8) }
  }

  @Test func whatIsNoBucketIsLeftOut() {
    #expect(LatencyHistogram(buckets: [-1: 4, 1888: 4, 3: 0, 4: -1, 5: 6]).buckets == [5: 6])
  }

  @Test func countsBeyondAllMeasureTrapNobody() {
    var histogram = LatencyHistogram(buckets: [5: .max, 6: .max])
    histogram.merge(histogram)
    #expect(histogram.count == .max)
    #expect(histogram.countsWithinBounds.last == .max)
    #expect(histogram.quantile(1) != nil)
  }
}
