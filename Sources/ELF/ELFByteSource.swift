/// Where the bytes of an ELF file come from: a file, or bytes in memory.
public protocol ELFByteSource: Sendable {
  /// How many bytes there are.
  var byteCount: UInt64 { get }

  /// False where only the parts that a process has mapped are there: without section headers, and with the pointers of the
  /// dynamic segment as the dynamic linker left them.
  var isWholeFile: Bool { get }

  /// Fills `destination` with the bytes at `offset`, all or nothing.
  func read(at offset: UInt64, into destination: UnsafeMutableRawBufferPointer) throws(ELFError)
}

extension ELFByteSource {
  public var isWholeFile: Bool { true }

  /// The bytes at `offset`. A count beyond the end of the file throws before anything is allocated.
  func bytes(at offset: UInt64, count: Int) throws(ELFError) -> [UInt8] {
    guard count >= 0, offset <= byteCount, UInt64(count) <= byteCount - offset else {
      throw .malformed("\(count) bytes at offset \(offset) lie outside of the file")
    }
    // An empty array is one for all threads, and this initializer writes its count into it.
    guard count > 0 else { return [] }
    var failure: ELFError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // The buffer may have room for more than was asked for.
      let destination = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count)
      do throws(ELFError) {
        try read(at: offset, into: destination)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// An ELF file held in memory.
public struct ELFBytes: ELFByteSource {
  private let bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public var byteCount: UInt64 { UInt64(bytes.count) }

  public func read(at offset: UInt64, into destination: UnsafeMutableRawBufferPointer) throws(ELFError) {
    guard offset <= byteCount, UInt64(destination.count) <= byteCount - offset else {
      throw .malformed("\(destination.count) bytes at offset \(offset) lie outside of the file")
    }
    bytes.withUnsafeBytes { source in
      destination.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: source[Int(offset)..<Int(offset) + destination.count]))
    }
  }
}
