import ELF

/// A program or library in a process: its symbols, at their addresses there. Read from the file where that can be had, from
/// the process' memory otherwise.
public struct TargetImage: Sendable {
  /// As `/proc/PID/maps` has it.
  public let path: String
  public let file: ELFFile
  /// What has to be added to an address of the file.
  public let loadBias: UInt64

  /// - Parameters:
  ///   - mapping: the first one of the file.
  ///   - mappings: all of the process.
  public init(
    _ mapping: MemoryMapping, among mappings: [MemoryMapping], pid: Int32, memory: any MemoryReader
  ) throws(ELFError) {
    path = mapping.path
    let source: any ELFByteSource
    do throws(ProcessError) {
      source = try TargetFile(mapping, pid: pid).bytes
    } catch {
      source = MappedImage(mapping, among: mappings, memory: memory)
    }
    let file = try ELFFile(source: source)
    guard let bias = file.loadBias(mappingStart: mapping.start.rawValue, offset: mapping.offset) else {
      throw .malformed("no part of it is loaded from offset \(mapping.offset)")
    }
    loadBias = bias
    self.file = source.isWholeFile ? file : file.relocated(by: bias)
  }

  /// Where an exported symbol is in the process.
  public func address(ofExported name: String) throws(ELFError) -> (address: RemoteAddress, size: UInt64)? {
    try place(file.exportedSymbol(named: name))
  }

  /// Where a symbol is in the process, exported or not: the whole symbol table is searched at last.
  public func address(of name: String) throws(ELFError) -> (address: RemoteAddress, size: UInt64)? {
    try place(file.symbol(named: name))
  }

  private func place(_ symbol: ELFSymbol?) -> (address: RemoteAddress, size: UInt64)? {
    symbol.map { (RemoteAddress($0.value &+ loadBias), $0.size) }
  }
}
