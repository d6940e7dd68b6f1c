import RemoteProcess

/// Reading by field, in CPython's terms, with this room's error.
extension Snapshot {
  func pointer(_ address: RemoteAddress) throws(ReadError) -> RemoteAddress {
    do { return RemoteAddress(try uint64(at: address)) } catch { throw .memory(error) }
  }

  func word(_ address: RemoteAddress) throws(ReadError) -> UInt64 {
    do { return try uint64(at: address) } catch { throw .memory(error) }
  }

  /// A `Py_ssize_t`.
  func size(_ address: RemoteAddress) throws(ReadError) -> Int {
    do { return Int(Int64(bitPattern: try uint64(at: address))) } catch { throw .memory(error) }
  }

  /// A C `int`.
  func int(_ address: RemoteAddress) throws(ReadError) -> Int {
    do { return Int(Int32(bitPattern: try uint32(at: address))) } catch { throw .memory(error) }
  }

  func byte(_ address: RemoteAddress) throws(ReadError) -> UInt8 {
    do { return try uint8(at: address) } catch { throw .memory(error) }
  }

  func short(_ address: RemoteAddress) throws(ReadError) -> UInt16 {
    do { return try uint16(at: address) } catch { throw .memory(error) }
  }

  func withBlock<Result>(
    _ address: RemoteAddress, count: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(ReadError) -> Result {
    do { return try withBytes(at: address, count: count, body) } catch { throw .memory(error) }
  }

  func block(_ address: RemoteAddress, count: Int) throws(ReadError) -> [UInt8] {
    do { return try bytes(at: address, count: count) } catch { throw .memory(error) }
  }

  func wordBlock(_ address: RemoteAddress, count: Int) throws(ReadError) -> [UInt64] {
    do { return try words(at: address, count: count) } catch { throw .memory(error) }
  }

  /// A NUL-terminated C string of at most `limit` bytes, decoded leniently.
  func cString(_ address: RemoteAddress, limit: Int = 512) throws(ReadError) -> String {
    var collected: [UInt8] = []
    while collected.count < limit {
      let inside = Int((address + collected.count).rawValue & 63)
      let piece = try block(address + collected.count, count: min(64 - inside, limit - collected.count))
      if let end = piece.firstIndex(of: 0) {
        collected.append(contentsOf: piece[..<end])
        break
      }
      collected.append(contentsOf: piece)
    }
    return String(decoding: collected, as: UTF8.self)
  }
}
