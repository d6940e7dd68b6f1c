public import Catalog
import Redaction
import Synchronization

/// The one way that every command takes, whichever face it came from.
public struct Line: Sendable {
  private let gate: any Gate
  /// Nil in direct mode: who could change the record as well as the target needs none.
  private let trail: (any Trail)?

  public init(gate: any Gate = DirectGate(), trail: (any Trail)? = nil) {
    self.gate = gate
    self.trail = trail
  }

  /// Admits, writes down, executes, redacts, writes down.
  ///
  /// - Parameters:
  ///   - emit: takes the results of a command that goes on, redacted like the last one; false ends it.
  ///   - pace: seconds from one of these to the next; nil leaves it to the arguments.
  public func perform(
    _ request: Request, isCancelled: @escaping @Sendable () -> Bool = { false },
    emit: @escaping @Sendable (any CommandResult) -> Bool = { _ in false },
    pace: @escaping @Sendable () -> Double? = { nil }
  ) throws(CommandError) -> any CommandResult {
    try request.entry.validate(request.arguments)
    var targets: [Target] = []
    let admission: Admission
    do throws(CommandError) {
      _ = try gate.admit(request, to: [])
      targets = try resolve(request)
      admission = try gate.admit(request, to: targets)
    } catch {
      // It may quote what the user said, or names of other processes.
      let shown = SharedRedactor(Redactor()).redacted(error)
      trail?.refuse(request, to: targets, shown)
      throw shown
    }
    let entry = try trail?.intend(request, to: targets, under: admission)
    let redaction = SharedRedactor(Redactor(right: admission.values, policy: admission.redaction))
    let results = Atomic(0)
    let context = ExecutionContext(
      targets: targets, newcomers: { known in newcomers(request, known, entry) },
      isVisible: { gate.isVisible($0, to: request.principal) }, isCancelled: isCancelled,
      emit: { result in
        results.add(1, ordering: .relaxed)
        return emit(redaction.redacted(result))
      }, pace: pace)
    func conclude(_ failure: CommandError?, isPartial: Bool = false) {
      guard let entry else { return }
      trail?.conclude(
        entry,
        Outcome(
          failure: failure, isPartial: isPartial, withheld: redaction.withheld,
          results: results.load(ordering: .relaxed)))
    }
    do throws(CommandError) {
      let result = redaction.redacted(try request.entry.execute(request.arguments, context))
      results.add(1, ordering: .relaxed)
      conclude(nil, isPartial: result.isPartial)
      return result
    } catch {
      let shown = redaction.redacted(error)
      conclude(shown)
      throw shown
    }
  }

  // MARK: - Targets

  private func resolve(_ request: Request) throws(CommandError) -> [Target] {
    var resolver = TargetResolver()
    guard request.specification.takesMissingTargets else { return try resolver.resolve(request.targetWords) }
    var targets: [Target] = []
    for word in request.targetWords {
      do throws(CommandError) {
        targets += try resolver.resolve([word])
      } catch {
        guard Int32(word) != nil else { throw error }
      }
    }
    return targets
  }

  /// What the words mean by now that they did not mean before. A pid stays what it is; a name that means nobody at this
  /// moment may mean somebody at the next.
  private func newcomers(_ request: Request, _ known: [Int32], _ entry: TrailEntry?) -> [Target] {
    let names = request.targetWords.filter { Int32($0) == nil }
    guard !names.isEmpty else { return [] }
    var resolver = TargetResolver()
    var found: [Target] = []
    for target in names.flatMap({ (try? resolver.resolve([$0])) ?? [] }) where !known.contains(target.pid) {
      guard (try? gate.admit(request, to: [target])) != nil else { continue }
      found.append(target)
    }
    guard !found.isEmpty, let entry, let trail else { return found }
    return (try? trail.join(entry, found)) == nil ? [] : found
  }
}
