import Glibc
import RemoteProcess
import TestSupport
import Testing

@testable import CPython

/// The memory of a target by `/proc/PID/mem`.
final class TargetMemory: MemoryReader {
  private let file: Int32
  private let pid: Int32

  init(pid: Int32) throws {
    self.pid = pid
    file = open("/proc/\(pid)/mem", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw MemoryReadError.notPermitted(pid: pid) }
  }

  deinit { _ = close(file) }

  func read(at address: RemoteAddress, into destination: UnsafeMutableRawBufferPointer) throws(MemoryReadError) {
    let count = pread(file, destination.baseAddress, destination.count, off_t(Int64(bitPattern: address.rawValue)))
    guard count == destination.count else { throw .unmapped(address, count: destination.count) }
  }
}

extension PythonTarget {
  /// A fact of the form NAME=NUMBER.
  func fact(_ name: String) throws -> UInt64 {
    let text = try #require(facts.first { $0.hasPrefix(name + "=") })
    return try #require(UInt64(text.dropFirst(name.count + 1)))
  }

  /// The runtime of a target whose first fact is the address of `_PyRuntime`.
  func runtime() throws -> Runtime {
    let address = try #require(UInt64(facts[0]))
    return Runtime(
      memory: Snapshot(try TargetMemory(pid: pid)), layout: try #require(python.layout),
      address: RemoteAddress(address), version: PythonVersion(hex: python.hexVersion))
  }
}

extension PythonInterpreter {
  var layout: Layout? {
    switch name {
    case "3.8": .v3_8
    case "3.9": .v3_9
    case "3.10": .v3_10
    case "3.11": .v3_11
    case "3.12": .v3_12
    case "3.13": .v3_13
    case "3.13t": .v3_13t
    case "3.14": .v3_14
    case "3.14t": .v3_14t
    case "3.15": .v3_15
    case "3.15t": .v3_15t
    default: nil
    }
  }
}
