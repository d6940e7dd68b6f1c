import TestSupport
import Testing

@testable import CPython

/// What a target says of its own layout, true and false.
struct DebugOffsetsTests {
  @Test(arguments: LayoutFixtures.published)
  func anInterpreterNamesItsVersionAndBuild(publication: Publication) throws {
    let build = try #require(publication.debugOffsets.withUnsafeBytes { Layout.build(debugOffsets: $0) })
    #expect(build.version == publication.build.version)
    #expect(build.isFreeThreaded == publication.build.isFreeThreaded)
  }

  @Test func memoryWithoutTheCookieNamesNothing() {
    #expect([UInt8](repeating: 0, count: 1024).withUnsafeBytes { Layout.build(debugOffsets: $0) } == nil)
    #expect([UInt8]("xdebugpy".utf8).withUnsafeBytes { Layout.build(debugOffsets: $0) } == nil)
  }

  @Test func oldVersionsPublishNothing() throws {
    var layout = Layout.v3_12
    try [UInt8](repeating: 0xff, count: 1024).withUnsafeBytes { try layout.apply(debugOffsets: $0) }
    try [UInt8](repeating: 0xff, count: 1024).withUnsafeBytes { try layout.apply(asyncioDebug: $0) }
    #expect(layout == .v3_12)
  }

  // MARK: - Where they differ from the table

  @Test func aMovedMemberOfTheInterpreterStateWins() throws {
    var publication = try published("3.14.8")
    publication.set("interpreter_state.sysdict", to: 8000)
    let layout = try publication.layout()
    #expect(layout.interpreter.sysdict == 8000)
    #expect(layout.interpreter.modules == Layout.v3_14.interpreter.modules)
  }

  @Test func membersThatAreNotPublishedAreForgottenWhenOthersMoved() throws {
    var publication = try published("3.13.0")
    publication.set("interpreter_state.sysdict", to: 8000)
    #expect(Layout.v3_13.interpreter.threadsMain != nil)
    #expect(try publication.layout().interpreter.threadsMain == nil)

    publication = try published("3.14.8")
    publication.asyncioDebug = nil
    #expect(try publication.layout().interpreter.asyncioTasksHead == Layout.v3_14.interpreter.asyncioTasksHead)
    publication.set("interpreter_state.sysdict", to: 8000)
    #expect(try publication.layout().interpreter.asyncioTasksHead == nil)
  }

  @Test func aThreadStateThatGrewTakesItsTasksAlong() throws {
    let older = try published("3.13.0").layout()
    let newer = try published("3.13.15").layout()
    #expect(newer.thread.size == older.thread.size + 8)
    #expect(newer.thread.asyncioRunningLoop == older.thread.asyncioRunningLoop.map { $0 + 8 })
  }

  @Test(arguments: ["code_object.name", "interpreter_frame.previous", "unicode_object.asciiobject_size"])
  func aMovedMemberOfAnotherStructureIsAnUnknownBuild(field: String) throws {
    var publication = try published("3.14.8")
    publication.set(field, to: 64)
    #expect(throws: LayoutError.implausibleOffsets(table: "_Py_DebugOffsets", field: field, value: 64)) {
      try publication.layout()
    }
  }

  @Test func theGILIsReachedFromItsOwnStart() throws {
    let gil = try published("3.15.0").layout().gil
    #expect(gil == Layout.v3_15.gil)
  }

  // MARK: - Refusals

  @Test(arguments: [
    ("thread_state.next", UInt64.max), ("thread_state.next", 1 << 40), ("thread_state.next", 12),
    ("thread_state.size", 0), ("thread_state.size", 1 << 62), ("interpreter_state.id", 0xffff_ff00),
    ("interpreter_state.gil_runtime_state_locked", 0), ("interpreter_state.gil_runtime_state_holder", 1 << 20),
    ("interpreter_frame.owner", 1000), ("debugger_support.eval_breaker", 1 << 30),
  ])
  func anImpossibleOffsetIsRefusedByName(field: String, value: UInt64) throws {
    var publication = try published("3.14.8")
    publication.set(field, to: value)
    #expect(throws: LayoutError.implausibleOffsets(table: "_Py_DebugOffsets", field: field, value: value)) {
      try publication.layout()
    }
  }

  @Test func aShortBlockIsRefused() throws {
    let publication = try published("3.15.0")
    for count in 0..<publication.debugOffsets.count {
      var layout = Layout.v3_15
      #expect(throws: LayoutError.self) {
        try publication.debugOffsets.prefix(count).withUnsafeBytes { try layout.apply(debugOffsets: $0) }
      }
      #expect(layout == .v3_15)
    }
  }

  @Test func aBlockOfAnotherVersionOrBuildIsRefused() throws {
    let block = try published("3.15.0").debugOffsets
    var layout = Layout.v3_14
    #expect(throws: LayoutError.contradictingVersion(layout.version, published: PythonVersion(3, 15))) {
      try block.withUnsafeBytes { try layout.apply(debugOffsets: $0) }
    }
    layout = .v3_15t
    #expect(throws: LayoutError.unknownBuild(PythonVersion(3, 15), isFreeThreaded: false)) {
      try block.withUnsafeBytes { try layout.apply(debugOffsets: $0) }
    }
  }

  @Test func anAsyncioOfAnotherBuildIsRefused() throws {
    var publication = try published("3.15.0")
    publication.asyncioDebug = try published("3.14.8").asyncioDebug
    #expect(throws: LayoutError.self) { try publication.layout() }
  }

  /// Whatever stands there, it is refused or gives offsets that a structure could have.
  @Test(arguments: LayoutFixtures.published)
  func damagedOffsetsNeverTrap(publication: Publication) throws {
    var random = SeededGenerator(seed: 44)
    let base = try publication.build.select()
    for _ in 0..<3000 {
      var damaged = publication
      damaged.debugOffsets = random.mutated(publication.debugOffsets)
      if let asyncio = publication.asyncioDebug { damaged.asyncioDebug = random.mutated(asyncio) }
      guard let layout = try? damaged.layout() else { continue }
      #expect(layout.code == base.code)
      #expect(layout.namedFields.values.allSatisfy { abs($0) <= 1 << 31 })
    }
  }

  private func published(_ name: String) throws -> Publication {
    try #require(LayoutFixtures.published.first { $0.name == name })
  }
}

extension Publication {
  /// Overwrites one number of `_Py_DebugOffsets`.
  mutating func set(_ field: String, to value: UInt64) {
    let table = DebugOffsets.of(minor: build.version.minor)
    guard let position = table?.fields.first(where: { $0.name == field })?.position else {
      preconditionFailure("no \(field) is published")
    }
    for (index, byte) in withUnsafeBytes(of: value.littleEndian, Array.init).enumerated() {
      debugOffsets[position + index] = byte
    }
  }
}
