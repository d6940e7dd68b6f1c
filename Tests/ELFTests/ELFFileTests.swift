import ELF
import Glibc
import TestSupport
import Testing

@Suite struct ELFFileTests {
  private static let symbols = [
    ("_PyRuntime", UInt64(0x1000), UInt64(283_320)), ("Py_Version", 0x2000, 8), ("Runtime", 0x2010, 4),
    ("x_PyRuntime", 0x2020, 4), ("a", 0x2030, 0), ("PyRuntime", 0x2040, 1),
  ]

  private static func builder(_ lookup: ELFBuilder.Lookup = .gnuHash) -> ELFBuilder {
    var builder = ELFBuilder()
    builder.lookup = lookup
    builder.symbols = symbols.map { (name: $0.0, value: $0.1, size: $0.2) }
    builder.undefined = ["malloc", "free"]
    return builder
  }

  private static func file(_ builder: ELFBuilder) throws -> ELFFile { try ELFFile(source: ELFBytes(builder.build())) }

  // MARK: - Symbols

  @Test(arguments: ELFBuilder.Lookup.allCases) func symbolsAreFoundByEveryTable(lookup: ELFBuilder.Lookup) throws {
    let file = try Self.file(Self.builder(lookup))
    for (name, value, size) in Self.symbols {
      let symbol = try #require(try file.symbol(named: name))
      #expect(symbol.value == value)
      #expect(symbol.size == size)
    }
    for name in ["malloc", "nothing", "", "_PyRuntim", "_PyRuntime\0", String(repeating: "x", count: 5000)] {
      let symbol = try file.symbol(named: name)
      #expect(symbol == nil)
    }
  }

  @Test func exportedSymbolsNeedNoSections() throws {
    for lookup in [ELFBuilder.Lookup.gnuHash, .hash] {
      var builder = Self.builder(lookup)
      builder.hasSections = false
      let symbol = try Self.file(builder).exportedSymbol(named: "_PyRuntime")
      #expect(symbol?.value == 0x1000)
    }
  }

  @Test func aStaticTableIsNotExported() throws {
    let symbol = try Self.file(Self.builder(.staticTable)).exportedSymbol(named: "_PyRuntime")
    #expect(symbol == nil)
  }

  @Test func manySymbolsAreAllFound() throws {
    for lookup in ELFBuilder.Lookup.allCases {
      var builder = ELFBuilder()
      builder.lookup = lookup
      // More than one read of a chain or of a table takes.
      builder.symbols = (0..<4000).map { (name: "symbol_\($0)", value: UInt64($0), size: 1) }
      let file = try Self.file(builder)
      for number in stride(from: 0, to: 4000, by: 97) {
        let symbol = try file.symbol(named: "symbol_\(number)")
        #expect(symbol?.value == UInt64(number))
      }
    }
  }

  @Test func aFewReadsAreEnough() throws {
    let source = CountingSource(try ELFDescriptor(path: "/proc/self/exe"))
    let file = try ELFFile(source: source)
    _ = try file.exportedSymbol(named: "main")
    #expect(source.reads <= 10)
    #expect(source.bytes < 16_384)
  }

  // MARK: - Header, sections, notes

  @Test func headersAreRead() throws {
    var builder = Self.builder()
    let shared = try Self.file(builder)
    #expect(shared.kind == .positionIndependent)
    #expect(shared.machine == .x86_64)
    #expect(shared.segments.count == 3)
    builder.isFixed = true
    builder.machine = 183
    let fixed = try Self.file(builder)
    #expect(fixed.kind == .fixedExecutable)
    #expect(fixed.machine == .aarch64)
    builder.machine = 40
    #expect(try Self.file(builder).machine == .other(40))
  }

  @Test func sectionsAreFoundByName() throws {
    let file = try Self.file(Self.builder())
    let section = try #require(try file.section(named: ".PyRuntime"))
    #expect(section.address == 64)
    #expect(section.offset == 64)
    #expect(section.size == 40)
    let missing = try file.section(named: ".text")
    #expect(missing == nil)
  }

