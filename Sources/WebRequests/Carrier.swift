/// What a request runs on: a thread, an asyncio task or a greenlet.
public enum Carrier: Hashable, Sendable {
  /// `id` is `threading.get_ident()`.
  case thread(id: UInt64, nativeID: Int32?, name: String?)
  /// `address` is that of the Task object.
  case task(address: UInt64, name: String)
  /// `address` is that of the greenlet object.
  case greenlet(address: UInt64, name: String?)
}
