import RemoteProcess

extension CatalogEntry {
  /// A command of a plugin that says one fact about each process.
  static func fact(
    plugin: String, _ name: String, rung: Rung, _ summary: String, cost: String,
    read: @escaping @Sendable (Target) throws(CommandError) -> Fact
  ) -> CatalogEntry {
    // Put together by hand: there are many facts, every start of the program makes them all, and an interpolation of strings
    // takes four times as long.
    let schema = "ispyd." + plugin + "." + name + "/1"
    let words = plugin + " " + name
    return CatalogEntry(
      CommandSpecification(
        plugin: plugin, name: name, rung: rung, summary: summary, discussion: summary + ".",
        parameters: [.targets()], cost: cost,
        examples: [
          .init("ispy run 4711 " + words, "of one process"),
          .init("ispy run shop " + words + " --json", "of every worker of shop, for a program"),
        ], schema: schema), result: FactsResult.self
    ) { _, context throws(CommandError) in
      try FactsResult(schema: schema, of: context.targets, isCancelled: context.isCancelled) {
        target throws(CommandError) in ProcessFact(pid: target.pid, fact: try read(target))
      }
    }
  }
}

extension CommandError {
  /// What `/proc` says.
  init(_ error: ProcessError, pid: Int32) {
    switch error {
    case .noSuchProcess: self.init(.noSuchProcess, error.description, hint: "ispy ps lists the Python processes")
    case .notPermitted: self.init(.notPermitted, error.description, hint: "see: ispy doctor \(pid)")
    default: self.init(.failed, error.description)
    }
  }
}
