import RemoteProcess

/// Looks for an object in what a frame can name: its variables, the values on its stack, their attributes.
///
/// Only names and pointers are read. What is found on the stack of a running frame may be stale, so the caller proves it.
struct LockSearch {
  private let runtime: Runtime
  /// Levels of attributes below a variable.
  private let depth: Int
  private var seen = AddressMap<Bool>()
  private var remaining = Self.objectLimit

  /// Objects of one search at most.
  private static let objectLimit = 4096
  /// Attributes of one object at most: an instance with more is a table, not a holder of locks.
  private static let attributeLimit = 256

  init(_ runtime: Runtime, depth: Int) {
    self.runtime = runtime
    self.depth = depth
  }

  /// The first lock that a frame can reach and that is the one.
  mutating func lock(in frame: RawFrame, where isRight: (LockObject) -> Bool) -> LockObject? {
    guard let code = try? runtime.codeObject(at: frame.code) else { return nil }
    var found: LockObject?
    visit(variables(of: frame, code) + stack(of: frame, code)) { runtime, object, _ in
      guard let lock = runtime.lockObject(at: object), isRight(lock) else { return false }
      found = lock
      return true
    }
    return found
  }

  /// How the code of a frame names one of these objects.
  mutating func name(of targets: [RemoteAddress], in frame: RawFrame, _ globals: GlobalNames) -> String? {
    guard let code = try? runtime.codeObject(at: frame.code) else { return nil }
    var found: String?
    visit(variables(of: frame, code)) { _, object, name in
      guard targets.contains(object) else { return false }
      found = name
      return true
    }
    return found ?? globals.name(of: targets, in: frame)
  }

  // MARK: - Roots

  private typealias Named = (name: String, object: RemoteAddress)

  private func variables(of frame: RawFrame, _ code: CodeObject) -> [Named] {
    let locals = (try? runtime.locals(of: frame, code: code)) ?? []
    return locals.compactMap { local in
      if case .object(let object) = local.value { (local.name, object) } else { nil }
    }
  }

  /// Everything on the value stack, whether in use or not, and the receivers of methods there: `with lock` and
  /// `lock.acquire()` have theirs on it while they wait.
  private func stack(of frame: RawFrame, _ code: CodeObject) -> [Named] {
    guard let base = try? runtime.valueStack(of: frame, code),
      let words = try? runtime.memory.wordBlock(base, count: min(max(code.stackSize, 0), 1024))
    else { return [] }
    var found: [Named] = []
    for word in words {
      guard case .object(let value) = runtime.stackValue(word), value.rawValue & 7 == 0 else { continue }
      found.append(("", value))
      guard let type = try? runtime.type(ofObjectAt: value) else { continue }
      if let method = runtime.boundMethod(at: value, type: type) { found.append(("", method.receiver)) }
    }
    return found
  }

  // MARK: - Going through

  /// Breadth first, so that the shortest name wins.
  private mutating func visit(_ roots: [Named], _ isFound: (Runtime, RemoteAddress, String) -> Bool) {
    var level = roots
    for step in 0...depth {
      var following: [Named] = []
      if level.count > 8 { runtime.memory.prefetch(level.map { ($0.object, 64) }) }
      for (name, object) in level {
        guard remaining > 0 else { return }
        guard seen.insert(object) else { continue }
        remaining -= 1
        if isFound(runtime, object, name) { return }
        guard step < depth, let type = try? runtime.type(ofObjectAt: object), type.isHeapType, !type.isType,
          let attributes = try? runtime.attributes(ofObjectAt: object, limit: Self.attributeLimit)
        else { continue }
        for attribute in attributes {
          following.append((name.isEmpty ? "" : name + "." + attribute.name, attribute.value))
        }
      }
      level = following
    }
  }
}
