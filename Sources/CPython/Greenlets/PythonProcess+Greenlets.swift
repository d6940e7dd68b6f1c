import RemoteProcess

extension PythonProcess {
  /// The greenlets of the process that are not dead, with their stacks; none where greenlet was never imported.
  public func greenlets() throws(ReadError) -> [Greenlet] {
    let mappings: [MemoryMapping]
    do throws(ProcessError) { mappings = try ProcessMaps.read(pid: pid) } catch {
      throw .memory(.processGone(pid: pid))
    }
    let ranges = mappings.compactMap { mapping -> Range<UInt64>? in
      let isPlain = mapping.path.isEmpty || mapping.path.hasPrefix("[anon") || mapping.path == "[heap]"
      guard isPlain, mapping.inode == 0, mapping.permissions.contains([.read, .write]),
        !mapping.permissions.contains(.shared), mapping.start < mapping.end
      else { return nil }
      return mapping.start.rawValue..<mapping.end.rawValue
    }
    return try runtime.greenlets(in: ranges)
  }
}
