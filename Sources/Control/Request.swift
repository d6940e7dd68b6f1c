public import Catalog
public import Redaction

/// One command that somebody wants carried out.
public struct Request: Sendable {
  public let principal: Principal
  public let entry: CatalogEntry
  public let arguments: Arguments
  /// The right to values that is asked for.
  public let values: ValueRight
  /// Why, in the words of who asks; a rule may demand it.
  public let reason: String?

  public init(
    principal: Principal, entry: CatalogEntry, arguments: Arguments, values: ValueRight, reason: String? = nil
  ) {
    self.principal = principal
    self.entry = entry
    self.arguments = arguments
    self.values = values
    self.reason = reason
  }

  public var specification: CommandSpecification { entry.specification }
  /// What the user called the targets.
  public var targetWords: [String] { arguments.all("target") }

  /// The same without a reason: it is refused where it would ask somebody.
  var unreasoned: Request { Request(principal: principal, entry: entry, arguments: arguments, values: values) }

  /// Its words as they may be kept: without secrets, and with a digest in place of the contents of a file.
  public func keptWords(digest: (String) -> String) -> [String] {
    let contents = specification.parameters.filter(\.kind.isContents).compactMap { arguments[$0.name] }
    guard !contents.isEmpty else { return KeptText.words(arguments.words) }
    return KeptText.words(
      arguments.words.map { word in
        guard let text = contents.first(where: { word == $0 || word.hasPrefix("--") && word.hasSuffix("=" + $0) })
        else { return word }
        return word.dropLast(text.count) + digest(text)
      })
  }
}
