import CPython
import RemoteProcess

extension RequestFinder {
  /// Captures what requests may run on: the threads of all interpreters and the asyncio tasks, as they stand now.
  ///
  /// What cannot be read is left out here; a look at the threads themselves says why.
  public func stacks() -> [NamedStack] {
    var found: [NamedStack] = []
    for interpreter in (try? runtime.interpreters()) ?? [] {
      guard let threads = try? runtime.threads(of: interpreter) else { continue }
      let names = (try? runtime.threadNames(in: interpreter)) ?? [:]
      for captured in runtime.captureStacks(of: threads) where !captured.frames.isEmpty {
        let thread = captured.thread
        let carrier = Carrier.thread(
          id: thread.threadID, nativeID: thread.nativeID, name: names[thread.threadID])
        found.append(NamedStack(carrier: carrier, stack: runtime.stack(captured)))
      }
    }
    for task in (try? runtime.tasks()) ?? [] {
      let carrier = Carrier.task(address: task.address.rawValue, name: task.name)
      found.append(NamedStack(carrier: carrier, stack: runtime.stack(of: task)))
    }
    return found
  }
}
