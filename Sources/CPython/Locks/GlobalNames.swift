import RemoteProcess

/// The names that modules have for objects.
///
/// Each module is read once for all waits of a look: where many threads wait for as many locks, reading it for each of them
/// would be quadratic.
final class GlobalNames {
  private let runtime: Runtime
  /// By the `dict` of the module: the key of each value, the first where it has several names.
  private var modules = AddressMap<AddressMap<RemoteAddress>>()
  /// Entries read so far.
  private(set) var entriesRead = 0

  /// Names of one module at most.
  private static let limit = 1 << 16

  init(_ runtime: Runtime) { self.runtime = runtime }

  /// How the module of a frame names one of these objects: the first of them that has a name there.
  func name(of targets: [RemoteAddress], in frame: RawFrame) -> String? {
    guard let globals = try? runtime.globals(of: frame), !globals.isNull else { return nil }
    if modules[globals] == nil { modules[globals] = keys(ofModuleAt: globals) }
    for target in targets {
      if let key = modules[globals]?[target] { return try? runtime.string(at: key, limit: 256).text }
    }
    return nil
  }

  private func keys(ofModuleAt globals: RemoteAddress) -> AddressMap<RemoteAddress> {
    var keys = AddressMap<RemoteAddress>()
    for entry in (try? runtime.dictEntries(at: globals, limit: Self.limit)) ?? [] {
      entriesRead += 1
      if keys[entry.value] == nil { keys[entry.value] = entry.key }
    }
    return keys
  }
}
