import Glibc
import Testing

/// Asks until the answer is there, for what another process does soon but says nothing about.
func eventually<Answer>(_ question: () throws -> Answer?) throws -> Answer {
  let end = ContinuousClock.now + .seconds(60)
  while ContinuousClock.now < end {
    if let answer = try question() { return answer }
    sched_yield()
  }
  return try #require(nil, "it did not come about within a minute")
}
