import RemoteProcess

extension Runtime {
  /// Finds what an expression names, and nothing more: no code runs.
  ///
  /// - Parameter frames: gives the stack of a thread that the expression names by number, native id or name.
  public func peek(
    _ expression: PeekExpression, in interpreter: Interpreter,
    frames: (PeekExpression.Key) throws(PeekError) -> Stack
  ) throws(PeekError) -> StackValue {
    var steps = expression.steps[...]
    var value: StackValue
    switch expression.root {
    case .frame(let thread, let number): value = try local(in: frames(thread), number: number, steps: &steps)
    case .name(let name): value = try global(name, steps: &steps, in: interpreter)
    }
    for step in steps {
      guard case .object(let address) = value else {
        throw .notFound("an int has no attributes or items", suggestions: [])
      }
      let found: Result<RemoteAddress, PeekError>
      do throws(ReadError) {
        switch step {
        case .attribute(let name): found = try peekAttribute(name, of: address)
        case .key(let key): found = try peekItem(key, of: address)
        }
      } catch {
        throw .unreadable(error)
      }
      value = .object(try found.get())
    }
    return value
  }

  // MARK: - Roots

  private func local(
    in stack: Stack, number: Int, steps: inout ArraySlice<PeekExpression.Step>
  ) throws(PeekError) -> StackValue {
    guard number < stack.frames.count else {
      throw .notFound("the thread has frames 0 to \(stack.frames.count - 1), no \(number)", suggestions: [])
    }
    let frame = stack.frames[number]
    guard let code = frame.code else { throw .unreadable(frame.failure ?? .implausible("frame", frame.raw.address)) }
    guard case .attribute(let name)? = steps.popFirst() else {
      throw .notFound("name a variable of \(code.qualifiedName)", suggestions: code.variables.map(\.name))
    }
    do throws(ReadError) {
      let locals = try locals(of: frame.raw, code: code)
      if let found = locals.first(where: { $0.name == name }) { return found.value }
      let globals = try globals(of: frame.raw)
      if !globals.isNull, let found = try lookUp(name, inDictAt: globals) { return .object(found) }
      throw .implausible("", .null)
    } catch .implausible("", .null) {
      throw .notFound(
        "\(code.qualifiedName) has no variable \(name)", suggestions: Self.near(name, in: code.variables.map(\.name)))
    } catch {
      throw .unreadable(error)
    }
  }

  /// The longest prefix that is an imported module; else a global of `__main__`; else a builtin.
  private func global(
    _ first: String, steps: inout ArraySlice<PeekExpression.Step>, in interpreter: Interpreter
  ) throws(PeekError) -> StackValue {
    do throws(ReadError) {
      let modules = try modules(of: interpreter)
      var names = [first]
      for step in steps {
        guard case .attribute(let name) = step else { break }
        names.append(name)
      }
      while !names.isEmpty {
        if let module = try lookUp(names.joined(separator: "."), inDictAt: modules) {
          steps = steps.dropFirst(names.count - 1)
          return .object(module)
        }
        names.removeLast()
      }
      for name in ["__main__", "builtins"] {
        if let namespace = try namespace(ofModule: name, in: interpreter),
          let found = try lookUp(first, inDictAt: namespace)
        {
          return .object(found)
        }
      }
      let known = try dictEntries(at: modules).compactMap { entry in try? string(at: entry.key, limit: 256).text }
      throw .implausible(Self.near(first, in: known).joined(separator: " "), .null)
    } catch .implausible(let near, .null) {
      throw .notFound(
        "no module or global named \(first)", suggestions: near.split(separator: " ").map(String.init))
    } catch {
      throw .unreadable(error)
    }
  }

  // MARK: - Steps

  /// An attribute that is data: of a module, of an instance, or of a class along its bases.
  private func peekAttribute(
    _ name: String, of address: RemoteAddress
  ) throws(ReadError) -> Result<RemoteAddress, PeekError> {
    if let namespace = try namespace(ofModuleAt: address) {
      if let found = try lookUp(name, inDictAt: namespace) { return .success(found) }
      let names = try dictEntries(at: namespace).compactMap { try? string(at: $0.key, limit: 256).text }
      return .failure(.notFound("the module has no \(name)", suggestions: Self.near(name, in: names)))
    }
    let type = try type(ofObjectAt: address)
    if type.isType {
      if let found = try classAttribute(name, of: address) { return dataOnly(found, name: name) }
      return .failure(.notFound("class \(try self.type(at: address).name) has no \(name)", suggestions: []))
    }
    if let found = try attribute(name, ofObjectAt: address) { return .success(found) }
    if let found = try classAttribute(name, of: type.address) { return dataOnly(found, name: name) }
    let names = try attributes(ofObjectAt: address, limit: 1000).map(\.name)
    return .failure(.notFound("\(type.name) has no attribute \(name)", suggestions: Self.near(name, in: names)))
  }

