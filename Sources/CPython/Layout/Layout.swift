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
  public var exceptionGroup: ExceptionGroupFields
  public var tryBlock: TryBlockFields
  public var complex: ComplexFields
  public var slice: SliceFields
  public var range: RangeFields
  public var mappingProxy: MappingProxyFields
  public var weakReference: WeakReferenceFields
  public var builtinFunction: BuiltinFunctionFields
  public var methodDef: MethodDefFields
  public var descriptor: DescriptorFields
  public var memberDef: MemberDefFields
  public var gc: GcFields
  public var date: DateFields
  public var dateTime: DateTimeFields
  public var time: TimeFields
  public var timeDelta: TimeDeltaFields
  public var timeZone: TimeZoneFields
  public var decimal: DecimalFields
  public var deque: DequeFields
  public var lock: LockFields
  public var recursiveLock: RecursiveLockFields
  public var simpleQueue: SimpleQueueFields
  public var waitEntry: WaitEntryFields
  public var future: FutureFields
  public var task: TaskFields
  public var awaitable: AwaitableFields
  public var constants: ConstantsFields

  /// Numbers that changed between versions.
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
