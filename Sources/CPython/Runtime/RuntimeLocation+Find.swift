import ELF
public import RemoteProcess

extension RuntimeLocation {
  /// Finds `_PyRuntime` in a process and the layout that goes with it. Reads only: files, and the target's memory.
  ///
  /// The symbol is exported by every CPython since 3.7, from libpython or from the executable, stripped or not. The version
  /// is what the runtime says of itself: `_Py_DebugOffsets` (3.13+), `Py_Version` (3.11+), `sys.hexversion` before.
  ///
  /// - Parameter isThorough: look into every file that it has mapped; else only into what is called python, and at what
  ///   the executable exports. That is enough for all but exotic embeddings, and cheap for a process that is not Python,
  ///   whose table of all symbols may have millions.
  public static func find(
    pid: Int32, memory: any MemoryReader, isThorough: Bool = true
  ) throws(DiscoveryError) -> RuntimeLocation {
    try find(pid: pid, memory: memory, isThorough: isThorough) { Snapshot(memory, limit: 4 << 20) }
  }

  /// - Parameter snapshot: asked for once a file was found that has the symbol: most processes are no Python.
  static func find(
    pid: Int32, memory: any MemoryReader, isThorough: Bool = true, snapshot: () -> Snapshot
  ) throws(DiscoveryError) -> RuntimeLocation {
    let mappings = try mappings(of: pid)
    for mapping in pythonFiles(among: mappings, worst: isThorough ? 4 : 3) {
      // What is no 64-bit ELF file is not the one.
      guard let image = try? TargetImage(mapping, among: mappings, pid: pid, memory: memory),
        let runtime = place(of: "_PyRuntime", in: image, isExported: !isThorough && !isNamedPython(mapping.path))
      else { continue }
      return try location(of: runtime, in: image, pid: pid, memory: snapshot())
    }
    if mappings.isEmpty, (try? ProcessStatus(pid: pid))?.isKernelThread == true { throw .kernelThread(pid: pid) }
    throw .notPython(pid: pid)
  }

  private static func mappings(of pid: Int32) throws(DiscoveryError) -> [MemoryMapping] {
    do throws(ProcessError) {
      let mappings = try ProcessMaps.read(pid: pid)
      // A process that is dead has no mappings, nor has one of the kernel's.
      if mappings.isEmpty, try ProcessStat(pid: pid).state.isDead { throw ProcessError.malformed(path: "") }
      return mappings
    } catch .noSuchProcess {
      throw .noSuchProcess(pid: pid)
    } catch .notPermitted {
      throw .notPermitted(pid: pid)
    } catch {
      throw .zombie(pid: pid)
    }
  }

  /// The files of a process that may hold the runtime, likeliest first: libpython, then what is called python, then the
  /// executable itself, then the rest (an embedding server).
  private static func pythonFiles(among mappings: [MemoryMapping], worst: Int) -> [MemoryMapping] {
    var seen = AddressMap<MemoryMapping.Device>()
    var files: [MemoryMapping] = []
    var ranks: [Int] = []
    for mapping in mappings where mapping.isFile && isNew(mapping, &seen, files) {
      ranks.append(likelihood(mapping.path, isFirst: files.isEmpty))
      files.append(mapping)
    }
    var found: [MemoryMapping] = []
    for rank in 0...worst {
      for index in files.indices where ranks[index] == rank && found.count < fileLimit { found.append(files[index]) }
    }
    return found
  }

  /// Whether its file was not among those before: inodes count for each device anew, so that two files may have one.
  private static func isNew(
    _ mapping: MemoryMapping, _ seen: inout AddressMap<MemoryMapping.Device>, _ files: [MemoryMapping]
  ) -> Bool {
    guard let device = seen[mapping.inode] else {
      seen[mapping.inode] = mapping.device
      return true
    }
    return device != mapping.device
      && !files.contains { $0.inode == mapping.inode && $0.device == mapping.device }
  }

  /// Files looked into at most: a process with more libraries and Python behind them all is not to be expected.
  private static let fileLimit = 256

  /// - Parameter isExported: look only where the dynamic linker does.
  private static func place(
    of name: String, in image: TargetImage, isExported: Bool
  ) -> (address: RemoteAddress, size: UInt64)? {
    let symbol = try? isExported ? image.address(ofExported: name) : image.address(of: name)
    guard let found = symbol ?? nil, found.address.rawValue != image.loadBias else {
      return nil
    }
    return found
  }

  private static func isNamedPython(_ path: String) -> Bool { likelihood(path, isFirst: false) <= 1 }

