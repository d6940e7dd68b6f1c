import RemoteProcess

/// Where CPython 3.14 and later take a script from that another process asks them to run (PEP 768), as they publish it in
/// `_Py_DebugOffsets` (`debugger_support`, Include/internal/pycore_debug_offsets.h).
public struct RemoteDebuggingLayout: Equatable, Sendable {
  /// `PyThreadState.eval_breaker`.
  public let evalBreaker: Int
  /// `PyInterpreterState.config.remote_debug`, four bytes: 0 where the owner of the process has forbidden it.
  public let isEnabled: Int
  /// `PyThreadState.remote_debugger_support.debugger_pending_call`, four bytes.
  public let pendingCall: Int
  /// `PyThreadState.remote_debugger_support.debugger_script_path`, with a NUL.
  public let scriptPath: Int
  public let scriptPathSize: Int

  /// `_PY_EVAL_PLEASE_STOP_BIT` (Include/internal/pycore_ceval.h).
  public static let evalBreakerBit: UInt8 = 1 << 5

  /// - Parameter bytes: the first bytes of `_PyRuntime`, `Layout.debugOffsetsSize` of them.
  /// - Returns: nil where this version publishes none, or no number that could be one.
  public init?(debugOffsets bytes: UnsafeRawBufferPointer) {
    guard let build = Layout.build(debugOffsets: bytes), build.version >= PythonVersion(3, 14),
      let table = DebugOffsets.of(minor: build.version.minor), bytes.count >= table.size
    else { return nil }
    func number(_ name: String) -> Int? {
      table.fields.first { $0.name == "debugger_support." + name }.flatMap { field in
        do throws(LayoutError) {
          return try Layout.plausible(field, named: "_Py_DebugOffsets", in: bytes)
        } catch { return nil }
      }
    }
    guard let evalBreaker = number("eval_breaker"), let support = number("remote_debugger_support"),
      let isEnabled = number("remote_debugging_enabled"), let pendingCall = number("debugger_pending_call"),
      let scriptPath = number("debugger_script_path"), let size = number("debugger_script_path_size")
    else { return nil }
    self.evalBreaker = evalBreaker
    self.isEnabled = isEnabled
    self.pendingCall = support + pendingCall
    self.scriptPath = support + scriptPath
    scriptPathSize = size
  }
}

extension Runtime {
  /// How an interpreter takes scripts from other processes, and whether it is to; nil before 3.14.
  public func remoteDebugging(
    of interpreter: Interpreter
  ) throws(ReadError) -> (layout: RemoteDebuggingLayout, isEnabled: Bool)? {
    guard version >= PythonVersion(3, 14) else { return nil }
    let bytes = try memory.block(address, count: Layout.debugOffsetsSize)
    guard let layout = bytes.withUnsafeBytes({ RemoteDebuggingLayout(debugOffsets: $0) }) else { return nil }
    return (layout, try memory.int(interpreter.address + layout.isEnabled) != 0)
  }
}
