/// Numbers as people read them.
enum Figures {
  static func percent(_ value: Double) -> String { fixed(value, places: 1) + "%" }

  static func bytes(_ count: UInt64) -> String {
    var value = Double(count)
    for unit in ["B", "K", "M", "G"] {
      if value < 1024 { return (value < 10 && unit != "B" ? fixed(value, places: 1) : String(Int(value))) + unit }
      value /= 1024
    }
    return fixed(value, places: 1) + "T"
  }

  /// `4s`, `3m12s`, `5h07m`, `12d03h`.
  static func age(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e15 else { return "-" }
    let total = Int(max(seconds, 0).rounded(.down))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    if total < 60 { return "\(total)s" }
    if total < 3600 { return "\(total / 60)m\(two(total % 60))s" }
    if total < 86_400 { return "\(total / 3600)h\(two(total / 60 % 60))m" }
    return "\(total / 86_400)d\(two(total / 3600 % 24))h"
  }

  static func fixed(_ value: Double, places: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "-" }
    let factor = places == 0 ? 1.0 : places == 1 ? 10.0 : places == 2 ? 100.0 : 1000.0
    let scaled = Int((value.magnitude * factor).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % Int(factor))
    return sign + String(scaled / Int(factor)) + "." + String(repeating: "0", count: places - fraction.count) + fraction
  }
}
