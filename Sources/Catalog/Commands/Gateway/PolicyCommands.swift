extension CatalogEntry {
  /// `ispy policy check TEXT`: the face reads the file.
  static let policyCheck = gateway(
    "policy check", standing: .everybody, "Say what is wrong with a policy file",
    discussion: """
      Reads a policy as the gateway would, without putting it in force, and says what is wrong with it, each with its line and \
      column. Where no gateway runs, ispyd --check FILE does the same.
      """,
    parameters: [.positional("file", .contents, "the policy; - is standard input")],
    examples: [.init("ispy policy check policy.yaml", "before it is put in place")], result: PolicyCheckResult.self
  ) { arguments, services, _ throws(CommandError) in try services.checkPolicy(arguments["file"] ?? "") }

  /// `ispy policy reload`.
  static let policyReload = gateway(
    "policy reload", standing: .listed, "Put the policy file in force as it is now",
    discussion: "Reads the policy file again. Where anything is wrong with it, the policy that was in force stays so.",
    examples: [.init("ispy policy reload", "after the file was changed")], result: PolicyCheckResult.self,
    schema: "ispyd.policy.check/1"
  ) { _, services, _ throws(CommandError) in try services.reloadPolicy() }
}
