import Telemetry
import Testing

@Suite struct MetricNameTests {
  @Test(arguments: ["checkout.pay", "a", "shop-v2/pay_1.x"])
  func namesAreTaken(text: String) throws {
    #expect(try MetricName(text).description == text)
  }

  @Test(arguments: [
    "", ".a", "a..b", "a.", "1a", "_a", "a b", "a|c", "a:b", "a@b", "a\nb", "é", "aé", "a;b", "a{b}",
    String(repeating: "a", count: 201),
  ])
  func otherTextsAreRefused(text: String) {
    #expect(throws: MetricError.self) { try MetricName(text) }
  }

  @Test func theRefusalSaysWhy() {
    #expect(throws: MetricError.name("a|c", "it has letters, digits, and _ . - / between them")) {
      try MetricName("a|c")
    }
    #expect(
      "\(MetricError.name("1a", "it begins with a letter"))" == "1a is no name for a metric: it begins with a letter")
  }
}
