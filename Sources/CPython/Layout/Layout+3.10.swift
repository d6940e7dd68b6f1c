// Generated from CPython's headers by Scripts/layouts/generate.py (Documentation/AddingAPythonVersion.md): do not edit.

extension Layout {
  /// CPython 3.10.13, default build.
  static let v3_10 = Layout(
    version: PythonVersion(hex: 0x030a_0df0), isFreeThreaded: false,
    // _PyRuntimeState: Include/internal/pycore_runtime.h
    runtime: RuntimeFields(
      interpretersHead: 32, interpretersMain: 40, finalizing: 16, initialized: 12, mainThread: 72, gil: 352, size: 672),
    // PyInterpreterState: Include/internal/pycore_interp.h
    interpreter: InterpreterFields(
      next: 0, id: 24, threadsHead: 8, modules: 856, sysdict: 872, builtins: 880, fileSystemEncoding: 9720, gc: 616,
      size: 113528),
    // _gil_runtime_state: Include/internal/pycore_gil.h
    gil: GilFields(lastHolder: 8, locked: 16, size: 208),
    // PyThreadState: Include/cpython/pystate.h
    thread: ThreadFields(
      next: 8, previous: 0, interp: 16, threadID: 176, id: 256, frame: 24, cframe: 48, excInfo: 144, dict: 152,
      size: 280),
    // _PyErr_StackItem: Include/cpython/pystate.h
    stackItem: StackItemFields(excValue: 8, previousItem: 24),
    stackChunk: StackChunkFields(),
    cframe: CframeFields(),
    interpreterFrame: InterpreterFrameFields(),
    // PyFrameObject: Include/cpython/frameobject.h
    frameObject: FrameObjectFields(
      back: 24, code: 32, globals: 48, locals: 56, valueStack: 64, stackDepth: 80, lastInstruction: 96, blockCount: 104,
      state: 108, blockStack: 112, localsplus: 352),
    // PyCodeObject: Include/cpython/code.h
    code: CodeFields(
      flags: 36, argcount: 16, posonlyargcount: 20, kwonlyargcount: 24, firstlineno: 40, nlocals: 28, stacksize: 32,
      filename: 104, name: 112, linetable: 120, consts: 56, names: 64, varnames: 72, cellvars: 88, freevars: 80,
      bytecode: 48, size: 176),
    // PyObject, PyVarObject: Include/object.h
    object: ObjectFields(refcount: 0, type: 8, size: 16, varSize: 16),
    // PyTypeObject, PyHeapTypeObject: Include/cpython/object.h
    type: TypeFields(
      name: 24, basicsize: 32, itemsize: 40, flags: 168, members: 240, base: 256, bases: 336, mro: 344, dict: 264,
      dictoffset: 288, subclasses: 360, weaklistoffset: 208, size: 408, heapName: 848, heapQualname: 864,
      heapCachedKeys: 872, heapModule: 880, heapSize: 888),
    // PyASCIIObject, PyCompactUnicodeObject, PyUnicodeObject: Include/cpython/unicodeobject.h
    unicode: UnicodeFields(
      length: 16, state: 32, asciiSize: 48, compactSize: 72, data: 72, compactMask: 0x20, asciiMask: 0x40,
      kindMask: 0x1c),
    // PyBytesObject: Include/cpython/bytesobject.h; PyByteArrayObject: Include/cpython/bytearrayobject.h
    bytes: BytesFields(value: 32, arrayStart: 40),
    // PyLongObject: Include/longintrepr.h
    long: LongFields(digits: 24),
    // PyFloatObject: Include/floatobject.h
    float: FloatFields(value: 16),
    // PyTupleObject: Include/cpython/tupleobject.h
    tuple: TupleFields(items: 24),
    // PyListObject: Include/cpython/listobject.h
    list: ListFields(items: 24),
    // PySetObject, setentry: Include/setobject.h
    set: SetFields(used: 24, mask: 32, table: 40, entryKey: 0, entryHash: 8, entrySize: 16),
    // PyDictObject: Include/cpython/dictobject.h; _dictkeysobject: Objects/dict-common.h
    dict: DictFields(used: 16, keys: 32, values: 40, keysSize: 8, keysEntryCount: 32, keysHeader: 40),
    // PyCellObject: Include/cellobject.h
    cell: CellFields(reference: 16),
    // PyFunctionObject: Include/funcobject.h
    function: FunctionFields(code: 48, globals: 16, qualname: 40, module: 104),
    // PyMethodObject: Include/classobject.h
    method: MethodFields(function: 16, receiver: 24),
    // PyModuleObject: Include/internal/pycore_moduleobject.h
    module: ModuleFields(dict: 16),
    // PyBaseExceptionObject: Include/cpython/pyerrors.h
    exception: ExceptionFields(dict: 16, args: 24, traceback: 32, context: 40, cause: 48),
    // PyTracebackObject: Include/cpython/traceback.h
    traceback: TracebackFields(next: 16, frame: 24, lineno: 36),
    // PyGenObject: Include/genobject.h
    generator: GeneratorFields(name: 40, qualname: 48, frame: 16),
    // PyGC_Head: Include/internal/pycore_gc.h
    gcHead: GcHeadFields(next: 0, previous: 8, size: 16),
    exceptionGroup: ExceptionGroupFields(),
    // PyTryBlock: Include/cpython/frameobject.h
    tryBlock: TryBlockFields(kind: 0, handler: 4, level: 8, size: 12),
    // PyComplexObject: Include/complexobject.h
    complex: ComplexFields(value: 16),
    // PySliceObject: Include/sliceobject.h
    slice: SliceFields(start: 16, stop: 24, step: 32),
    // rangeobject: Objects/rangeobject.c
    range: RangeFields(start: 16, stop: 24, step: 32, length: 40),
    // mappingproxyobject: Objects/descrobject.c
    mappingProxy: MappingProxyFields(mapping: 16),
    // PyWeakReference: Include/weakrefobject.h
    weakReference: WeakReferenceFields(object: 16),
    // PyCFunctionObject: Include/cpython/methodobject.h
    builtinFunction: BuiltinFunctionFields(methodDef: 16, receiver: 24, module: 32),
    // PyMethodDef: Include/methodobject.h
    methodDef: MethodDefFields(name: 0),
    // PyDescrObject, PyMemberDescrObject, PyMethodDescrObject: Include/descrobject.h
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
    task: TaskFields(futureWaiter: 152, coroutine: 160, name: 168, context: 176, size: 192),
    // awaitableobject: Objects/genobject.c
    awaitable: AwaitableFields(wrapped: 16),
    constants: ConstantsFields(frameCreated: -2, frameSuspended: -1, frameExecuting: 0, frameCleared: 4, longShift: 30)
  )
}
