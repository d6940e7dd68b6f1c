// Generated from CPython's headers by Scripts/layouts/generate.py (Documentation/AddingAPythonVersion.md): do not edit.

extension Layout {
  /// CPython 3.14.8, free-threaded build.
  static let v3_14t = Layout(
    version: PythonVersion(hex: 0x030e_08f0), isFreeThreaded: true,
    // _PyRuntimeState: Include/internal/pycore_runtime_structs.h
    runtime: RuntimeFields(
      interpretersHead: 808, interpretersMain: 816, finalizing: 784, initialized: 776, mainThread: 832, size: 362368),
    // PyInterpreterState: Include/internal/pycore_interp_structs.h
    interpreter: InterpreterFields(
      next: 7272, id: 7280, threadsHead: 7344, threadsMain: 7360, modules: 7712, sysdict: 7696, builtins: 7704,
      fileSystemEncoding: 17872, gil: 16, ownGIL: 7808, gc: 7408, asyncioTasksHead: 17632, size: 246720),
    // _gil_runtime_state: Include/internal/pycore_gil.h
    gil: GilFields(enabled: 0, lastHolder: 16, locked: 24, size: 216),
    // PyThreadState: Include/cpython/pystate.h; _PyThreadStateImpl: Include/internal/pycore_tstate.h
    thread: ThreadFields(
      next: 8, previous: 0, interp: 16, status: 32, threadID: 152, nativeThreadID: 160, currentFrame: 72,
      datastackChunk: 232, datastackTop: 240, currentException: 112, excInfo: 120, dict: 128, holdsGIL: 36,
      asyncioRunningLoop: 864, asyncioRunningTask: 872, asyncioTasksHead: 880, size: 832),
    // _PyErr_StackItem: Include/cpython/pystate.h
    stackItem: StackItemFields(excValue: 0, previousItem: 8),
    // _PyStackChunk: Include/cpython/pystate.h
    stackChunk: StackChunkFields(previous: 0, size: 8, top: 16, data: 24),
    cframe: CframeFields(),
    // _PyInterpreterFrame: Include/internal/pycore_interpframe_structs.h
    interpreterFrame: InterpreterFrameFields(
      executable: 0, previous: 8, function: 16, globals: 24, locals: 40, frameObject: 48, instructionPointer: 56,
      stackPointer: 64, owner: 78, threadLocalBytecode: 72, localsplus: 80, size: 88),
    // PyFrameObject: Include/internal/pycore_frame.h
    frameObject: FrameObjectFields(back: 32, frame: 40),
    // PyCodeObject: Include/cpython/code.h
    code: CodeFields(
      flags: 64, argcount: 68, posonlyargcount: 72, kwonlyargcount: 76, firstlineno: 84, nlocals: 96, nlocalsplus: 88,
      stacksize: 80, filename: 128, name: 136, qualname: 144, linetable: 152, exceptiontable: 56, consts: 40, names: 48,
      localsplusnames: 112, localspluskinds: 120, codeAdaptive: 232, threadLocalBytecode: 224, size: 240),
    // PyObject, PyVarObject: Include/object.h
    object: ObjectFields(type: 24, size: 32, varSize: 32, managedDict: -8),
    // PyTypeObject, PyHeapTypeObject: Include/cpython/object.h
    type: TypeFields(
      name: 40, basicsize: 48, itemsize: 56, flags: 184, members: 256, base: 272, bases: 352, mro: 360, dict: 280,
      dictoffset: 304, subclasses: 376, weaklistoffset: 224, size: 432, heapName: 872, heapQualname: 888,
      heapCachedKeys: 896, heapModule: 904, heapSize: 960),
    // PyASCIIObject, PyCompactUnicodeObject, PyUnicodeObject: Include/cpython/unicodeobject.h
    unicode: UnicodeFields(
      length: 32, state: 48, asciiSize: 56, compactSize: 72, data: 72, compactMask: 0x800, asciiMask: 0x1000,
      kindMask: 0x700),
    // PyBytesObject: Include/cpython/bytesobject.h; PyByteArrayObject: Include/cpython/bytearrayobject.h
    bytes: BytesFields(value: 48, arrayStart: 56),
    // PyLongObject: Include/cpython/longintrepr.h
    long: LongFields(tag: 32, digits: 40),
    // PyFloatObject: Include/cpython/floatobject.h
    float: FloatFields(value: 32),
    // PyTupleObject: Include/cpython/tupleobject.h
    tuple: TupleFields(items: 48),
    // PyListObject: Include/cpython/listobject.h
    list: ListFields(items: 40),
    // PySetObject, setentry: Include/cpython/setobject.h
    set: SetFields(used: 40, mask: 48, table: 56, entryKey: 0, entryHash: 8, entrySize: 16),
    // PyDictObject: Include/cpython/dictobject.h; _dictkeysobject, _dictvalues: Include/internal/pycore_dict.h
    dict: DictFields(
      used: 32, keys: 48, values: 56, keysLog2Size: 8, keysLog2IndexBytes: 9, keysKind: 10, keysEntryCount: 24,
      keysHeader: 32, valuesItems: 8, valuesValid: 3),
    // PyCellObject: Include/cpython/cellobject.h
    cell: CellFields(reference: 32),
    // PyFunctionObject: Include/cpython/funcobject.h
    function: FunctionFields(code: 64, globals: 32, qualname: 56, module: 120),
    // PyMethodObject: Include/cpython/classobject.h
    method: MethodFields(function: 32, receiver: 40),
    // PyModuleObject: Include/internal/pycore_moduleobject.h
    module: ModuleFields(dict: 32),
    // PyBaseExceptionObject: Include/cpython/pyerrors.h
    exception: ExceptionFields(dict: 32, args: 40, traceback: 56, context: 64, cause: 72),
    // PyTracebackObject: Include/cpython/traceback.h
    traceback: TracebackFields(next: 32, frame: 40, lineno: 52),
    generator: GeneratorFields(name: 40, qualname: 48, interpreterFrame: 88, frameState: 83),
    // PyGC_Head: Include/internal/pycore_interp_structs.h
    gcHead: GcHeadFields(next: 0, previous: 8, size: 16),
    // PyBaseExceptionGroupObject: Include/cpython/pyerrors.h
    exceptionGroup: ExceptionGroupFields(message: 88, exceptions: 96),
    tryBlock: TryBlockFields(),
    // PyComplexObject: Include/cpython/complexobject.h
    complex: ComplexFields(value: 32),
    // PySliceObject: Include/sliceobject.h
    slice: SliceFields(start: 32, stop: 40, step: 48),
    // rangeobject: Objects/rangeobject.c
    range: RangeFields(start: 32, stop: 40, step: 48, length: 56),
    // mappingproxyobject: Objects/descrobject.c
    mappingProxy: MappingProxyFields(mapping: 32),
    // PyWeakReference: Include/cpython/weakrefobject.h
    weakReference: WeakReferenceFields(object: 32),
    // PyCFunctionObject: Include/cpython/methodobject.h
    builtinFunction: BuiltinFunctionFields(methodDef: 32, receiver: 40, module: 48),
    // PyMethodDef: Include/methodobject.h
    methodDef: MethodDefFields(name: 0),
    // PyDescrObject, PyMemberDescrObject, PyMethodDescrObject: Include/cpython/descrobject.h
    descriptor: DescriptorFields(type: 32, name: 40, member: 56, method: 56),
    // PyMemberDef: Include/descrobject.h
    memberDef: MemberDefFields(name: 0, type: 8, offset: 16, flags: 24, size: 40, objectType: 6, objectExType: 16),
    // _gc_runtime_state, gc_generation: Include/internal/pycore_interp_structs.h
    gc: GcFields(
      young: 24, old: 48, permanent: 96, collecting: 192, generationHead: 0, generationThreshold: 16,
      generationCount: 20, generationSize: 24, generationsCount: 3),
    // PyDateTime_Date: Include/datetime.h
    date: DateFields(data: 41),
    // PyDateTime_DateTime: Include/datetime.h
    dateTime: DateTimeFields(hasTimeZone: 40, data: 41, fold: 51, timeZone: 56),
    // PyDateTime_Time: Include/datetime.h
    time: TimeFields(hasTimeZone: 40, data: 41, fold: 47, timeZone: 48),
    // PyDateTime_Delta: Include/datetime.h
    timeDelta: TimeDeltaFields(days: 40, seconds: 44, microseconds: 48),
    // PyDateTime_TimeZone: Modules/_datetimemodule.c
    timeZone: TimeZoneFields(offset: 32, name: 40),
    // PyDecObject: Modules/_decimal/_decimal.c
    decimal: DecimalFields(flags: 40, exponent: 48, digits: 56, length: 64, data: 80),
    // dequeobject, dequeblock: Modules/_collectionsmodule.c
    deque: DequeFields(
      leftBlock: 40, rightBlock: 48, leftIndex: 56, rightIndex: 64, maxLength: 80, blockLeftLink: 0, blockData: 8,
      blockRightLink: 520, blockLength: 64),
    // lockobject: Modules/_threadmodule.c
    lock: LockFields(mutex: 32, mutexSize: 40),
    // rlockobject: Modules/_threadmodule.c
    recursiveLock: RecursiveLockFields(mutex: 32, owner: 40, level: 48),
    // simplequeueobject: Modules/_queuemodule.c
    simpleQueue: SimpleQueueFields(hasThreadsWaiting: 32),
    // wait_entry: Python/parking_lot.c
    waitEntry: WaitEntryFields(address: 8, semaphore: 16),
    // FutureObj: Modules/_asynciomodule.c
    future: FutureFields(loop: 32, callback: 40, callbacks: 56, exception: 64, result: 80, state: 120),
    // TaskObj: Modules/_asynciomodule.c
    task: TaskFields(
      awaitedBy: 112, isTask: 124, awaitedByIsSet: 125, futureWaiter: 136, coroutine: 144, name: 152, context: 160,
      node: 168, size: 192),
    // awaitableobject: Objects/genobject.c
    awaitable: AwaitableFields(wrapped: 32),
    constants: ConstantsFields(
      frameOwnedByGenerator: 1, frameOwnedByCStack: 4, frameOwnedByInterpreter: 3, frameCreated: -3, frameSuspended: -2,
      frameSuspendedYieldFrom: -1, frameExecuting: 0, frameCleared: 4, tagMask: 1, integerTag: 3, longShift: 30,
      managedDictFlag: 16, inlineValuesFlag: 4)
  )
}
