import CPython
import ELF
import RemoteProcess

/// Where in a target the functions are that an agent's thread is made with, by the tables of the dynamic linker.
struct TargetFunctions: Sendable {
  // Of the C library: `__errno_location`, `pthread_create`, `pthread_attr_init`, `pthread_attr_setstacksize`,
  // `pthread_attr_setdetachstate`.
  let errnoLocation: RemoteAddress
  let threadCreate: RemoteAddress
  let attributesInit: RemoteAddress
  let attributesSetStackSize: RemoteAddress
  let attributesSetDetachState: RemoteAddress
  // Of CPython: `PyGILState_Ensure`, `PyGILState_Release`, `PyRun_SimpleStringFlags`, and for a subinterpreter
  // `PyThreadState_New`, `PyEval_AcquireThread`, `PyThreadState_Clear`, `PyThreadState_DeleteCurrent`.
  let gilEnsure: RemoteAddress
  let gilRelease: RemoteAddress
  let runString: RemoteAddress
  let threadStateNew: RemoteAddress
  let acquireThread: RemoteAddress
  let threadStateClear: RemoteAddress
  let threadStateDeleteCurrent: RemoteAddress
  /// Python's own code: in it a thread is in nothing of the C library. Where one file has both, what a thread runs in the
  /// evaluation loop itself (`_PyEval_EvalFrameDefault`), and not what that calls.
  let pythonCode: [Range<UInt64>]

  /// - Parameters:
  ///   - python: the file that has the runtime.
  ///   - images: the files that may be the C library, likeliest first.
  init(python: TargetImage, images: [TargetImage]) throws(AttachError) {
    func place(_ name: String, in images: [TargetImage]) throws(AttachError) -> (address: RemoteAddress, size: UInt64) {
      for image in images {
        if let found = (try? image.address(ofExported: name)) ?? nil, found.address.rawValue != image.loadBias {
          return found
        }
      }
      throw .unsuitable("it does not export \(name)")
    }
    func ofLibrary(_ name: String) throws(AttachError) -> RemoteAddress { try place(name, in: images).address }
    func ofPython(_ name: String) throws(AttachError) -> RemoteAddress { try place(name, in: [python]).address }
    errnoLocation = try ofLibrary("__errno_location")
    threadCreate = try ofLibrary("pthread_create")
    attributesInit = try ofLibrary("pthread_attr_init")
    attributesSetStackSize = try ofLibrary("pthread_attr_setstacksize")
    attributesSetDetachState = try ofLibrary("pthread_attr_setdetachstate")
    gilEnsure = try ofPython("PyGILState_Ensure")
    gilRelease = try ofPython("PyGILState_Release")
    runString = try ofPython("PyRun_SimpleStringFlags")
    threadStateNew = try ofPython("PyThreadState_New")
    acquireThread = try ofPython("PyEval_AcquireThread")
    threadStateClear = try ofPython("PyThreadState_Clear")
    threadStateDeleteCurrent = try ofPython("PyThreadState_DeleteCurrent")
    let definesOther = ["malloc", "pthread_create"].contains {
      ((try? python.file.exportedSymbol(named: $0)) ?? nil) != nil
    }
    if definesOther {
      let loop = try place("_PyEval_EvalFrameDefault", in: [python])
      pythonCode = [loop.address.rawValue..<loop.address.rawValue &+ loop.size]
    } else {
      pythonCode = python.file.segments.filter { $0.isLoad && $0.flags & 1 != 0 }.map { segment in
        let start = python.loadBias &+ segment.address
        return start..<start &+ segment.fileSize
      }
    }
  }
}
