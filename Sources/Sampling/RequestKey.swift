import WebRequests

/// What tells a request from the next one that the same thread serves: addresses are used again, and clients ask for the same
/// page again, but not on another connection from the same port.
struct RequestKey: Equatable {
  let identity: UInt64
  let method: String?
  let path: String
  let query: String?
  let connection: WebRequest.Client?

  init(_ request: WebRequest) {
    identity = request.identity
    method = request.method
    path = request.path
    query = request.query
    connection = request.connection
  }
}
