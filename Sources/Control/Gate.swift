import Catalog

/// Decides what may be done: by the built-in policy of direct mode.
///
/// Whoever runs `ispy` directly holds the kernel's right to trace the target, and could do anything to it without `ispy`: so
/// everything but `console` is allowed. Control is real where operators do not have that right.
public struct Gate: Sendable {
  /// The highest rung allowed.
  public let ceiling: Rung

  public init(ceiling: Rung = .change) { self.ceiling = ceiling }

  /// Throws `notPermitted`, with the rule that says so and what would be needed.
  func admit(_ request: Request) throws(CommandError) {
    let specification = request.entry.specification
    guard specification.rung <= ceiling else {
      throw CommandError(
        .notPermitted,
        "\(specification.title) stands on the rung \(specification.rung.rawValue); without a gateway the highest is "
          + ceiling.rawValue, hint: "the rule is built into ispy; a gateway may grant more")
    }
  }
}
