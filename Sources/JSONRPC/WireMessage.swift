public import JSON

/// A message of JSON-RPC 2.0 (https://www.jsonrpc.org/specification), one on a line: between `ispy` and a gateway, and
/// between whoever attached and the agent in a target.
///
/// Of the specification batches are left out, and ids are numbers.
public enum WireMessage: Equatable, Sendable {
  /// Asks for something, and is answered once.
  case request(id: Int, method: String, parameters: JSONValue)
  /// Tells something, and is not answered: a result that comes before the last one, a request that is taken back.
  case notification(method: String, parameters: JSONValue)
  case response(id: Int, result: JSONValue)
  /// - Parameter id: nil where the request could not be read.
  case failure(id: Int?, WireFailure)

  /// Bytes of a line that is not trusted, as of a client.
  public static let requestLimit = 1 << 20
  /// Bytes of a line that a gateway may send: a profile is one.
  public static let responseLimit = 256 << 20
  /// How deep a request may nest.
  static let depthLimit = 64
}

/// Why something was not done.
public struct WireFailure: Codable, Equatable, Sendable, Error {
  public let code: Int
  public let message: String
  /// Of a command that failed.
  public let data: Reason?

  public struct Reason: Codable, Equatable, Sendable {
    /// The name of a `CommandError.Cause`.
    public let cause: String
    public let hint: String?

    public init(cause: String, hint: String?) {
      self.cause = cause
      self.hint = hint
    }
  }

  public init(code: Int, message: String, data: Reason? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  // The codes of the specification, and one of our own for commands that failed.
  public static let parse = -32700
  public static let invalidRequest = -32600
  public static let unknownMethod = -32601
  public static let invalidParameters = -32602
  public static let command = -32000
}

extension WireMessage {
  /// Reads a line, without its end.
  public init(line: some Sequence<UInt8>) throws(WireFailure) {
    var reader = JSONReader()
    reader.depthLimit = Self.depthLimit
    reader.sizeLimit = Self.requestLimit
    reader.valueLimit = 100_000
    try self.init(line: line, reader: reader)
  }

  /// The same of what a gateway sent.
  public init(trustedLine line: some Sequence<UInt8>) throws(WireFailure) {
    var reader = JSONReader()
    reader.sizeLimit = Self.responseLimit
    try self.init(line: line, reader: reader)
  }

  private init(line: some Sequence<UInt8>, reader: JSONReader) throws(WireFailure) {
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try reader.value(of: line) } catch {
      throw WireFailure(code: WireFailure.parse, message: "this is no JSON: \(error)")
    }
    guard case .object = value, value["jsonrpc"]?.text == "2.0" else {
      throw WireFailure(code: WireFailure.invalidRequest, message: "this is no message of JSON-RPC 2.0")
    }
    let id = value["id"]?.integer
    if let method = value["method"]?.text {
      let parameters = value["params"] ?? .object([])
      guard case .object = parameters else {
        throw WireFailure(code: WireFailure.invalidRequest, message: "params is an object")
      }
      if value["id"] == nil {
        self = .notification(method: method, parameters: parameters)
      } else if let id {
        self = .request(id: id, method: method, parameters: parameters)
      } else {
        throw WireFailure(code: WireFailure.invalidRequest, message: "id is a whole number")
      }
    } else if let result = value["result"], let id {
      self = .response(id: id, result: result)
    } else if let error = value["error"], let failure = try? JSONReader().decode(WireFailure.self, from: error) {
      self = .failure(id: id, failure)
    } else {
      throw WireFailure(code: WireFailure.invalidRequest, message: "this is neither a request nor a response")
    }
  }
}

// MARK: - Writing

extension WireMessage {
  private struct Envelope<Parameters: Encodable, Result: Encodable>: Encodable {
    let jsonrpc = "2.0"
    var id: Int?
    var method: String?
    var params: Parameters?
    var result: Result?
    var error: WireFailure?
  }

  private struct Nothing: Encodable {}

  private static func line(of envelope: some Encodable) throws -> String { try JSONText().text(of: envelope) + "\n" }

  /// The line of a request, with its end; so are the others.
  public static func request(id: Int, method: String, _ parameters: some Encodable) throws -> String {
    try line(of: Envelope<_, Nothing>(id: id, method: method, params: parameters))
  }

  public static func notification(method: String, _ parameters: some Encodable) throws -> String {
    try line(of: Envelope<_, Nothing>(method: method, params: parameters))
  }

  public static func response(to id: Int, _ result: some Encodable) throws -> String {
    try line(of: Envelope<Nothing, _>(id: id, result: result))
  }

  public static func failure(to id: Int?, _ failure: WireFailure) throws -> String {
    try line(of: Envelope<Nothing, Nothing>(id: id, error: failure))
  }
}
