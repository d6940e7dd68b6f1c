import Testing

@testable import CPython

/// The tables against offsets that were measured apart from them, in 17 releases and builds.
struct LayoutMeasurementTests {
  /// The measurement had no name for these in some versions; the tests of living values cover them.
  static let measuredOnlyInPart: Set<String> = ["object.managedDict", "module.dict", "frameObject.blockCount"]

  @Test(arguments: LayoutFixtures.measured)
  func aTableIsAsMeasured(measurement: Measurement) throws {
    let layout = try measurement.build.select()
    // A release that the table was not made from is compared after it was asked itself, below.
    guard layout.version == measurement.build.version || layout.version < PythonVersion(3, 13) else { return }
    expect(layout.namedFields, equal: measurement)
  }

  @Test(arguments: LayoutFixtures.published)
  func aReleaseIsAsMeasuredOnceItWasAsked(publication: Publication) throws {
    let measurement = try #require(LayoutFixtures.measured.first { $0.name == publication.name })
    var fields = try publication.layout().namedFields
    if publication.build.version >= PythonVersion(3, 15), !publication.build.isFreeThreaded {
      // Debian's is built with the JIT compiler, which the headers do not say: both end in eight bytes more.
      fields["runtime.size"]? -= 8
      fields["interpreter.size"]? -= 8
    }
    expect(fields, equal: measurement)
  }

  @Test func everyFieldWasMeasuredOrIsHeldAgainstLivingObjects() {
    let fields = Set(Layout.all.flatMap { $0.namedFields.keys })
    let measured = Set(LayoutFixtures.measured.flatMap(\.known))
    let later: Set = ["interpreter.fileSystemEncoding", "thread.id", "interpreterFrame.isEntry"]
    let groups = Set(fields.subtracting(measured).subtracting(later).map { $0.prefix { $0 != "." } })
    #expect(
      groups == [
        // Held against living objects of every Python found: by the tests of values, tasks, locks and plugins.
        "awaitable", "builtinFunction", "complex", "date", "dateTime", "decimal", "deque", "descriptor",
        "exceptionGroup", "frameObject", "future", "gc", "lock", "mappingProxy", "memberDef", "methodDef", "object",
        "range", "recursiveLock", "simpleQueue", "slice", "task", "time", "timeDelta", "timeZone", "tryBlock",
        "waitEntry", "weakReference",
      ])
  }

  private func expect(_ fields: [String: Int], equal measurement: Measurement) {
    for name in measurement.known.sorted() where fields[name] != measurement.fields[name] {
      if measurement.fields[name] == nil, Self.measuredOnlyInPart.contains(name) { continue }
      let found = fields[name].map(String.init) ?? "absent"
      let expected = measurement.fields[name].map(String.init) ?? "absent"
      Issue.record("\(measurement.name): \(name) is \(found), measured \(expected)")
    }
  }
}
