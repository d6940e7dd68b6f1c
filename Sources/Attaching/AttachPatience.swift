/// How long attaching waits for what.
package struct AttachPatience: Sendable {
  /// For a thread of the target to run the script that Python was asked to run (3.14 and later), before a thread is used.
  /// Busy ones take some milliseconds; one that is idle, for ever.
  package var script = Duration.milliseconds(150)
  /// For a thread to be at a safe point.
  package var safePoint = Duration.milliseconds(1500)
  /// For the agent's thread to come to its door: it waits for the GIL first.
  package var door = Duration.milliseconds(3000)
  /// For the agent's first word.
  package var answer = Duration.milliseconds(5000)
  /// For an agent that was told to go to be gone.
  package var leave = Duration.milliseconds(3000)
  /// For which the agent's thread waits at its door, for whoever attached.
  package var welcome = Duration.milliseconds(2000)

  package init() {}
}
