import Foundation
import FoundationXML
import Profiles
import Testing

/// The picture, read by an XML parser and by a browser.
@Suite struct FlameGraphPictureTests {
  /// Elements with their attributes and texts.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [String: Int] = [:]
    var titles: [String] = []
    var widths: [Double] = []
    private var text: String?

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements[name, default: 0] += 1
      text = name == "title" ? "" : nil
      if name == "rect", let width = attributes["width"].flatMap({ Double($0) }) { widths.append(width) }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      if name == "title", let text { titles.append(text) }
      text = nil
    }
  }

  private func read(_ text: String) -> Reader? {
    let reader = Reader()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = reader
    return parser.parse() ? reader : nil
  }

  @Test func everyBoxHasATitle() throws {
    let picture = try #require(read(try ProfileFormat.svg.text(of: Samples.shop())))
    #expect(picture.titles.contains("charge\n/srv/shop/payment.py:12\ntotal 400.0 ms, 40.0 %; own 300.0 ms, 30.0 %"))
    // The picture's own, all, two threads, and under them 5 and 4 boxes.
    #expect(picture.titles.count == 13)
    #expect(picture.widths.max() ?? 0 < 1200)
    #expect(picture.elements["script"] == nil)
    let text = try ProfileFormat.svg.text(of: Samples.shop())
    for fact in Samples.shop().about.words + Samples.shop().about.notes { #expect(text.contains(fact)) }
    #expect(text.contains("fill=\"url(#mark)\""))
    #expect(text.components(separatedBy: "http").count == 2)
  }

  @Test func noNameOfTheProgramsIsMarkup() throws {
    let text = try ProfileFormat.svg.text(of: Samples.hostileShop())
    let picture = try #require(read(text))
    #expect(picture.elements["script"] == nil && picture.elements["img"] == nil && picture.elements["svg"] == 1)
    #expect(picture.elements["style"] == 1)
    #expect(picture.titles.contains { $0.hasPrefix(Samples.hostile[0]) })
  }

  @Test func aWideAndDeepProfileIsAPictureOfSensibleSize() throws {
    let text = try ProfileFormat.svg.text(of: Samples.wide())
    #expect(text.utf8.count < 2_000_000)
    #expect(text.contains("What lies deeper is left out."))
    #expect(read(text) != nil)
  }

  @Test func aDifferentialOneSaysBoth() throws {
    let text = try ProfileFormat.svg.text(of: Samples.comparison())
    let picture = try #require(read(text))
    #expect(
      picture.titles.contains {
        $0.hasPrefix("charge\n")
          && $0.contains("own: 400.0 ms, 50.0 % before; 1.2 s, 75.0 % after; +25.0 %")
      }, "\(picture.titles)")
    #expect(text.contains("before.html: Time of shop") && text.contains("after.html: Time of shop"))
    #expect(text.contains("hsl(4,") && text.contains("hsl(217,"))
  }

  @Test func aBrowserShowsIt() throws {
    let document = try Viewer.Document(try ProfileFormat.svg.bytes(of: Samples.hostileShop()), ending: ".svg")
    guard let dom = try Viewer.dom(of: document.path, what: "the SVG picture in a browser") else { return }
    #expect(!dom.contains("parsererror") && !dom.contains("data-hacked"))
    #expect(dom.contains("class=\"boxes\""))
  }
}
