/// Where things lie that make Python run: the runtime, interpreters, threads, frames and code.
extension Layout {
  /// `_PyRuntimeState`, the one object that the symbol `_PyRuntime` is.
  public struct RuntimeFields: Sendable, Equatable {
    public var interpretersHead: Int
    public var interpretersMain: Int
    public var finalizing: Int
    public var initialized: Int
    public var mainThread: Int
    public var gil: Int?
    /// 3.8; since then each interpreter has its own.
    public var gc: Int?
    public var size: Int
  }

  /// `PyInterpreterState`.
  public struct InterpreterFields: Sendable, Equatable {
    public var next: Int
    public var id: Int
    public var threadsHead: Int
    public var threadsMain: Int?
    public var modules: Int
    public var sysdict: Int
    public var builtins: Int
    /// A C string. It lies far behind the rest, where patch levels may move it: what is read there is to be checked.
    public var fileSystemEncoding: Int
    /// A pointer to its GIL (3.12 and later).
    public var gil: Int?
    /// The GIL that is its own, used or not (3.12 and later).
    public var ownGIL: Int?
    public var gc: Int?
    /// The list of tasks whose thread is gone (3.14 and later).
    public var asyncioTasksHead: Int?
    public var size: Int
  }

  /// `_gil_runtime_state`: in `_PyRuntime` up to 3.11, since then of an interpreter or shared by several.
  public struct GilFields: Sendable, Equatable {
    public var enabled: Int?
    public var lastHolder: Int
    public var locked: Int
    public var size: Int
  }

  /// `PyThreadState`, and `_PyThreadStateImpl` that begins with it (3.13 and later).
  public struct ThreadFields: Sendable, Equatable {
    public var next: Int
    public var previous: Int
    public var interp: Int
    public var status: Int?
    public var threadID: Int
    public var nativeThreadID: Int?
    public var id: Int?
    public var frame: Int?
    public var cframe: Int?
    public var currentFrame: Int?
    public var datastackChunk: Int?
    public var datastackTop: Int?
    public var currentException: Int?
    public var excInfo: Int
    public var dict: Int
    public var holdsGIL: Int?
    public var asyncioRunningLoop: Int?
    public var asyncioRunningTask: Int?
    /// The list of the tasks of its running loop (3.14 and later).
    public var asyncioTasksHead: Int?
    public var size: Int
  }

  /// `_PyErr_StackItem`: an exception being handled.
  public struct StackItemFields: Sendable, Equatable {
    public var excValue: Int
    public var previousItem: Int
  }

  /// `_PyStackChunk`: where the frames of a thread lie (3.11 and later).
  public struct StackChunkFields: Sendable, Equatable {
    public var previous: Int?
    public var size: Int?
    public var top: Int?
    public var data: Int?
  }

  /// `_PyCFrame` (3.11 and 3.12).
  public struct CframeFields: Sendable, Equatable {
    public var currentFrame: Int?
  }

  /// `_PyInterpreterFrame` (3.11 and later).
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
    public var isEntry: Int?
    public var owner: Int?
    public var threadLocalBytecode: Int?
    public var localsplus: Int?
    public var size: Int?
  }

  /// `PyFrameObject`: the frame itself up to 3.10, since then a view of one.
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
    public var executing: Int?
    public var state: Int?
    public var blockStack: Int?
    public var localsplus: Int?
  }

  /// `PyTryBlock`, the items of `f_blockstack` (3.8 to 3.10).
  public struct TryBlockFields: Sendable, Equatable {
    public var kind: Int?
    public var handler: Int?
    public var level: Int?
    public var size: Int?
  }

  /// `PyCodeObject`.
  public struct CodeFields: Sendable, Equatable {
    public var flags: Int
    public var argcount: Int
    public var posonlyargcount: Int
    public var kwonlyargcount: Int
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

  /// `PyGenObject`, and coroutines and asynchronous generators, which begin alike.
  public struct GeneratorFields: Sendable, Equatable {
    public var name: Int
    public var qualname: Int
    public var frame: Int?
    public var interpreterFrame: Int?
    /// One of `constants.frame…`.
    public var frameState: Int?
  }

  /// `PyGC_Head`, which lies before every object the collector tracks (not in free-threaded builds).
  public struct GcHeadFields: Sendable, Equatable {
    public var next: Int
    public var previous: Int
    public var size: Int
  }

  /// `struct _gc_runtime_state` and `struct gc_generation`: the lists that hold every tracked object.
  public struct GcFields: Sendable, Equatable {
    /// An array of `generationsCount` generations, the youngest first. Free-threaded 3.14 and later have `young` and an
    /// array of two, `old`, instead.
    public var generations: Int?
    public var young: Int?
    public var old: Int?
    public var permanent: Int
    public var collecting: Int
    /// A `PyGC_Head`, the head of a ring.
    public var generationHead: Int
    public var generationThreshold: Int
    public var generationCount: Int
    public var generationSize: Int
    public var generationsCount: Int
  }
}
