public import Catalog
import Foundation
import TestSupport

/// The results of Tests/Fixtures/results: for each command one with everything in it that a result can hold.
///
/// Where something has to be withheld it is `planted-secret`; what only `redacted` and `raw` may show is `planted-name`.
public enum ResultFixture: String, CaseIterable, Sendable {
  case ps, dump, requests, peek, record, diff, top, heap, doctor, facts

  public func result() throws -> any CommandResult {
    let text = try TextFile.read(Checkout.root + "/Tests/Fixtures/results/" + rawValue + ".json")
    let type: any CommandResult.Type =
      switch self {
      case .ps: ProcessListResult.self
      case .dump: DumpResult.self
      case .requests: RequestsResult.self
      case .peek: PeekResult.self
      case .record: RecordResult.self
      case .diff: DiffResult.self
      case .top: TopResult.self
      case .heap: HeapResult.self
      case .doctor: DoctorResult.self
      case .facts: FactsResult.self
      }
    return try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}
