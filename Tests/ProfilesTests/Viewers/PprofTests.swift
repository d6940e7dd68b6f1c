import Foundation
@testable import Profiles
import Testing

/// pprof files, read by Google's pprof, and what carries them by gzip.
@Suite struct PprofTests {
  private static let go = "/usr/bin/go"

  @Test func pprofReadsTheProfile() throws {
    let document = try Viewer.Document(try ProfileFormat.pprof.bytes(of: Samples.shop()), ending: ".pb.gz")
    guard let top = try Viewer.run(Self.go, ["tool", "pprof", "-top", document.path], what: "pprof files") else {
      return
    }
    #expect(top.contains("Type: wall"))
    #expect(top.contains("Duration: 10.50s, Total samples = 1000ms"))
    // flat, its share, the sum of shares, cumulative, its share, name
    let rows = top.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains { $0.last == "charge" && $0[0] == "700ms" && $0[3] == "700ms" })
    #expect(rows.contains { $0.last == "checkout" && $0[0] == "0" && $0[3] == "900ms" })
    #expect(rows.contains { $0.last == "[uncertain]" && $0[0] == "60ms" })
    let raw = try #require(try Viewer.run(Self.go, ["tool", "pprof", "-raw", document.path], what: "pprof files"))
    #expect(raw.contains("samples/count wall/nanoseconds[dflt]"))
    #expect(raw.contains("PeriodType: wall nanoseconds") && raw.contains("Period: 10000000"))
    #expect(raw.contains("/srv/shop/payment.py:20"))
    for fact in Samples.shop().about.words + Samples.shop().about.notes { #expect(raw.contains(fact)) }
    let tags = try #require(try Viewer.run(Self.go, ["tool", "pprof", "-tags", document.path], what: "pprof files"))
    for tag in ["POST /checkout", "worker-1", "4712", "shop", "4722"] { #expect(tags.contains(tag)) }
    let lines = try #require(
      try Viewer.run(
        Self.go, ["tool", "pprof", "-lines", "-top", "-sample_index=samples", document.path], what: "pprof"))
    #expect(lines.contains("charge /srv/shop/payment.py:20"))
  }

  @Test func gzipReadsWhateverWasCompressed() throws {
    var inputs: [[UInt8]] = [[], [0], Array("abcabcabcabcabcabc".utf8), Array(repeating: 7, count: 100_000)]
    var state: UInt64 = 88_172_645_463_325_252
    for (count, range) in [(70_000, 256 as UInt64), (200_000, 2), (300, 256), (90_000, 20)] {
      inputs.append(
        (0..<count).map { _ in
          state ^= state << 13
          state ^= state >> 7
          state ^= state << 17
          return UInt8(state % range)
        })
    }
    // References to the far end of the window, and beyond it.
    let part = inputs[4].prefix(300)
    inputs.append(part + Array(repeating: 0, count: 32_768 - 300) + part + Array(repeating: 1, count: 40_000) + part)
    for input in inputs {
      let document = try Viewer.Document(Gzip.compressed(input), ending: ".gz")
      let copy = document.path + ".out"
      defer { unlink(copy) }
      _ = try Viewer.run("/bin/sh", ["-c", "gzip -dc \"$0\" > \"$0.out\"", document.path], what: "gzip")
      #expect(FileManager.default.contents(atPath: copy) == Data(input))
    }
    #expect(Gzip.compressed(inputs[3]).count < 1000)
    #expect(Gzip.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
  }
}
