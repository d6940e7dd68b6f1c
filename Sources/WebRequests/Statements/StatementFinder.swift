public import CPython
import RemoteProcess

/// Reads which SQL statement a stack executes from the variables of the frames of database packages. Nothing runs in the
/// target, and parameters are not looked at.
///
/// Keep it for the next look: it remembers what code objects are.
public final class StatementFinder {
  private let runtime: Runtime
  private var roles: [RemoteAddress: (code: CodeObject, frame: StatementFrame?)] = [:]

  /// Code points of a statement that are read.
  private static let textLimit = 4000
  /// Frames of one stack that are looked at, from the innermost.
  private static let frameLimit = 500
  /// Code objects that are remembered.
  private static let roleLimit = 100_000

  /// A statement's object as a frame has it.
  private struct Reference {
    let frame: Frame
    let code: CodeObject
    let known: StatementFrame
    let name: String
    let object: RemoteAddress
  }

  public init(_ runtime: Runtime) { self.runtime = runtime }

  /// For each of these stacks the innermost statement, masked (`StatementMask`); nil where there is none, or where it may
  /// have gone meanwhile.
  ///
  /// What is known of the target's memory is forgotten by it. A statement counts where the frame of the stack has the same
  /// object before and after its text was read.
  public func statements(on stacks: [Stack]) -> [String?] {
    let references = stacks.map { $0.quality == .consistent ? candidates(on: $0) : [] }
    guard references.contains(where: { !$0.isEmpty }) else { return stacks.map { _ in nil } }
    runtime.memory.forgetAll()
    let found = references.map { candidates -> (reference: Reference, statement: String)? in
      for reference in candidates {
        if let statement = statement(at: reference) { return (reference, statement) }
      }
      return nil
    }
    runtime.memory.forgetAll()
    return found.map { found in found.flatMap { isThere($0.reference) ? $0.statement : nil } }
  }

  // MARK: - One stack

  /// Texts of the stack that may be statements, the innermost first.
  private func candidates(on stack: Stack) -> [Reference] {
    var found: [Reference] = []
    for frame in stack.frames.prefix(Self.frameLimit) {
      guard let code = frame.code, let known = role(of: code) else { continue }
      for name in known.variables {
        guard let object = (try? runtime.local(name, of: frame.raw, code: code)) ?? nil else { continue }
        found.append(Reference(frame: frame, code: code, known: known, name: name, object: object))
      }
    }
    return found
  }

  private func role(of code: CodeObject) -> StatementFrame? {
    if let known = roles[code.address], known.code === code { return known.frame }
    if roles.count > Self.roleLimit { roles.removeAll() }
    let frame = StatementFrame.of(file: code.filename, function: code.name)
    roles[code.address] = (code, frame)
    return frame
  }

  private func statement(at reference: Reference) -> String? {
    guard isThere(reference), let text = try? runtime.string(at: reference.object, limit: Self.textLimit),
      StatementMask.isStatement(text.text)
    else { return nil }
    return StatementMask.masked(
      text.text, isCut: text.length > Self.textLimit, doubleQuotesText: reference.known.doubleQuotesText)
  }

  /// Whether the frame is where it was and still has the object.
  private func isThere(_ reference: Reference) -> Bool {
    let raw = reference.frame.raw
    guard let now = try? runtime.rawFrame(at: raw.address), now.code == raw.code, now.isAtSamePlace(as: raw) else {
      return false
    }
    return ((try? runtime.local(reference.name, of: raw, code: reference.code)) ?? nil) == reference.object
  }
}
