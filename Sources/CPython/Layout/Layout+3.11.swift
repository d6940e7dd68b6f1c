// Generated from CPython's headers by Scripts/layouts/generate.py (Documentation/AddingAPythonVersion.md): do not edit.

extension Layout {
  /// CPython 3.11.7, default build.
  static let v3_11 = Layout(
    version: PythonVersion(hex: 0x030b_07f0), isFreeThreaded: false,
    // _PyRuntimeState: Include/internal/pycore_runtime.h
    runtime: RuntimeFields(
      interpretersHead: 40, interpretersMain: 48, finalizing: 24, initialized: 16, mainThread: 80, gil: 360,
      size: 166688),
    // PyInterpreterState: Include/internal/pycore_interp.h
    interpreter: InterpreterFields(
      next: 0, id: 48, threadsHead: 16, modules: 888, sysdict: 904, builtins: 912, fileSystemEncoding: 3560, gc: 648,
      size: 107752),
    // _gil_runtime_state: Include/internal/pycore_gil.h
    gil: GilFields(lastHolder: 8, locked: 16, size: 208),
    // PyThreadState: Include/cpython/pystate.h
    thread: ThreadFields(
      next: 8, previous: 0, interp: 16, threadID: 152, nativeThreadID: 160, cframe: 56, datastackChunk: 296,
      datastackTop: 304, excInfo: 120, dict: 128, size: 360),
    // _PyErr_StackItem: Include/cpython/pystate.h
    stackItem: StackItemFields(excValue: 0, previousItem: 8),
    // _PyStackChunk: Include/cpython/pystate.h
    stackChunk: StackChunkFields(previous: 0, size: 8, top: 16, data: 24),
    // _PyCFrame: Include/cpython/pystate.h
    cframe: CframeFields(currentFrame: 8),
    // _PyInterpreterFrame: Include/internal/pycore_frame.h
    interpreterFrame: InterpreterFrameFields(
      executable: 32, previous: 48, function: 0, globals: 8, locals: 24, frameObject: 40, instructionPointer: 56,
      stackTop: 64, isEntry: 68, owner: 69, localsplus: 72, size: 80),
    // PyFrameObject: Include/internal/pycore_frame.h
    frameObject: FrameObjectFields(back: 16, frame: 24),
    // PyCodeObject: Include/cpython/code.h
    code: CodeFields(
      flags: 48, argcount: 56, posonlyargcount: 60, kwonlyargcount: 64, firstlineno: 72, nlocals: 80, nlocalsplus: 76,
      stacksize: 68, filename: 112, name: 120, qualname: 128, linetable: 136, exceptiontable: 40, consts: 24, names: 32,
      localsplusnames: 96, localspluskinds: 104, codeAdaptive: 184, size: 192),
    // PyObject, PyVarObject: Include/object.h
    object: ObjectFields(refcount: 0, type: 8, size: 16, varSize: 16, managedDict: -24, managedValues: -32),
    // PyTypeObject, PyHeapTypeObject: Include/cpython/object.h
    type: TypeFields(
      name: 24, basicsize: 32, itemsize: 40, flags: 168, members: 240, base: 256, bases: 336, mro: 344, dict: 264,
      dictoffset: 288, subclasses: 360, weaklistoffset: 208, size: 408, heapName: 848, heapQualname: 864,
      heapCachedKeys: 872, heapModule: 880, heapSize: 904),
    // PyASCIIObject, PyCompactUnicodeObject, PyUnicodeObject: Include/cpython/unicodeobject.h
    unicode: UnicodeFields(
      length: 16, state: 32, asciiSize: 48, compactSize: 72, data: 72, compactMask: 0x20, asciiMask: 0x40,
      kindMask: 0x1c),
    // PyBytesObject: Include/cpython/bytesobject.h; PyByteArrayObject: Include/cpython/bytearrayobject.h
    bytes: BytesFields(value: 32, arrayStart: 40),
    // PyLongObject: Include/cpython/longintrepr.h
    long: LongFields(digits: 24),
    // PyFloatObject: Include/cpython/floatobject.h
    float: FloatFields(value: 16),
    // PyTupleObject: Include/cpython/tupleobject.h
    tuple: TupleFields(items: 24),
    // PyListObject: Include/cpython/listobject.h
    list: ListFields(items: 24),
    // PySetObject, setentry: Include/cpython/setobject.h
    set: SetFields(used: 24, mask: 32, table: 40, entryKey: 0, entryHash: 8, entrySize: 16),
    // PyDictObject: Include/cpython/dictobject.h; _dictkeysobject, _dictvalues: Include/internal/pycore_dict.h
    dict: DictFields(
      used: 16, keys: 32, values: 40, keysLog2Size: 8, keysLog2IndexBytes: 9, keysKind: 10, keysEntryCount: 24,
      keysHeader: 32, valuesItems: 0),
    // PyCellObject: Include/cpython/cellobject.h
    cell: CellFields(reference: 16),
    // PyFunctionObject: Include/cpython/funcobject.h
    function: FunctionFields(code: 48, globals: 16, qualname: 40, module: 104),
    // PyMethodObject: Include/cpython/classobject.h
    method: MethodFields(function: 16, receiver: 24),
    // PyModuleObject: Include/internal/pycore_moduleobject.h
    module: ModuleFields(dict: 16),
    // PyBaseExceptionObject: Include/cpython/pyerrors.h
    exception: ExceptionFields(dict: 16, args: 24, traceback: 40, context: 48, cause: 56),
    // PyTracebackObject: Include/cpython/traceback.h
    traceback: TracebackFields(next: 16, frame: 24, lineno: 36),
    // PyGenObject: Include/cpython/genobject.h
    generator: GeneratorFields(name: 32, qualname: 40, interpreterFrame: 80, frameState: 75),
    // PyGC_Head: Include/internal/pycore_gc.h
    gcHead: GcHeadFields(next: 0, previous: 8, size: 16),
    // PyBaseExceptionGroupObject: Include/cpython/pyerrors.h
    exceptionGroup: ExceptionGroupFields(message: 72, exceptions: 80),
    tryBlock: TryBlockFields(),
    // PyComplexObject: Include/cpython/complexobject.h
    complex: ComplexFields(value: 16),
    // PySliceObject: Include/sliceobject.h
    slice: SliceFields(start: 16, stop: 24, step: 32),
    // rangeobject: Objects/rangeobject.c
    range: RangeFields(start: 16, stop: 24, step: 32, length: 40),
    // mappingproxyobject: Objects/descrobject.c
    mappingProxy: MappingProxyFields(mapping: 16),
    // PyWeakReference: Include/cpython/weakrefobject.h
    weakReference: WeakReferenceFields(object: 16),
    // PyCFunctionObject: Include/cpython/methodobject.h
    builtinFunction: BuiltinFunctionFields(methodDef: 16, receiver: 24, module: 32),
    // PyMethodDef: Include/methodobject.h
    methodDef: MethodDefFields(name: 0),
    // PyDescrObject, PyMemberDescrObject, PyMethodDescrObject: Include/cpython/descrobject.h
    descriptor: DescriptorFields(type: 16, name: 24, member: 40, method: 40),
    // PyMemberDef: Include/structmember.h
    memberDef: MemberDefFields(name: 0, type: 8, offset: 16, flags: 24, size: 40, objectType: 6, objectExType: 16),
    // _gc_runtime_state, gc_generation: Include/internal/pycore_gc.h
    gc: GcFields(
      generations: 24, permanent: 104, collecting: 200, generationHead: 0, generationThreshold: 16, generationCount: 20,
      generationSize: 24, generationsCount: 3),
    // PyDateTime_Date: Include/datetime.h
    date: DateFields(data: 25),
    // PyDateTime_DateTime: Include/datetime.h
    dateTime: DateTimeFields(hasTimeZone: 24, data: 25, fold: 35, timeZone: 40),
    // PyDateTime_Time: Include/datetime.h
    time: TimeFields(hasTimeZone: 24, data: 25, fold: 31, timeZone: 32),
    // PyDateTime_Delta: Include/datetime.h
    timeDelta: TimeDeltaFields(days: 24, seconds: 28, microseconds: 32),
    // PyDateTime_TimeZone: Modules/_datetimemodule.c
    timeZone: TimeZoneFields(offset: 16, name: 24),
    // PyDecObject: Modules/_decimal/_decimal.c
    decimal: DecimalFields(flags: 24, exponent: 32, digits: 40, length: 48, data: 64),
    // dequeobject, dequeblock: Modules/_collectionsmodule.c
    deque: DequeFields(
      leftBlock: 24, rightBlock: 32, leftIndex: 40, rightIndex: 48, maxLength: 64, blockLeftLink: 0, blockData: 8,
      blockRightLink: 520, blockLength: 64),
    // lockobject: Modules/_threadmodule.c
    lock: LockFields(semaphore: 16, isLocked: 32, semaphoreSize: 40),
    // rlockobject: Modules/_threadmodule.c
    recursiveLock: RecursiveLockFields(semaphore: 16, owner: 24, count: 32),
    // simplequeueobject: Modules/_queuemodule.c
    simpleQueue: SimpleQueueFields(lock: 16),
    waitEntry: WaitEntryFields(),
    // FutureObj: Modules/_asynciomodule.c
    future: FutureFields(loop: 16, callback: 24, callbacks: 40, exception: 48, result: 64, state: 88),
    // TaskObj: Modules/_asynciomodule.c
    task: TaskFields(futureWaiter: 128, coroutine: 136, name: 144, context: 152, size: 176),
    // awaitableobject: Objects/genobject.c
    awaitable: AwaitableFields(wrapped: 16),
    constants: ConstantsFields(
      frameOwnedByGenerator: 1, frameCreated: -2, frameSuspended: -1, frameExecuting: 0, frameCleared: 4, longShift: 30,
      managedDictFlag: 16)
  )
}
