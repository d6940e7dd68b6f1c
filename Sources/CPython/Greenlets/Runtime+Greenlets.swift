import RemoteProcess

extension Runtime {
  /// The greenlets that were started and are not dead, with their stacks; none where greenlet was never imported. No code runs for it.
  ///
  /// Nothing in the target lists its greenlets, so they are looked for in its memory: `ranges` are the private writable
  /// mappings without a file. `PythonProcess.greenlets()` knows them.
  public func greenlets(in ranges: [Range<UInt64>]) throws(ReadError) -> [Greenlet] {
    for interpreter in try interpreters() {
      // The package works in one interpreter only, the one that imported it first.
      guard let base = try greenletType(in: interpreter) else { continue }
      var types: [UInt64: Int] = [:]
      for type in subclasses(of: base) { types[type.address.rawValue] = type.basicSize }
      let search = GreenletSearch(memory: memory.memory, layout: layout, types: types)
      let candidates: [RemoteAddress]
      do throws(MemoryReadError) { candidates = try search.candidates(in: ranges) } catch { throw .memory(error) }
      // One that was never switched to has no stack to show, and the memory of one that was freed may look like it.
      return try GreenletReader(self, interpreter, base).greenlets(at: candidates).filter { $0.state != .created }
    }
    return []
  }

  /// `greenlet.greenlet`, where the package is imported.
  private func greenletType(in interpreter: Interpreter) throws(ReadError) -> TypeObject? {
    for module in ["greenlet._greenlet", "greenlet"] {
      guard let namespace = try namespace(ofModule: module, in: interpreter),
        let found = try lookUp("greenlet", inDictAt: namespace)
      else { continue }
      return try type(at: found)
    }
    return nil
  }

  /// A type and all that derive from it: `tp_subclasses`, a dict of weak references.
  private func subclasses(of base: TypeObject) -> [TypeObject] {
    var found = [base]
    var seen: Set<RemoteAddress> = [base.address]
    var next = 0
    while next < found.count, found.count < 1024 {
      let type = found[next]
      next += 1
      guard let dict = try? memory.pointer(type.address + layout.type.subclasses), !dict.isNull,
        let entries = try? dictEntries(at: dict, limit: 1024)
      else { continue }
      for entry in entries {
        // PyWeakReference.wr_object is the first field.
        guard let subclass = try? memory.pointer(entry.value + layout.object.size), seen.insert(subclass).inserted,
          let known = try? self.type(at: subclass), known.isHeapType || known.base == type.address
        else { continue }
        found.append(known)
      }
    }
    return found
  }
}
