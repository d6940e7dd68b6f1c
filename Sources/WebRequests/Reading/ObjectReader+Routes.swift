import CPython
import RemoteProcess

/// What frameworks note of the route on their request objects.
extension ObjectReader {
  /// A request of Flask (`url_rule`) or Django (`resolver_match`).
  func routeOfRequest(at request: RemoteAddress) -> WebRequest.Route? {
    if let rule = attribute("url_rule", of: request) {
      let route = WebRequest.Route(
        pattern: text(attribute("rule", of: rule)), name: text(attribute("endpoint", of: rule)))
      return route.isEmpty ? nil : route
    }
    if let match = attribute("resolver_match", of: request) { return routeOfDjango(at: match) }
    guard let inner = attribute("_request", of: request) else { return nil }
    return attribute("resolver_match", of: inner).flatMap { routeOfDjango(at: $0) }
  }

  /// `django.urls.ResolverMatch`.
  private func routeOfDjango(at match: RemoteAddress) -> WebRequest.Route? {
    let route = WebRequest.Route(
      pattern: text(attribute("route", of: match)),
      name: Self.nonEmpty(text(attribute("view_name", of: match))),
      view: text(attribute("_func_path", of: match)) ?? callableName(attribute("func", of: match)))
    return route.isEmpty ? nil : route
  }
}
