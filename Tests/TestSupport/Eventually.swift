import Glibc

/// Asks until the answer is there, for what another process does soon but says nothing about.
public func eventually<Answer>(_ question: () throws -> Answer?) throws -> Answer {
  let end = ContinuousClock.now + .seconds(60)
  while ContinuousClock.now < end {
    if let answer = try question() { return answer }
    sched_yield()
  }
  throw TestSupportError.deadline(waitingFor: "what was to come about", command: [], transcript: "")
}