  @Test func buildIDsAreRead() throws {
    var builder = Self.builder()
    builder.buildID = (1...20).map { UInt8($0) }
    let id = try Self.file(builder).buildID()
    #expect(id == builder.buildID)
    builder.buildID = []
    let none = try Self.file(builder).buildID()
    #expect(none == nil)
  }

  @Test func theLoadBiasIsTheSameFromEveryMapping() throws {
    var builder = Self.builder()
    builder.baseAddress = 0x40_0000
    let file = try Self.file(builder)
    #expect(file.loadBias(mappingStart: 0x7f00_0040_0000, offset: 0) == 0x7f00_0000_0000)
    #expect(file.loadBias(mappingStart: 0x7f00_0000_0000, offset: 1 << 30) == nil)
    builder.isFixed = true
    #expect(try Self.file(builder).loadBias(mappingStart: 0x40_0000, offset: 0) == 0)
  }

  @Test func otherFilesAreRefused() throws {
    #expect(throws: ELFError.notELF) { try ELFFile(path: "/etc/passwd") }
    #expect(throws: ELFError.notELF) { try ELFFile(source: ELFBytes([])) }
    #expect(throws: ELFError.unsupported("not a regular file")) { try ELFFile(path: "/dev/zero") }
    #expect(throws: ELFError.failed(errno: ENOENT)) { try ELFFile(path: "/nowhere") }
    var bytes = Self.builder().build()
    bytes[4] = 1
    #expect(throws: ELFError.unsupported("a 32-bit file")) { try ELFFile(source: ELFBytes(bytes)) }
    bytes[4] = 2
    bytes[5] = 2
    #expect(throws: ELFError.unsupported("a big-endian file")) { try ELFFile(source: ELFBytes(bytes)) }
    bytes[5] = 1
    bytes[16] = 4
    #expect(throws: ELFError.self) { try ELFFile(source: ELFBytes(bytes)) }
  }

  // MARK: - Hostile files

  private static func askEverything(_ bytes: [UInt8]) {
    guard let file = try? ELFFile(source: ELFBytes(bytes)) else { return }
    for name in ["_PyRuntime", "a", "malloc", "nothing"] { _ = try? file.symbol(named: name) }
    _ = try? file.section(named: ".PyRuntime")
    _ = try? file.buildID()
    _ = file.loadBias(mappingStart: .max, offset: 0)
    _ = file.loadBias(mappingStart: 0, offset: .max)
    _ = try? file.relocated(by: .max).exportedSymbol(named: "a")
  }

  @Test(arguments: ELFBuilder.Lookup.allCases) func mutatedFilesNeverTrap(lookup: ELFBuilder.Lookup) {
    var generator = SeededGenerator(seed: 3)
    var builder = Self.builder(lookup)
    builder.buildID = [1, 2, 3, 4]
    let original = builder.build()
    for _ in 0..<3000 { Self.askEverything(generator.mutated(original)) }
  }

  @Test(arguments: ELFBuilder.Lookup.allCases) func everyWordOfAFileMayLie(lookup: ELFBuilder.Lookup) {
    let original = Self.builder(lookup).build()
    for offset in stride(from: 0, to: original.count - 8, by: 4) {
      for value: UInt64 in [0, 1, 0xffff_ffff, 0x7fff_ffff_ffff_ffff, .max] {
        var bytes = original
        for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (index * 8)) }
        Self.askEverything(bytes)
      }
    }
  }

  @Test func hashChainsWithoutEndAreGivenUp() throws {
    var builder = Self.builder(.hash)
    builder.hasSections = false
    builder.symbols = [("one", 1, 1), ("two", 2, 1), ("six", 3, 1)]
    builder.undefined = []
    var bytes = builder.build()
    // Every link of the chain leads to the second symbol.
    let table = try #require(bytes[(64 + 3 * 56)...].firstRange(of: [2, 0, 0, 0, 4, 0, 0, 0]))
    for start in stride(from: table.upperBound, to: table.upperBound + 24, by: 4) {
      bytes.replaceSubrange(start..<start + 4, with: [2, 0, 0, 0])
    }
    let file = try ELFFile(source: ELFBytes(bytes))
    #expect(throws: ELFError.malformed("a hash chain without end")) { try file.exportedSymbol(named: "nothing") }
  }
}
