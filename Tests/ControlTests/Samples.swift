import Catalog
import Control
import Redaction

extension CatalogEntry {
  /// A command that does nothing, or what it is given.
  static func sample(
    rung: Rung = .inspect,
    _ execute: @escaping @Sendable (Arguments, ExecutionContext) throws(CommandError) -> any CommandResult = {
      _, _ throws(CommandError) in ProcessListResult(processes: [])
    }
  ) -> CatalogEntry {
    CatalogEntry(
      CommandSpecification(
        name: "sample", rung: rung, summary: "Sample", discussion: "Samples.", cost: "none", examples: [],
        schema: "ispyd.sample/1"), result: ProcessListResult.self, execute: execute)
  }
}

extension CatalogEntry {
  /// A command of that description, which does nothing.
  static func sample(_ specification: CommandSpecification) -> CatalogEntry {
    CatalogEntry(specification, result: ProcessListResult.self) { _, _ throws(CommandError) in
      ProcessListResult(processes: [])
    }
  }
}

extension Request {
  static func sample(_ entry: CatalogEntry, values: ValueRight = .redacted) -> Request {
    guard let arguments = try? Arguments([], for: entry.specification) else { preconditionFailure("it takes nothing") }
    return Request(principal: Principal(user: 0), entry: entry, arguments: arguments, values: values)
  }
}
