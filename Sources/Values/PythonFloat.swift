/// Floats as Python's `repr` writes them. Swift chooses the same digits, but changes to the exponent at 2^54 instead of 1e16.
enum PythonFloat {
  static func text(of value: Double) -> String {
    let text = "\(value)"
    guard value.isFinite, value.magnitude >= 1e16, text.hasSuffix(".0"), !text.contains("e") else { return text }
    var digits = text.dropLast(2)
    let sign = digits.hasPrefix("-") ? "-" : ""
    digits = digits.drop { $0 == "-" }
    let exponent = digits.utf8.count - 1
    let head = digits.removeFirst()
    while digits.hasSuffix("0") { digits.removeLast() }
    return sign + String(head) + (digits.isEmpty ? "" : "." + digits) + "e+\(exponent)"
  }

  /// `(1+2j)`, and `2j` where the real part is a positive zero.
  static func text(ofReal real: Double, imaginary: Double) -> String {
    let tail = short(imaginary) + "j"
    if real == 0 && real.sign == .plus { return tail }
    let isNegative = imaginary.sign == .minus && !imaginary.isNaN
    return "(" + short(real) + (isNegative ? "" : "+") + tail + ")"
  }

  private static func short(_ value: Double) -> String {
    let text = text(of: value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
