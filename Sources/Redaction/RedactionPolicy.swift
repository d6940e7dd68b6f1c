/// What counts as a secret besides what is always one. It can only be narrowed by naming names.
public struct RedactionPolicy: Equatable, Codable, Sendable {
  /// Further names that are secret, matched by their segments in order: `customer_id` covers `old_customer_id`, `customerId`.
  public var names: [String]
  /// Names that are shown although they look like secrets, matched whole: `card_template`, `public_token`. Secrets that
  /// are known by their shape are withheld from them all the same.
  public var shownNames: [String]
  /// Further types whose instances are secret: `myapp.Patient`, `myapp.vault.*`.
  public var types: [String]
  /// Withhold e-mail addresses too.
  public var withholdsEmail: Bool
  /// Show nothing but what `shownNames` lists; of all else its type, length and count.
  public var showsOnlyListed: Bool
  /// The longest text that is searched, in bytes. What is past it is withheld.
  public var textLimit: Int
  /// The deepest nesting that is searched. What is below it is withheld.
  public var depthLimit: Int

  public init(
    names: [String] = [], shownNames: [String] = [], types: [String] = [], withholdsEmail: Bool = false,
    showsOnlyListed: Bool = false, textLimit: Int = 1 << 20, depthLimit: Int = 48
  ) {
    self.names = names
    self.shownNames = shownNames
    self.types = types
    self.withholdsEmail = withholdsEmail
    self.showsOnlyListed = showsOnlyListed
    self.textLimit = textLimit
    self.depthLimit = depthLimit
  }
}
