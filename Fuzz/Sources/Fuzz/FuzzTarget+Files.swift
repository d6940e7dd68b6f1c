@testable import ELF
@testable import RemoteProcess

extension FuzzTarget {
  /// An ELF file, whole and as it is mapped.
  static let elf = FuzzTarget(name: "elf") { bytes in
    guard let whole = try? ELFFile(source: ELFBytes(bytes)) else { return }
    for file in [whole, whole.relocated(by: 0x7fff_0000_0000), whole.relocated(by: .max)] {
      _ = try? file.buildID()
      _ = try? file.sections()
      _ = try? file.section(named: ".PyRuntime")
      _ = try? file.dynamic()
      _ = try? file.symbol(named: "_PyRuntime")
      _ = try? file.exportedSymbol(named: "Py_Version")
      _ = file.loadBias(mappingStart: 0x7f00_0000_0000, offset: 0)
      _ = file.loadBias(mappingStart: .max, offset: 0x1000)
    }
  }

  /// A recording of memory, which may come with a bug report.
  static let recording = FuzzTarget(name: "recording") { bytes in
    guard let memory = try? RecordedMemory(contents: bytes) else { return }
    var byte: UInt8 = 0
    for range in memory.ranges.prefix(100) {
      withUnsafeMutableBytes(of: &byte) { _ = try? memory.read(at: range.lowerBound, into: $0) }
    }
    precondition((try? RecordedMemory(contents: memory.encoded())) != nil)
  }
}
