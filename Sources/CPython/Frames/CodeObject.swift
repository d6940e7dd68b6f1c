public import RemoteProcess

/// A code object (`PyCodeObject`), read once: what a frame is called, where it is written, which variables it has.
public final class CodeObject {
  public let address: RemoteAddress
  public let filename: String
  public let name: String
  /// `co_qualname`; before 3.11 code objects had none, and it is the same as `name`.
  public let qualifiedName: String
  public let firstLine: Int
  public let flags: Int
  public let stackSize: Int
  /// Slots of `localsplus` that are variables: the value stack begins behind them.
  public let variables: [Variable]
  /// Parameters come first among the variables.
  public let argumentCount: Int
  let lineTable: LineTable
  /// By the offset of the instruction.
  private var lines = AddressMap<Int?>()
  let exceptionTable: RemoteAddress
  /// Words of the object by which another one at the same address is told from it.
  let identity: [UInt64]
  /// Where the first instruction lies: in the object itself since 3.11, in `co_code` before.
  let bytecode: RemoteAddress

  /// A slot of `localsplus` and its name.
  public struct Variable: Equatable, Sendable {
    public let name: String
    /// The slot may hold a cell instead of the value.
    public let isCell: Bool
    /// Inlined comprehension variables that are not locals here (3.12+, `CO_FAST_HIDDEN`).
    public let isHidden: Bool
  }

  /// `CO_GENERATOR`, `CO_COROUTINE`, `CO_ITERABLE_COROUTINE`, `CO_ASYNC_GENERATOR` (Include/cpython/code.h).
  public var isCoroutineOrGenerator: Bool { flags & 0x3a0 != 0 }

  /// The line of the instruction at a byte offset into the bytecode; nil where it has none.
  func line(atOffset offset: Int) -> Int? {
    let key = UInt64(bitPattern: Int64(offset))
    if let known = lines[key] { return known }
    let line = lineTable.line(atOffset: offset)
    lines[key] = .some(line)
    return line
  }

  init(
    address: RemoteAddress, filename: String, name: String, qualifiedName: String, firstLine: Int, flags: Int,
    stackSize: Int, variables: [Variable], argumentCount: Int, lineTable: LineTable, exceptionTable: RemoteAddress,
    bytecode: RemoteAddress, identity: [UInt64]
  ) {
    self.address = address
    self.filename = filename
    self.name = name
    self.qualifiedName = qualifiedName
    self.firstLine = firstLine
    self.flags = flags
    self.stackSize = stackSize
    self.variables = variables
    self.argumentCount = argumentCount
    self.lineTable = lineTable
    self.exceptionTable = exceptionTable
    self.bytecode = bytecode
    self.identity = identity
  }
}

extension Runtime {
  /// No code object has more variables; the compiler itself would not get there.
  static let variableLimit = 65_536
  /// A line table of 4 MiB describes some 10 MB of source in one function.
  static let lineTableLimit = 4 << 20

  /// The code object at an address, from the cache where it is known.
  public func codeObject(at address: RemoteAddress) throws(ReadError) -> CodeObject {
    if let known = codeObjects[address] { return known }
    let code = try readCodeObject(at: address)
    codeObjects[address] = code
    return code
  }

  /// Every code object that was read so far, in no order.
  public var knownCodeObjects: [CodeObject] { codeObjects.allValues }

  /// Reads together what many frames' code objects consist of, so that naming the frames of a process for the first time
  /// costs a few calls and not a few for each function.
  public func prefetchCode(of frames: [RawFrame]) {
    var seen = AddressMap<Bool>()
    var new: [RemoteAddress] = []
    for frame in frames where codeObjects[frame.code] == nil && seen.insert(frame.code) { new.append(frame.code) }
    guard new.count > 1 else { return }
    let fields = layout.code
    memory.prefetch(new.map { ($0, fields.size) })
    let parts: [Int] =
      [fields.filename, fields.name, fields.linetable]
      + [fields.qualname, fields.localsplusnames, fields.localspluskinds, fields.varnames].compactMap { $0 }
    var objects: [(address: RemoteAddress, count: Int)] = []
    for code in new {
      for part in parts { if let object = try? memory.pointer(code + part) { objects.append((object, 160)) } }
    }
    memory.prefetch(objects)
  }

