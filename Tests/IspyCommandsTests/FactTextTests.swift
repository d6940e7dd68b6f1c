import Catalog
import Terminal
import Testing

@testable import IspyCommands

@Suite struct FactTextTests {
  private func text(_ fact: Fact) -> String { FactText(paint: Paint(.never, descriptor: -1)).text(fact) }

  @Test(arguments: [
    (Fact.missing, "-\n"), (.flag(true), "yes\n"), (.flag(false), "no\n"), (.number(-7), "-7\n"),
    (.text("3.11.2"), "3.11.2\n"), (.text("a\u{1b}b"), "a\\x1bb\n"), (.list([]), "none\n"),
    (.list([.text("a"), .missing]), "a\n-\n"),
    (.fields([.init("uid", .number(0)), .init("name", .missing)]), "uid = 0\nname = -\n"),
    (.fields([.init("fds", .list([.number(1), .number(2)]))]), "fds = 1, 2\n"),
  ])
  func factsAreLines(fact: Fact, expected: String) { #expect(text(fact) == expected) }

  @Test func aListOfFieldsIsATableWithNumbersToTheRight() {
    let rows: [Fact] = [
      .fields([.init("fd", .number(5)), .init("target", .text("/dev/null")), .init("limit", .number(1))]),
      .fields([.init("fd", .number(100)), .init("target", .text("socket")), .init("limit", .text("unlimited"))]),
    ]
    #expect(
      text(.list(rows)) == """
         FD  TARGET     LIMIT
          5  /dev/null  1
        100  socket     unlimited

        """)
  }

  @Test func whatIsSeveralByANameStandsBelowIt() {
    let rows: [Fact] = [.fields([.init("rule", .text("/")), .init("view", .text("index"))])]
    let settings: Fact = .fields([.init("DEBUG", .text("off")), .init("HOSTS", .list([.text("a"), .text("b")]))])
    #expect(
      text(.fields([.init("left_out", .number(0)), .init("urls", .list(rows)), .init("shop", settings)])) == """
        left_out = 0
        urls
          RULE  VIEW
          /     index
        shop
          DEBUG = off
          HOSTS = a, b

        """)
  }

  @Test func aListThatIsTooLongForALineIsReadLineByLine() {
    let stack = ["connect", "checkout"].map { Fact.text("/srv/shop/lib/python3.11/site-packages/shop/db.py:1 " + $0) }
    let row: Fact = .fields([.init("connection", .number(1)), .init("stack", .list(stack))])
    #expect(
      text(.list([row, .fields([.init("connection", .number(2)), .init("stack", .list([]))])])) == """
        connection = 1
        stack
          /srv/shop/lib/python3.11/site-packages/shop/db.py:1 connect
          /srv/shop/lib/python3.11/site-packages/shop/db.py:1 checkout

        connection = 2
        stack = 

        """)
  }

  @Test func columnsAreAsWideAsTheirWidestCell() {
    #expect(
      Columns.lines([["A", "B"], ["long", "x"], ["s", "longer"]], right: []) == ["A     B", "long  x", "s     longer"])
    #expect(Columns.lines([["N", "B"], ["1", "x"], ["100", "y"]], right: [0]) == ["  N  B", "  1  x", "100  y"])
    #expect(Columns.lines([], right: []) == [])
    #expect(Columns.lines([["a"], ["b", "c"]], right: []) == ["a", "b  c"])
  }

  @Test func aCellIsCutBeforeItTakesTheWholeLine() {
    let line = Columns.lines([[String(repeating: "x", count: 500), "end"]], right: [])[0]
    #expect(line.count < 80 && line.hasSuffix("  end"))
  }
}
