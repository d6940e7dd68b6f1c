import Testing
import WebRequests

@testable import Sampling

@Suite struct RequestFilterTests {
  private func request(_ method: String, _ path: String, route: String? = nil) -> WebRequest {
    WebRequest(method: method, path: path, route: route.map { WebRequest.Route(pattern: $0) })
  }

  @Test(arguments: ["", "checkout", "POST", "POST checkout", "A B /c", "P0ST /checkout"]) func isNone(text: String) {
    #expect(RequestFilter(text) == nil)
  }

  @Test func aPathHasWhatLiesBelowIt() throws {
    let filter = try #require(RequestFilter("/orders"))
    #expect(filter.matches(request("GET", "/orders")))
    #expect(filter.matches(request("POST", "/orders/17")))
    #expect(!filter.matches(request("GET", "/orders-old")))
    #expect(!filter.matches(request("GET", "/")))
    #expect(try #require(RequestFilter("/orders/")).matches(request("GET", "/orders/17")))
  }

  @Test func theMethodCountsWhereItIsNamed() throws {
    let filter = try #require(RequestFilter("post /checkout"))
    #expect(filter.description == "POST /checkout")
    #expect(filter.matches(request("POST", "/checkout")))
    #expect(!filter.matches(request("GET", "/checkout")))
  }

  @Test func aRouteIsOneAsItWasWritten() throws {
    let filter = try #require(RequestFilter("GET /orders/<int:id>"))
    #expect(filter.matches(request("GET", "/orders/17", route: "/orders/<int:id>")))
    #expect(!filter.matches(request("GET", "/orders/17", route: "/orders/<int:id>/items")))
  }
}
