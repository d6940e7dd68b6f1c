extension CatalogEntry {
  /// A command that a gateway carries out by itself.
  ///
  /// - Parameter schema: that of its result, where it is not named after the command.
  static func gateway(
    _ name: String, standing: CommandSpecification.Standing, _ summary: String, discussion: String,
    parameters: [Parameter] = [], examples: [CommandSpecification.Example], result: any CommandResult.Type,
    schema: String? = nil,
    validate: @escaping @Sendable (Arguments) throws(CommandError) -> Void = { _ throws(CommandError) in },
    execute:
      @escaping @Sendable (Arguments, any GatewayServices, ExecutionContext) throws(CommandError) ->
      any CommandResult
  ) -> CatalogEntry {
    CatalogEntry(
      CommandSpecification(
        name: name, rung: .observe, summary: summary, discussion: discussion, parameters: parameters,
        standing: standing, cost: "none: no target is looked at", examples: examples,
        schema: schema ?? "ispyd.\(name.replacingSpaces)/1"),
      result: result, validate: validate
    ) { arguments, context throws(CommandError) in
      guard let services = context.services else {
        throw CommandError(
          .unavailable, "\(name) is about a gateway, and this is direct mode",
          hint: "name one with --gateway PATH or ISPYD_GATEWAY; see: ispy help gateway")
      }
      return try execute(arguments, services, context)
    }
  }
}

extension Arguments {
  /// A number that the description has made sure of.
  func number(_ name: String) -> Int { integer(name) ?? 0 }
}

extension String {
  fileprivate var replacingSpaces: String { split(separator: " ").joined(separator: ".") }
}
