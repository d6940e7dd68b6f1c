import Foundation
import TestSupport

extension IspyRun {
  /// What it wrote, as a result of the catalog.
  func decoded<Result: Decodable>(as type: Result.Type) throws -> Result {
    try JSONDecoder().decode(type, from: Data(output.utf8))
  }

  /// What it wrote, as plain JSON.
  func json() throws -> Any { try JSONSerialization.jsonObject(with: Data(output.utf8)) }
}
