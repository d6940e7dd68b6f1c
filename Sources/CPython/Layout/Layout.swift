/// Where the fields of CPython's structures lie in one version and build: byte offsets, sizes and the few constants whose
/// values changed between versions.
///
/// Each group is a C structure under CPython's own name for it, each field CPython's name in Swift spelling. An optional
/// field does not exist in every version. The tables (`Layout+3.8.swift` …) are generated from CPython's headers by
/// `Scripts/layouts`; on 3.13 and later the target's own `_Py_DebugOffsets` win over them (`Layout+DebugOffsets.swift`).
public struct Layout: Sendable, Equatable {
  /// The exact version whose headers the table was made from.
  public var version: PythonVersion
  /// Built with `--disable-gil`.
  public var isFreeThreaded: Bool

  public var runtime: RuntimeFields
  public var interpreter: InterpreterFields
  public var gil: GilFields
  public var thread: ThreadFields
  public var stackItem: StackItemFields
  public var stackChunk: StackChunkFields
  public var cframe: CframeFields
  public var interpreterFrame: InterpreterFrameFields
  public var frameObject: FrameObjectFields
  public var code: CodeFields
  public var object: ObjectFields
  public var type: TypeFields
  public var unicode: UnicodeFields
  public var bytes: BytesFields
  public var long: LongFields
  public var float: FloatFields
  public var tuple: TupleFields
  public var list: ListFields
  public var set: SetFields
  public var dict: DictFields
  public var cell: CellFields
  public var function: FunctionFields
  public var method: MethodFields
  public var module: ModuleFields
  public var exception: ExceptionFields
  public var traceback: TracebackFields
  public var generator: GeneratorFields
  public var gcHead: GcHeadFields
  public var constants: ConstantsFields

  public struct RuntimeFields: Sendable, Equatable {
    public var interpretersHead: Int
    public var interpretersMain: Int
    public var finalizing: Int
    public var initialized: Int
    public var mainThread: Int
    public var gil: Int?
    public var size: Int
  }

  public struct InterpreterFields: Sendable, Equatable {
    public var next: Int
    public var id: Int
    public var threadsHead: Int
    public var threadsMain: Int?
    public var modules: Int
    public var sysdict: Int
    public var builtins: Int
    public var gil: Int?
    public var ownGIL: Int?
    public var gc: Int?
    public var asyncioTasksHead: Int?
    public var size: Int
  }

  public struct GilFields: Sendable, Equatable {
    public var enabled: Int?
    public var lastHolder: Int
    public var locked: Int
    public var size: Int
  }

  public struct ThreadFields: Sendable, Equatable {
    public var next: Int
    public var interp: Int
    public var status: Int?
    public var threadID: Int
    public var nativeThreadID: Int?
    public var frame: Int?
    public var cframe: Int?
    public var currentFrame: Int?
    public var datastackChunk: Int?
    public var datastackTop: Int?
    public var currentException: Int?
    public var excInfo: Int
    public var holdsGIL: Int?
    public var asyncioRunningLoop: Int?
    public var asyncioRunningTask: Int?
    public var asyncioTasksHead: Int?
    public var size: Int
  }

  public struct StackItemFields: Sendable, Equatable {
    public var excValue: Int
    public var previousItem: Int
  }

  public struct StackChunkFields: Sendable, Equatable {
    public var previous: Int?
    public var size: Int?
    public var top: Int?
    public var data: Int?
  }

  public struct CframeFields: Sendable, Equatable {
    public var currentFrame: Int?
  }

  public struct InterpreterFrameFields: Sendable, Equatable {
    public var executable: Int?
    public var previous: Int?
    public var function: Int?
    public var globals: Int?
    public var locals: Int?
    public var frameObject: Int?
    public var instructionPointer: Int?
    public var stackTop: Int?
    public var stackPointer: Int?
    public var owner: Int?
    public var threadLocalBytecode: Int?
    public var localsplus: Int?
  }

  public struct FrameObjectFields: Sendable, Equatable {
    public var back: Int
    public var frame: Int?
    public var code: Int?
    public var globals: Int?
    public var locals: Int?
    public var valueStack: Int?
    public var stackTop: Int?
    public var stackDepth: Int?
    public var lastInstruction: Int?
    public var blockCount: Int?
    public var blockStack: Int?
    public var localsplus: Int?
  }

