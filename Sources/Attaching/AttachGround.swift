import CPython
import CTracer
import ELF
import Glibc
import RemoteProcess

/// What an attachment stands on in its target: found by reading alone, before anything is touched.
struct AttachGround {
  let process: PythonProcess
  let interpreter: Interpreter
  let functions: TargetFunctions
  let mappings: [MemoryMapping]
  /// Files that have room to spare, and are there as long as the process: the C library, Python, the executable; then others,
  /// of which Python closes none either.
  let images: [TargetImage]
  /// Those of them whose data has room to spare: musl gives what is behind the data of the files that a process starts with
  /// to `malloc` (ldso/dynlink.c, reclaim_gaps), and does not with those that Python loads later.
  var imagesWithData: [TargetImage] { isMusl ? images.filter { Self.isExtension($0.path) } : images }
  private let isMusl: Bool
  /// Nil before 3.14.
  let remoteDebugging: RemoteDebuggingLayout?

  var pid: Int32 { process.pid }
  var memory: LiveMemory { process.memory }

  init(_ process: PythonProcess, interpreter number: Int64?) throws(AttachError) {
    try Self.refuseMachine()
    try Self.refuseState(of: process)
    self.process = process
    do throws(ProcessError) { mappings = try ProcessMaps.read(pid: process.pid) } catch { throw AttachError(error) }
    interpreter = try Self.interpreter(number, of: process)
    remoteDebugging = try Self.remoteDebugging(of: process, interpreter)
    let libraries = try Self.images(of: process, among: mappings)
    functions = try TargetFunctions(python: libraries.python, images: libraries.all)
    images = libraries.all
    isMusl = images.contains { Self.isMusl($0.path) }
  }

  // MARK: - What forbids it

  private static func refuseMachine() throws(AttachError) {
    var names = utsname()
    uname(&names)
    func text(_ field: some Any) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    guard ctracer_stub_code_size() > 0 else { throw .architecture(text(names.machine)) }
    guard ctracer_extended_state_size() > 0 else { throw .architecture("a processor without XSAVE") }
    // `6.1.0-18-amd64`. To try the call would be more than to look.
    let version = text(names.release).split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    guard version.count == 2, (version[0], version[1]) >= (5, 6) else { throw .kernelTooOld }
  }

  private static func refuseState(of process: PythonProcess) throws(AttachError) {
    let status: ProcessStatus
    do throws(ProcessError) { status = try ProcessStatus(pid: process.pid) } catch { throw AttachError(error) }
    if status.state.isDead { throw .processGone }
    if status.state.isStopped { throw .stopped }
    if status.tracer != 0 { throw .traced(by: (try? ProcessStatus(pid: status.tracer))?.process ?? status.tracer) }
    if status.seccomp == 1 { throw .sandboxed }
    process.runtime.memory.forgetAll()
    let isFinalizing: Bool
    let isInitialized: Bool
    do throws(ReadError) {
      isFinalizing = try process.runtime.isFinalizing()
      isInitialized = try process.runtime.isInitialized()
    } catch {
      throw AttachError(error)
    }
    if isFinalizing { throw .notRunning("is shutting down in it") }
    if !isInitialized { throw .notRunning("has not yet started in it") }
  }

  private static func interpreter(_ number: Int64?, of process: PythonProcess) throws(AttachError) -> Interpreter {
    let all: [Interpreter]
    do throws(ReadError) { all = try process.runtime.interpreters() } catch { throw AttachError(error) }
    guard let number else {
      guard let main = all.first else { throw .notRunning("has no interpreter in it") }
      // Where an application lives in a subinterpreter, as under mod_wsgi, the main one has nothing of it.
      let others = all.dropFirst()
      if others.isEmpty { return main }
      guard others.count == 1, let only = others.first else {
        throw .interpreter(
          "it has \(all.count) interpreters, \(all.map { "\($0.id)" }.joined(separator: ", ")): name one")
      }
      return only
    }
    guard let found = all.first(where: { $0.id == number }) else {
      throw .interpreter(
        "it has no interpreter \(number); there is: \(all.map { "\($0.id)" }.joined(separator: ", "))")
    }
    return found
  }

  private static func remoteDebugging(
    of process: PythonProcess, _ interpreter: Interpreter
  ) throws(AttachError) -> RemoteDebuggingLayout? {
    // Whoever starts 3.14 with this in the environment means it; and what is meant does not depend on the version.
    if let setting = (try? Environment(pid: process.pid))?["PYTHON_DISABLE_REMOTE_DEBUG"], !setting.isEmpty {
      throw .forbiddenByOwner
    }
    let found: (layout: RemoteDebuggingLayout, isEnabled: Bool)?
    do throws(ReadError) { found = try process.runtime.remoteDebugging(of: interpreter) } catch {
      throw AttachError(error)
    }
    guard found?.isEnabled != false else { throw .forbiddenByOwner }
    return found?.layout
  }

  // MARK: - Files

  private static func images(
    of process: PythonProcess, among mappings: [MemoryMapping]
  ) throws(AttachError) -> (python: TargetImage, all: [TargetImage]) {
    var seen: Set<UInt64> = []
    let files = mappings.filter { $0.isFile && seen.insert($0.inode).inserted }
    func image(_ mapping: MemoryMapping) -> TargetImage? {
      try? TargetImage(mapping, among: mappings, pid: process.pid, memory: process.memory)
    }
    guard let mapping = files.first(where: { $0.path == process.location.path }), let python = image(mapping) else {
      throw .unsuitable("the file with its Python cannot be read")
    }
    let libraries = files.filter { isCLibrary($0.path) }.compactMap(image)
    let executable = files.first.flatMap { $0.path == python.path ? nil : image($0) }
    let known = libraries + [python] + [executable].compactMap { $0 }
    let others = files.filter { file in !known.contains { $0.path == file.path } && !isLinker(file.path) }
    return (python, known + others.prefix(otherLimit).compactMap(image))
  }

  private static let otherLimit = 8

  private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

  /// The dynamic linker of glibc gives out what is behind its own data.
  private static func isLinker(_ path: String) -> Bool { name(path).hasPrefix("ld-") }

  private static func isMusl(_ path: String) -> Bool {
    name(path).hasPrefix("ld-musl") || name(path).hasPrefix("libc.musl") || name(path) == "libc.so"
  }

  /// A module of Python's own library or of a package: `_socket.cpython-311-x86_64-linux-musl.so`.
  private static func isExtension(_ path: String) -> Bool {
    name(path).contains(".cpython-") || name(path).contains(".abi3.")
  }

  /// glibc's libc.so.6 and, before 2.34, libpthread.so.0, with a version in the file's name before that; musl's one file.
  private static func isCLibrary(_ path: String) -> Bool {
    isMusl(path) || ["libc.so.", "libc-2.", "libpthread.so", "libpthread-2."].contains { name(path).hasPrefix($0) }
  }
}
