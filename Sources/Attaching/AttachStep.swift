/// The steps by which something is attached, each told before it is taken: whoever attaches may end at any of them.
package enum AttachStep: String, CaseIterable, Sendable {
  /// Nobody else can trace the process from here on.
  case claimed
  // By PEP 768.
  case scriptWritten, armed
  // By a thread that is diverted.
  case stopped, written, committed, diverted
  /// The agent's thread was seen.
  case arrived
  /// Its socket was taken.
  case taken
  /// The agent answers.
  case attached
}
