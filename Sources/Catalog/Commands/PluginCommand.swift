import RemoteProcess

extension CatalogEntry {
  /// A command of a plugin that says one fact about each process.
  static func fact(
    plugin: String, _ name: String, rung: Rung, _ summary: String, cost: String,
    read: @escaping @Sendable (TargetResolver.Target) throws(CommandError) -> Fact
  ) -> CatalogEntry {
    let schema = "ispyd.\(plugin).\(name)/1"
    return CatalogEntry(
      CommandSpecification(
        plugin: plugin, name: name, rung: rung, summary: summary, discussion: summary + ".",
        parameters: [.positional("target", .target, isRepeated: true, "a pid, an application's name, or PID/children")],
        cost: cost, examples: [.init("ispy run 4711 \(plugin) \(name)", summary)], schema: schema)
    ) { arguments, context throws(CommandError) in
      var resolver = TargetResolver()
      let targets = try resolver.resolve(arguments.all("target"))
      var result = FactsResult(schema: schema, processes: [])
      for target in targets where !context.isCancelled() {
        do throws(CommandError) {
          result.processes.append(ProcessFact(pid: target.pid, fact: try read(target)))
        } catch {
          guard targets.count > 1 else { throw error }
          result.processes.append(ProcessFact(pid: target.pid, fact: .missing, problem: error.message))
        }
      }
      return result
    }
  }
}

extension CommandError {
  /// What `/proc` says.
  init(_ error: ProcessError, pid: Int32) {
    switch error {
    case .noSuchProcess: self.init(.noSuchProcess, error.description)
    case .notPermitted: self.init(.notPermitted, error.description, hint: "see: ispy doctor \(pid)")
    default: self.init(.failed, error.description)
    }
  }
}
