import Profiles
import Testing

@testable import Sampling

@Suite struct FunctionNameTests {
  private func function(_ name: String, _ file: String) -> Profile.Function {
    Profile.Function(name: name, file: file, firstLine: 1)
  }

  @Test(arguments: ["shop.views", ":checkout", "shop.views:", ""]) func isNotOne(text: String) {
    #expect(FunctionName(text) == nil)
  }

  @Test func theModuleIsToldByTheFile() throws {
    let name = try #require(FunctionName("shop.views:Cart.checkout"))
    #expect(name.matches(function("Cart.checkout", "/srv/app/shop/views.py")))
    #expect(name.matches(function("Cart.checkout", "/srv/app/shop/views/__init__.py")))
    #expect(!name.matches(function("Cart.checkout", "/srv/app/other/views.py")))
    #expect(!name.matches(function("Cart.checkout", "views.py")))
    #expect(!name.matches(function("Cart.pay", "/srv/app/shop/views.py")))
    #expect(!name.matches(Profile.Function(name: "Cart.checkout", file: "", firstLine: 0, isMark: true)))
  }

  @Test func beforeQualifiedNamesTheLastPartCounts() throws {
    let name = try #require(FunctionName("shop.views:Cart.checkout"))
    #expect(name.matches(function("checkout", "/srv/app/shop/views.py")))
  }

  @Test func theMainModuleIsAnyFile() throws {
    #expect(try #require(FunctionName("__main__:work")).matches(function("work", "/tmp/x")))
  }
}
