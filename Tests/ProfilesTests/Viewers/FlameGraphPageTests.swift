import Foundation
import Profiles
import Testing

/// The page in a browser.
@Suite(.serialized) struct FlameGraphPageTests {
  /// The page's DOM once its scripts have run, with one more script of the test's.
  private func dom(_ page: [UInt8], fragment: String = "", script: String = "") throws -> String? {
    var text = String(decoding: page, as: UTF8.self)
    if !script.isEmpty {
      let number = try #require(text.split(separator: "script-src 'nonce-").last?.split(separator: "'").first)
      // What a test finds out is in the first line of the page, wherever else the words are.
      text +=
        "<script nonce=\"\(number)\">document.documentElement.dataset.said = JSON.stringify((() => {\(script)})());"
        + "</script>"
    }
    let document = try Viewer.Document(Array(text.utf8), ending: ".html")
    return try Viewer.dom(of: document.path, fragment: fragment, what: "the flame graph page in a browser")
  }

  /// What the test's script said.
  private func said(_ page: [UInt8], fragment: String = "", _ script: String) throws -> String? {
    guard let dom = try dom(page, fragment: fragment, script: script) else { return nil }
    let start = try #require(dom.range(of: "data-said=\"")).upperBound
    return String(dom[start...].prefix { $0 != "\"" }).replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">")
  }

  /// The text of a cell or an element, without markup.
  private static let texts = "const texts = query => [...document.querySelectorAll(query)].map(one => one.textContent);"

  @Test func itShowsGraphFactsAndFunctions() throws {
    let script =
      Self.texts
      + "return [texts('h1'), texts('#facts p, #notes p').length, texts('#rows tr:first-child td').slice(0, 3),"
      + " texts('#group option'), Number(element('graph').dataset.boxes), texts('#found')[0]];"
    let said = try said(try ProfileFormat.html.bytes(of: Samples.shop()), script)
    guard let said else { return }
    #expect(
      said == #"[["Time of shop (4711, Python 3.13.0), shop (4712, Python 3.13.0)"],2,["70.0 %  700.0 ms","#
        + #""70.0 %  700.0 ms","charge"],["everything","thread","request","process"],12,""]"#)
  }

  @Test func theAddressHoldsTheView() throws {
    let script =
      Self.texts
      + "return [texts('#found')[0], texts('#trail button'), element('turn').textContent, texts('#heading')[0],"
      + " texts('#rows .name'), state.isIcicle, location.hash.includes('search=charge')];"
    let said = try said(
      try ProfileFormat.html.bytes(of: Samples.shop()), fragment: "by=&search=charge&view=icicle&zoom=0.1", script)
    guard let said else { return }
    // charge is 0.3 + 0.1 + 0.3 of the 0.9 seconds of checkout.
    #expect(
      said == #"["77.8 % of 900.0 ms",["all","run"],"Flame","Functions below checkout",["charge"],true,true]"#)
  }

  @Test func groupsAndOneOfThem() throws {
    let script = """
      const seen = [];
      const choose = (id, value) => { element(id).value = value; element(id).onchange({ target: element(id) }); };
      const look = () => seen.push([state.root.children.map(nameOf), state.root.after / 1e7]);
      look(); choose('group', 'process'); look(); choose('group', 'request'); look();
      choose('pick', 'POST /checkout'); look(); choose('group', ''); look();
      return seen;
      """
    guard let said = try said(try ProfileFormat.html.bytes(of: Samples.shop()), script) else { return }
    #expect(
      said == #"[[["shop 4711 worker-1 (4721)","shop 4712 worker-2 (4722)"],100],[["shop 4711","shop 4712"],100],"#
        + #"[["POST /checkout","no request"],100],[["run"],60],[["run"],100]]"#)
  }

  @Test func keysAndMouseMoveAndZoom() throws {
    let script = """
      const seen = [], press = key => dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
      const look = () => seen.push((state.selected ? nameOf(state.selected) : '-') + '<' + nameOf(state.zoomed));
      element('graph').focus();
      press('ArrowUp'); press('ArrowUp'); look(); press('Enter'); look(); press('ArrowUp'); look();
      press('Backspace'); look(); press('Escape'); look();
      press('/'); seen.push(document.activeElement.id);
      element('search').value = 'render'; element('search').oninput({ target: element('search') });
      seen.push(element('found').textContent); press('Escape'); seen.push(element('search').value);
      press('f'); seen.push(state.isIcicle); press('?'); seen.push(element('help').hidden);
      const area = element('canvas').getBoundingClientRect();
      const at = { clientX: area.left + 300, clientY: area.top + 2.5 * rowHeight };
      element('canvas').onmousemove(at); seen.push(element('tip').hidden, element('tip').textContent.split('\\n')[0]);
      element('canvas').onclick(at); look();
      document.querySelectorAll('#columns button')[1].click();
      seen.push(document.querySelector('#columns th:nth-child(2)').getAttribute('aria-sort'));
      seen.push(document.querySelector('#rows .name').textContent);
      return seen;
      """
    guard let said = try said(try ProfileFormat.html.bytes(of: Samples.shop()), fragment: "by=", script) else { return }
    #expect(
      said
        == #"["checkout<all","checkout<checkout","charge<checkout","run<run","all<all","search","20.0 % of 1.00 s","","#
        + #"true,false,false,"checkout","checkout<checkout","descending","checkout"]"#)
  }

  @Test func noNameOfTheProgramsIsMarkup() throws {
    let script = """
      for (const value of ['thread', 'request', 'process', '']) {
        element('group').value = value; element('group').onchange({ target: element('group') });
      }
      for (const box of state.root.children) { state.selected = box; showSelected(); zoom(box); }
      element('canvas').onmousemove({ clientX: 30, clientY: element('canvas').getBoundingClientRect().top + 5 });
      return [document.documentElement.dataset.hacked || 'no', document.querySelectorAll('img, svg').length,
        document.scripts.length, document.querySelectorAll('style').length];
      """
    let page = try ProfileFormat.html.bytes(of: Samples.hostileShop())
    guard let said = try said(page, script) else { return }
    // The data, the page's own, the test's.
    #expect(said == #"["no",0,3,1]"#)
    let dom = try #require(try dom(page))
    #expect(!dom.contains("data-hacked"))
    #expect(dom.contains("id=\"rows\"><tr>"))
  }

  @Test func aWideAndDeepProfileDrawsNoMoreThanTheScreenHasRoomFor() throws {
    let script = """
      const all = state.root; let count = 0; const rest = [all];
      while (rest.length) { const box = rest.pop(); count++; rest.push(...box.children); }
      return [count > 50000, Number(element('graph').dataset.boxes) < 5100, element('canvas').height < 1000,
        document.querySelectorAll('*').length < 3000];
      """
    guard let said = try said(try ProfileFormat.html.bytes(of: Samples.wide()), script) else { return }
    #expect(said == "[true,true,true,true]")
  }

  @Test func twoProfilesBesideEachOther() throws {
    let script =
      Self.texts
        + """
        const row = texts('#rows tr:first-child td').slice(0, 5), colours = state.root.children[0].children
          .map(box => nameOf(box) + ' ' + changeColour(box).slice(0, 6));
        element('side').value = 'before'; element('side').onchange({ target: element('side') });
        return [row, colours, state.root.before / 1e7, state.root.after / 1e7, element('widths').hidden, texts('#facts p')[2],
          state.side];
        """
    let page = try #require(try ProfileFormat.html.bytes(of: Samples.comparison()))
    guard let said = try said(page, script) else { return }
    #expect(
      said == #"[["62.5 %","81.3 %","+18.75 %","+18.75 %","charge"],["[uncertain] hsl(21","checkout hsl(4 "],80,160,"#
        + #"false,"each is taken as 100 %, whatever its length","before"]"#)
  }
}
