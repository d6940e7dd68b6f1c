import RemoteProcess

/// What a blocked lock is for: told by the frames of the standard library that wait on it.
struct LockStory {
  private(set) var kind: LockWait.Kind
  private(set) var object: RemoteAddress
  private(set) var place: String?
  /// The thread that is joined.
  private(set) var joined: RemoteAddress?
  /// The wait is for a signal, not for a lock that a thread holds.
  private(set) var isSignal = false

  init(_ runtime: Runtime, _ thread: ObservedThread, _ blocked: Runtime.BlockedLock, _ globals: GlobalNames) {
    object = blocked.address
    switch blocked {
    case .handle: kind = .join("?")
    case .lock(let lock):
      switch lock.form {
      case .lock: kind = .lock
      case .recursive: kind = .recursiveLock
      case .simpleQueue:
        kind = .queue(operation: "get")
        isSignal = true
      }
    }
    var targets = [blocked.address]
    for frame in thread.frames {
      guard let code = try? runtime.codeObject(at: frame.code) else { break }
      guard LockSite.isFile(code.filename), let owner = (try? runtime.local("self", of: frame, code: code)) ?? nil,
        let site = LockSite(ofObjectAt: owner, runtime)
      else {
        // Code of the application: this is where the thing has a name.
        var search = LockSearch(runtime, depth: 2)
        place = search.name(of: targets, in: frame, globals)
        break
      }
      targets.append(owner)
      tell(site, of: owner, at: frame, code, blocked.address, runtime)
    }
  }

  private mutating func tell(
    _ site: LockSite, of owner: RemoteAddress, at frame: RawFrame, _ code: CodeObject, _ lock: RemoteAddress,
    _ runtime: Runtime
  ) {
    switch site {
    case .condition:
      // Each waiter has a lock of its own, which `notify` releases; another lock here is the condition's, wanted back.
      guard code.name == "wait", (try? runtime.local("waiter", of: frame, code: code)) == lock else { return }
      set(.condition, owner)
      isSignal = true
    case .recursiveLock: set(.recursiveLock, owner)
    case .thread:
      guard code.name == "join" || code.name == "_wait_for_tstate_lock" else { return }
      set(.join(Self.name(ofThreadAt: owner, runtime) ?? "?"), owner)
      joined = owner
    // A thread that wants the lock inside an Event or Queue waits for that lock, not for the event.
    case .event: if isSignal { set(.event, owner) }
    case .semaphore: if isSignal { set(.semaphore, owner) }
    case .barrier: if isSignal { set(.barrier, owner) }
    case .queue: if isSignal { set(.queue(operation: code.name), owner) }
    case .future: if isSignal { set(.future, owner) }
    }
  }

  private mutating func set(_ kind: LockWait.Kind, _ object: RemoteAddress) {
    self.kind = kind
    self.object = object
  }

  static func name(ofThreadAt thread: RemoteAddress, _ runtime: Runtime) -> String? {
    guard let name = (try? runtime.attribute("_name", ofObjectAt: thread)) ?? nil else { return nil }
    return try? runtime.string(at: name, limit: 200).text
  }
}

/// The class of the standard library whose method a thread blocks in: Lib/threading.py, Lib/queue.py,
/// Lib/concurrent/futures/_base.py.
enum LockSite {
  case condition, event, semaphore, barrier, recursiveLock, thread, queue, future

  /// Whether code of this file may be a method of one of them.
  static func isFile(_ file: String) -> Bool {
    ["/threading.py", "/queue.py", "/futures/_base.py"].contains { file.hasSuffix($0) }
  }

  /// By the class of an object, or one that it derives from.
  init?(ofObjectAt address: RemoteAddress, _ runtime: Runtime) {
    var type = try? runtime.type(ofObjectAt: address)
    for _ in 0..<32 {
      guard let current = type else { return nil }
      switch current.name {
      case "threading.Condition": self = .condition
      case "threading.Event": self = .event
      case "threading.Semaphore": self = .semaphore
      case "threading.Barrier": self = .barrier
      case "threading._RLock": self = .recursiveLock
      case "threading.Thread": self = .thread
      case "queue.Queue": self = .queue
      case "concurrent.futures._base.Future": self = .future
      default:
        type = current.base.isNull ? nil : try? runtime.type(at: current.base)
        continue
      }
      return
    }
    return nil
  }
}