  /// A class attribute along `__mro__`; `tp_dict` of each.
  private func classAttribute(_ name: String, of type: RemoteAddress) throws(ReadError) -> RemoteAddress? {
    let mro = try memory.pointer(type + layout.type.mro)
    guard !mro.isNull else { return nil }
    for base in try tupleItems(at: mro, limit: 256) {
      let dict = try memory.pointer(base + layout.type.dict)
      // The static types of 3.12+ keep their dict in the interpreter; they hold methods only.
      guard dict.rawValue > 4096, let found = try? lookUp(name, inDictAt: dict) else { continue }
      return found
    }
    return nil
  }

  private func dataOnly(_ address: RemoteAddress, name: String) -> Result<RemoteAddress, PeekError> {
    let type = (try? self.type(ofObjectAt: address).name) ?? "?"
    // A `member_descriptor` is a slot that this instance has not filled.
    let descriptors = [
      "property", "functools.cached_property", "classmethod", "staticmethod", "getset_descriptor", "member_descriptor",
    ]
    return descriptors.contains(type) ? .failure(.needsCode("\(name) is a \(type)")) : .success(address)
  }

  private func peekItem(
    _ key: PeekExpression.Key, of address: RemoteAddress
  ) throws(ReadError) -> Result<RemoteAddress, PeekError> {
    let type = try type(ofObjectAt: address)
    if type.isDict { return try entry(key, ofDictAt: address) }
    // `os.environ` is no dict, but keeps one: bytes by bytes.
    if type.name == "os._Environ", let variables = try attribute("_data", ofObjectAt: address) {
      return try entry(key, ofDictAt: variables)
    }
    guard case .integer(let index) = key, type.isList || type.isTuple else {
      return .failure(.notFound("\(type.name) has no item \(key)", suggestions: []))
    }
    let count = try checkedSize(at: address)
    let position = index < 0 ? count &+ index : index
    guard position >= 0, position < count else {
      return .failure(.notFound("index \(index) of \(count) items", suggestions: []))
    }
    let items = type.isTuple ? address + layout.tuple.items : try memory.pointer(address + layout.list.items)
    return .success(try memory.pointer(items + position * 8))
  }

  private func entry(
    _ key: PeekExpression.Key, ofDictAt address: RemoteAddress
  ) throws(ReadError) -> Result<RemoteAddress, PeekError> {
    switch key {
    case .text(let text):
      if let found = try lookUp(text, inDictAt: address) { return .success(found) }
      let entries = try dictEntries(at: address, limit: 1000)
      if let found = entries.first(where: { isBytes(at: $0.key, Array(text.utf8)) }) { return .success(found.value) }
      let names = entries.compactMap { try? string(at: $0.key, limit: 256).text }
      return .failure(.notFound("no key \(key)", suggestions: Self.near(text, in: names)))
    case .integer(let number):
      for entry in try dictEntries(at: address) {
        guard let type = try? type(ofObjectAt: entry.key), type.isLong, let digits = try? integer(at: entry.key),
          let word = digits.word, word == UInt64(number.magnitude), digits.isNegative == (number < 0)
        else { continue }
        return .success(entry.value)
      }
      return .failure(.notFound("no key \(number)", suggestions: []))
    }
  }

  private func isBytes(at address: RemoteAddress, _ wanted: [UInt8]) -> Bool {
    guard let type = try? type(ofObjectAt: address), type.isBytes,
      (try? memory.size(address + layout.object.varSize)) == wanted.count
    else { return false }
    return (try? memory.block(address + layout.bytes.value, count: wanted.count)) == wanted
  }

  /// Up to five names that begin alike or differ by little.
  static func near(_ name: String, in names: [String]) -> [String] {
    let wanted = name.lowercased()
    let close = names.filter { candidate in
      let lower = candidate.lowercased()
      return !lower.isEmpty && (lower.hasPrefix(wanted) || wanted.hasPrefix(lower) || distance(lower, wanted) <= 2)
    }
    return Array(close.prefix(5))
  }

  /// Levenshtein's distance, of short names only.
  private static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.utf8.prefix(40))
    let b = Array(right.utf8.prefix(40))
    guard abs(a.count - b.count) <= 2 else { return 3 }
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }
}
