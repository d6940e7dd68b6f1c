public import CPython

/// A stack and what it belongs to: what `RequestFinder` looks through.
public struct NamedStack {
  public let carrier: Carrier
  public let stack: Stack

  public init(carrier: Carrier, stack: Stack) {
    self.carrier = carrier
    self.stack = stack
  }
}
