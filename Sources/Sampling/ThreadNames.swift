import CPython
import RemoteProcess

/// How the threads of a process are called.
struct ThreadNames {
  private let process: PythonProcess
  private let numbers: [Int32: Int32]
  private let names: [UInt64: String]

  init(_ process: PythonProcess) {
    self.process = process
    numbers = (try? ThreadList.innermostNumbers(pid: process.pid)) ?? [:]
    let runtime = process.runtime
    runtime.memory.forgetAll()
    var names: [UInt64: String] = [:]
    for interpreter in (try? runtime.interpreters()) ?? [] {
      names.merge((try? runtime.threadNames(in: interpreter)) ?? [:]) { first, _ in first }
    }
    if let main = try? runtime.mainThreadID(), names[main] == nil { names[main] = "MainThread" }
    self.names = names
  }

  func name(of state: ThreadState) -> String? { names[state.threadID] }

  func nativeID(of state: ThreadState) -> Int32? {
    process.runtime.nativeIDCandidates(of: state).lazy.compactMap { numbers[$0] }.first
      ?? (numbers.count == 1 ? process.pid : nil)
  }

  /// Whether a thread is one of those: by its name, or by its native id.
  func isAny(of wanted: [String], _ state: ThreadState) -> Bool {
    let number = nativeID(of: state).map(String.init)
    return wanted.contains { $0 == name(of: state) || $0 == number }
  }
}
