import WebRequests

/// Which requests are meant: `POST /checkout`, `/orders`, `GET /orders/<int:id>`.
public struct RequestFilter: Equatable, Sendable, CustomStringConvertible {
  /// Any where it is nil.
  public let method: String?
  /// A path, under which others lie, or a route as the application wrote it.
  public let path: String

  /// Nil where it is not of that form.
  public init?(_ text: String) {
    let words = text.split(separator: " ")
    guard let last = words.last, words.count <= 2, last.hasPrefix("/") else { return nil }
    if words.count == 2 {
      guard words[0].allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
      method = words[0].uppercased()
    } else {
      method = nil
    }
    path = String(last)
  }

  public var description: String { (method.map { $0 + " " } ?? "") + path }

  /// Whether a request is one of them.
  public func matches(_ request: WebRequest) -> Bool {
    if let method, request.method?.uppercased() != method { return false }
    return request.route?.pattern == path || isAtOrBelow(request.path)
  }

  /// `/orders` is the path of `/orders` and of `/orders/17`, and not of `/orders-old`.
  private func isAtOrBelow(_ other: String) -> Bool {
    guard other.hasPrefix(path) else { return false }
    return path.hasSuffix("/") || other.utf8.count == path.utf8.count
      || other.utf8[other.utf8.index(other.utf8.startIndex, offsetBy: path.utf8.count)] == UInt8(ascii: "/")
  }
}
