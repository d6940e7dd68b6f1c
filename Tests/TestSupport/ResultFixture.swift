/// The results of Tests/Fixtures/results: for each command one with everything in it that a result can hold.
///
/// Where something has to be withheld it is `planted-secret`; what only `redacted` and `raw` may show is `planted-name`.
public enum ResultFixture: String, CaseIterable, Sendable {
  case ps, dump, requests, peek, doctor, facts

  /// Its JSON.
  public func text() throws -> String {
    try TextFile.read(Checkout.root + "/Tests/Fixtures/results/" + rawValue + ".json")
  }
}
