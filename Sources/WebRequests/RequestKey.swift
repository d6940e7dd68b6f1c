/// What tells a request from the next one that the same thread serves: addresses are used again, and clients ask for the same
/// page again, but not on another connection from the same port.
public struct RequestKey: Hashable, Sendable {
  /// The address of the object that stands for the request in its server.
  public let identity: UInt64
  private let method: String?
  private let path: String
  private let query: String?
  private let connection: WebRequest.Client?

  public init(_ request: WebRequest) {
    identity = request.identity
    method = request.method
    path = request.path
    query = request.query
    connection = request.connection
  }
}
