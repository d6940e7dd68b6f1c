import JSON
import RemoteProcess

/// Functions whose code an agent has replaced for a time, by their addresses in the target.
///
/// No layout has to be known: a function holds a pointer to its code (`func_code` of `PyFunctionObject`, CPython's
/// Include/cpython/funcobject.h), so its bytes have the address of the one or of the other.
struct FunctionHooks {
  private var all: [Hook] = []

  private struct Hook: Decodable {
    let function: UInt64
    let hooked: UInt64
  }

  /// Bytes of a function's object, of every version and build, up to behind its code.
  private static let functionSize = 128

  init() {}

  /// As the agent tells them.
  init(_ value: JSONValue) throws(AttachError) {
    do { all = try JSONReader().decode([Hook].self, from: value) } catch { throw .malformedAnswer("\(error)") }
  }

  /// Whether none of them has code of ours; a function that is there no more has none.
  func areGone(from memory: any MemoryReader) -> Bool {
    all.allSatisfy { hook in
      var words = [UInt64](repeating: 0, count: Self.functionSize / MemoryLayout<UInt64>.size)
      let isThere: ()? = words.withUnsafeMutableBytes { bytes in
        try? memory.read(at: RemoteAddress(hook.function), into: bytes)
      }
      return isThere == nil || !words.contains(hook.hooked)
    }
  }
}