  public struct CodeFields: Sendable, Equatable {
    public var flags: Int
    public var argcount: Int
    public var firstlineno: Int
    public var nlocals: Int
    public var nlocalsplus: Int?
    public var stacksize: Int
    public var filename: Int
    public var name: Int
    public var qualname: Int?
    public var linetable: Int
    public var exceptiontable: Int?
    public var consts: Int
    public var names: Int
    public var localsplusnames: Int?
    public var localspluskinds: Int?
    public var varnames: Int?
    public var cellvars: Int?
    public var freevars: Int?
    public var bytecode: Int?
    public var codeAdaptive: Int?
    public var threadLocalBytecode: Int?
    public var size: Int
  }

  public struct ObjectFields: Sendable, Equatable {
    public var refcount: Int?
    public var type: Int
    public var size: Int
    public var varSize: Int
  }

  public struct TypeFields: Sendable, Equatable {
    public var name: Int
    public var basicsize: Int
    public var itemsize: Int
    public var flags: Int
    public var members: Int
    public var base: Int
    public var bases: Int
    public var mro: Int
    public var dict: Int
    public var dictoffset: Int
    public var subclasses: Int
    public var weaklistoffset: Int
    public var heapName: Int
    public var heapQualname: Int
    public var heapCachedKeys: Int
    public var heapModule: Int?
    public var heapSize: Int
  }

  public struct UnicodeFields: Sendable, Equatable {
    public var length: Int
    public var state: Int
    public var asciiSize: Int
    public var compactSize: Int
    public var data: Int
    public var compactMask: Int
    public var asciiMask: Int
    public var kindMask: Int
  }

  public struct BytesFields: Sendable, Equatable {
    public var value: Int
    public var arrayStart: Int
  }

  public struct LongFields: Sendable, Equatable {
    public var tag: Int?
    public var digits: Int
  }

  public struct FloatFields: Sendable, Equatable {
    public var value: Int
  }

  public struct TupleFields: Sendable, Equatable {
    public var items: Int
  }

  public struct ListFields: Sendable, Equatable {
    public var items: Int
  }

  public struct SetFields: Sendable, Equatable {
    public var used: Int
    public var mask: Int
    public var table: Int
    public var entryKey: Int
    public var entryHash: Int
    public var entrySize: Int
  }

  public struct DictFields: Sendable, Equatable {
    public var used: Int
    public var keys: Int
    public var values: Int
    public var keysSize: Int?
    public var keysLog2Size: Int?
    public var keysLog2IndexBytes: Int?
    public var keysKind: Int?
    public var keysEntryCount: Int
    public var keysHeader: Int
    public var valuesItems: Int?
    public var valuesValid: Int?
  }

  public struct CellFields: Sendable, Equatable {
    public var reference: Int
  }

  public struct FunctionFields: Sendable, Equatable {
    public var code: Int
    public var globals: Int
    public var qualname: Int
    public var module: Int
  }

  public struct MethodFields: Sendable, Equatable {
    public var function: Int
    public var receiver: Int
  }

  public struct ModuleFields: Sendable, Equatable {
    public var dict: Int?
  }

  public struct ExceptionFields: Sendable, Equatable {
    public var dict: Int
    public var args: Int
    public var traceback: Int
    public var context: Int
    public var cause: Int
  }

  public struct TracebackFields: Sendable, Equatable {
    public var next: Int
    public var frame: Int
    public var lineno: Int
  }

  public struct GeneratorFields: Sendable, Equatable {
    public var name: Int
    public var qualname: Int
    public var frame: Int?
    public var interpreterFrame: Int?
    public var frameState: Int?
  }

  public struct GcHeadFields: Sendable, Equatable {
    public var next: Int
    public var previous: Int
    public var size: Int
  }

  public struct ConstantsFields: Sendable, Equatable {
    public var frameOwnedByGenerator: Int?
    public var frameOwnedByCStack: Int?
    public var frameOwnedByInterpreter: Int?
    public var frameCreated: Int?
    public var frameSuspended: Int?
    public var frameSuspendedYieldFrom: Int?
    public var frameExecuting: Int?
    public var frameCleared: Int?
    public var tagMask: Int?
    public var integerTag: Int?
    public var longShift: Int
    public var managedDictFlag: Int?
    public var inlineValuesFlag: Int?
  }
}
