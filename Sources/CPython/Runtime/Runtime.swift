public import RemoteProcess

/// A CPython runtime (`_PyRuntime`) in the memory of a process: the door to all that this room reads.
///
/// It holds one `Snapshot`: what was read stays as it was until `memory` is told to forget. It works on live memory and on a
/// recording alike, and knows nothing of pids.
public final class Runtime {
  public let memory: Snapshot
  public let layout: Layout
  /// Of the symbol `_PyRuntime`.
  public let address: RemoteAddress
  /// The exact version of the target.
  public let version: PythonVersion

  var codeObjects = AddressMap<CodeObject>()
  var types = AddressMap<TypeObject>()
  /// `PyUnicode_Type`, once a string was seen.
  var stringType: RemoteAddress = .null

  public init(memory: Snapshot, layout: Layout, address: RemoteAddress, version: PythonVersion) {
    self.memory = memory
    self.layout = layout
    self.address = address
    self.version = version
  }

  /// No process has more interpreters than this; a longer list is a torn one.
  static let interpreterLimit = 1024

  /// The interpreters, main first.
  public func interpreters() throws(ReadError) -> [Interpreter] {
    var found: [Interpreter] = []
    var next = try memory.pointer(address + layout.runtime.interpretersHead)
    while !next.isNull, found.count < Self.interpreterLimit {
      if found.contains(where: { $0.address == next }) { break }
      let id = try memory.word(next + layout.interpreter.id)
      found.append(Interpreter(address: next, id: Int64(bitPattern: id)))
      next = try memory.pointer(next + layout.interpreter.next)
    }
    return found.sorted { $0.id < $1.id }
  }

  /// Whether `Py_Finalize` has begun: then little can be relied on.
  public func isFinalizing() throws(ReadError) -> Bool {
    try memory.word(address + layout.runtime.finalizing) != 0
  }

  /// Whether `Py_Initialize` is done.
  public func isInitialized() throws(ReadError) -> Bool {
    try memory.int(address + layout.runtime.initialized) != 0
  }

  /// `pthread_self()` of the thread that started Python.
  public func mainThreadID() throws(ReadError) -> UInt64 {
    try memory.word(address + layout.runtime.mainThread)
  }
}

/// One interpreter (`PyInterpreterState`): the main one, or a subinterpreter as mod_wsgi makes them.
public struct Interpreter: Hashable, Sendable {
  public let address: RemoteAddress
  /// 0 for the main interpreter.
  public let id: Int64
}
