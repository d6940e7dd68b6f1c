/// What is known of a call beside its variables: written with an `@`.
public enum ExpressionSpecial: String, CaseIterable, Sendable {
  /// What it returned.
  case returned = "return"
  /// The name of the type of the exception that left it; None where none did.
  case exception
  /// How many milliseconds it took.
  case milliseconds = "ms"
}
