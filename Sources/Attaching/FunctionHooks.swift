import JSON
import RemoteProcess

/// Functions whose code an agent has replaced for a time, and code in which it had events, by their addresses in the target.
///
/// No layout has to be known: a function holds a pointer to its code (`func_code` of `PyFunctionObject`, CPython's
/// Include/cpython/funcobject.h), so its bytes have the address of the one or of the other. Where events are on, Python
/// writes instructions of their own over those of the code (`_Py_Instrument`, Python/instrumentation.c, 3.12 and later);
/// the agent says where the code's instructions lie and which of them are such.
struct FunctionHooks {
  private var all: [Hook] = []

  private enum Hook: Decodable {
    /// - Parameter hooked: the address of code of ours.
    case function(UInt64, hooked: UInt64)
    /// - Parameters:
    ///   - offsets: of the first instruction of each line.
    ///   - marks: the operation codes of events.
    case instructions(UInt64, offsets: [UInt64], marks: Set<UInt8>)

    private enum Key: String, CodingKey { case function, hooked, instructions, offsets, marks }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      if container.contains(.function) {
        self = .function(
          try container.decode(UInt64.self, forKey: .function),
          hooked: try container.decode(UInt64.self, forKey: .hooked))
      } else {
        self = .instructions(
          try container.decode(UInt64.self, forKey: .instructions),
          offsets: try container.decode([UInt64].self, forKey: .offsets),
          marks: Set(try container.decode([UInt8].self, forKey: .marks)))
      }
    }
  }

  /// Bytes of a function's object, of every version and build, up to behind its code.
  private static let functionSize = 128

  init() {}

  /// As the agent tells them.
  init(_ value: JSONValue) throws(AttachError) {
    do { all = try JSONReader().decode([Hook].self, from: value) } catch { throw .malformedAnswer("\(error)") }
  }

  /// Whether none of them has code or events of ours; what is there no more has none.
  func areGone(from memory: any MemoryReader) -> Bool {
    all.allSatisfy { hook in
      switch hook {
      case .function(let function, let hooked):
        var words = [UInt64](repeating: 0, count: Self.functionSize / MemoryLayout<UInt64>.size)
        let isThere: ()? = words.withUnsafeMutableBytes { bytes in
          try? memory.read(at: RemoteAddress(function), into: bytes)
        }
        return isThere == nil || !words.contains(hooked)
      case .instructions(let begin, let offsets, let marks):
        guard let last = offsets.max(), last < Self.codeLimit else { return true }
        var bytes = [UInt8](repeating: 0, count: Int(last) + 1)
        let isThere: ()? = bytes.withUnsafeMutableBytes { bytes in
          try? memory.read(at: RemoteAddress(begin), into: bytes)
        }
        return isThere == nil || offsets.allSatisfy { !marks.contains(bytes[Int($0)]) }
      }
    }
  }

  /// Bytes of one function's instructions that are looked at.
  private static let codeLimit: UInt64 = 1 << 20
}