  private static func likelihood(_ path: String, isFirst: Bool) -> Int {
    let bytes = path.utf8
    var name = bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) } ?? bytes.startIndex)...]
    if name.starts(with: "libpython".utf8) { return 0 }
    if name.starts(with: "python".utf8) { return 1 }
    if isFirst { return 2 }
    while let start = name.firstIndex(of: UInt8(ascii: "p")) {
      name = name[start...]
      if name.starts(with: "python".utf8) { return 3 }
      name = name.dropFirst()
    }
    return 4
  }

  // MARK: - Version and layout

  private static func location(
    of runtime: (address: RemoteAddress, size: UInt64), in image: TargetImage, pid: Int32, memory: Snapshot
  ) throws(DiscoveryError) -> RuntimeLocation {
    do throws(ReadError) {
      let cookie = try memory.block(runtime.address, count: 8)
      if cookie == Array("xdebugpy".utf8) {
        return try published(runtime, image: image, pid: pid, memory: memory)
      }
      let claimed = try claimedVersion(runtime, image: image, memory: memory)
      guard let claimed else {
        throw ReadError.implausible("no version of CPython whose _PyRuntime has \(runtime.size) bytes", runtime.address)
      }
      let layout = try select(claimed, isFreeThreaded: false, size: runtime.size, address: runtime.address)
      let version = try confirmed(claimed, layout: layout, runtime: runtime.address, memory: memory)
      return RuntimeLocation(
        address: runtime.address, size: runtime.size, path: image.path, version: version, layout: layout)
    } catch .implausible(let what, _) {
      throw .unknownBuild(pid: pid, what)
    } catch {
      throw error.isFinal ? .notPermitted(pid: pid) : .unreadable(pid: pid, error)
    }
  }

  /// 3.13 and later say themselves what they are and where their fields lie.
  private static func published(
    _ runtime: (address: RemoteAddress, size: UInt64), image: TargetImage, pid: Int32, memory: Snapshot
  ) throws(ReadError) -> RuntimeLocation {
    let bytes = try memory.block(runtime.address, count: Layout.debugOffsetsSize)
    guard let build = bytes.withUnsafeBytes({ Layout.build(debugOffsets: $0) }) else {
      throw .implausible("_Py_DebugOffsets without a version", runtime.address)
    }
    var layout = try select(
      build.version, isFreeThreaded: build.isFreeThreaded, size: runtime.size, address: runtime.address)
    let failure = bytes.withUnsafeBytes { raw -> LayoutError? in
      do throws(LayoutError) { try layout.apply(debugOffsets: raw) } catch { return error }
      return nil
    }
    if let failure { throw .implausible(failure.description, runtime.address) }
    let version = build.version
    return RuntimeLocation(
      address: runtime.address, size: runtime.size, path: image.path, version: version, layout: layout)
  }

  private static func select(
    _ version: PythonVersion, isFreeThreaded: Bool, size: UInt64, address: RemoteAddress
  ) throws(ReadError) -> Layout {
    do throws(LayoutError) {
      return try Layout.select(version: version, isFreeThreaded: isFreeThreaded, runtimeSize: size)
    } catch {
      throw .implausible(error.description, address)
    }
  }

  /// `Py_Version` where it is exported (3.11+); else the minor version that the file is named for, else the one whose
  /// `_PyRuntime` has this size.
  private static func claimedVersion(
    _ runtime: (address: RemoteAddress, size: UInt64), image: TargetImage, memory: Snapshot
  ) throws(ReadError) -> PythonVersion? {
    if let symbol = place(of: "Py_Version", in: image, isExported: true) {
      return PythonVersion(hex: UInt32(truncatingIfNeeded: try memory.word(symbol.address)))
    }
    let name = image.path.split(separator: "/").last ?? ""
    if let start = name.firstRange(of: "python3.")?.upperBound {
      let minor = Int(name[start...].prefix { $0.isNumber }) ?? 0
      if (7...10).contains(minor) { return PythonVersion(3, minor) }
    }
    return Layout.all.first { UInt64($0.runtime.size) == runtime.size }?.version
  }

  /// `sys.hexversion` of the main interpreter: must be of the minor version that was claimed.
  private static func confirmed(
    _ claimed: PythonVersion, layout: Layout, runtime: RemoteAddress, memory: Snapshot
  ) throws(ReadError) -> PythonVersion {
    let reader = Runtime(memory: memory, layout: layout, address: runtime, version: claimed)
    guard let main = try reader.interpreters().first else {
      throw .implausible("Python has not started yet, or has ended", runtime)
    }
    let sys = try reader.sysNamespace(of: main)
    guard !sys.isNull, let entry = try reader.lookUp("hexversion", inDictAt: sys) else {
      throw .implausible("CPython without sys.hexversion", runtime)
    }
    let version = PythonVersion(hex: UInt32(truncatingIfNeeded: try reader.unsignedInteger(at: entry)))
    guard version.major == claimed.major, version.minor == claimed.minor else {
      throw .implausible("CPython says that it is \(version), its file that it is \(claimed)", runtime)
    }
    return version
  }
}
