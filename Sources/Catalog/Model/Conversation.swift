/// The way to whoever gave a command that asks for lines, as a console does. Used on the thread that carries it out.
public struct Conversation: Sendable {
  public enum Reply: Equatable, Sendable {
    case line(String)
    /// What was typed is dropped: to be asked anew.
    case interrupted
    case end
  }

  /// Shows a prompt and waits for a line.
  public let ask: @Sendable (_ prompt: String) -> Reply
  /// Whether what runs is to be interrupted; true once for each time.
  public let takeInterrupt: @Sendable () -> Bool

  public init(ask: @escaping @Sendable (String) -> Reply, takeInterrupt: @escaping @Sendable () -> Bool) {
    self.ask = ask
    self.takeInterrupt = takeInterrupt
  }
}