  private func readCodeObject(at address: RemoteAddress) throws(ReadError) -> CodeObject {
    guard try type(ofObjectAt: address).name == "code" else { throw .implausible("not a code object", address) }
    let fields = layout.code
    let name = try string(at: memory.pointer(address + fields.name), limit: 1024).text
    let filename = try string(at: memory.pointer(address + fields.filename), limit: 4096).text
    var qualifiedName = name
    if let offset = fields.qualname {
      qualifiedName = try string(at: memory.pointer(address + offset), limit: 1024).text
    }
    let table = try memory.pointer(address + fields.linetable)
    let length = try memory.size(table + layout.object.varSize)
    guard length >= 0, length <= Self.lineTableLimit else { throw .implausible("line table of \(length) bytes", table) }
    let bytes = try memory.block(table + layout.bytes.value, count: length)
    let firstLine = try memory.int(address + fields.firstlineno)
    let bytecode: RemoteAddress
    if let offset = fields.codeAdaptive {
      bytecode = address + offset
    } else if let offset = fields.bytecode {
      bytecode = try memory.pointer(address + offset) + layout.bytes.value
    } else {
      bytecode = .null
    }
    return CodeObject(
      address: address, filename: filename, name: name, qualifiedName: qualifiedName, firstLine: firstLine,
      flags: try memory.int(address + fields.flags), stackSize: try memory.int(address + fields.stacksize),
      variables: try variables(ofCodeAt: address), argumentCount: try memory.int(address + fields.argcount),
      lineTable: LineTable(bytes: bytes, firstLine: firstLine, version: layout.version),
      exceptionTable: try fields.exceptiontable.map { (offset) throws(ReadError) in try memory.pointer(address + offset)
      }
        ?? .null,
      bytecode: bytecode,
      identity: try identityOffsets.map { (offset) throws(ReadError) in try memory.word(address + offset) })
  }

  private var identityOffsets: [Int] { [layout.code.filename, layout.code.name, layout.code.linetable] }

  /// Forgets code objects whose place has gone to others since they were read; whether there were any. One or two system
  /// calls for a thousand of them.
  public func forgetReplacedCode() -> Bool {
    let offsets = identityOffsets
    guard let first = offsets.min(), let last = offsets.max() else { return false }
    let known = codeObjects.allValues
    let count = last + 8 - first
    let again = Reread(known.map { Reread.range(at: $0.address + first, count: count) }, memory: memory.memory)
    var isAny = false
    for code in known {
      let bytes = again.bytes(at: (code.address + first).rawValue, count: count)
      let now = bytes.map { bytes in offsets.map { bytes.loadUnaligned(fromByteOffset: $0 - first, as: UInt64.self) } }
      guard now != code.identity else { continue }
      codeObjects[code.address] = nil
      isAny = true
    }
    return isAny
  }

  private func variables(ofCodeAt address: RemoteAddress) throws(ReadError) -> [CodeObject.Variable] {
    if let namesOffset = layout.code.localsplusnames, let kindsOffset = layout.code.localspluskinds {
      let names = try tupleItems(at: memory.pointer(address + namesOffset), limit: Self.variableLimit)
      let kinds = try memory.pointer(address + kindsOffset)
      let length = try memory.size(kinds + layout.object.varSize)
      guard length == names.count else { throw .implausible("names and kinds of variables differ", address) }
      let bytes = try memory.block(kinds + layout.bytes.value, count: length)
      var result: [CodeObject.Variable] = []
      result.reserveCapacity(length)
      for (name, kind) in zip(names, bytes) {
        // CO_FAST_HIDDEN 0x10, CO_FAST_CELL 0x40, CO_FAST_FREE 0x80 (Include/internal/pycore_code.h).
        result.append(
          CodeObject.Variable(
            name: try string(at: name, limit: 512).text, isCell: kind & 0xc0 != 0, isHidden: kind & 0x10 != 0))
      }
      return result
    }
    var result: [CodeObject.Variable] = []
    let lists = [(layout.code.varnames, false), (layout.code.cellvars, true), (layout.code.freevars, true)]
    for (offset, isCell) in lists {
      guard let offset else { continue }
      for name in try tupleItems(at: memory.pointer(address + offset), limit: Self.variableLimit) {
        result.append(
          CodeObject.Variable(name: try string(at: name, limit: 512).text, isCell: isCell, isHidden: false))
      }
    }
    return result
  }
}
