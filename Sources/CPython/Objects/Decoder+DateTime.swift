import RemoteProcess
import Values

/// `datetime` (C), written as its `repr` does.
extension Decoder {
  func date(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let data = try runtime.memory.block(address + standard.dateData, count: 4)
    return .literal("datetime.date(\(Self.date(data)))")
  }

  func dateTime(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let data = try runtime.memory.block(address + standard.dateData, count: 10)
    let zone = try timeZone(of: address, at: standard.dateTimeZone)
    return .literal("datetime.datetime(\(Self.date(data)), \(Self.time(data[4...]))\(zone))")
  }

  func time(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let data = try runtime.memory.block(address + standard.dateData, count: 6)
    return .literal("datetime.time(\(Self.time(data[...]))\(try timeZone(of: address, at: standard.timeZone)))")
  }

  func timeDelta(at address: RemoteAddress) throws(ReadError) -> Value.Content {
    let (days, seconds, microseconds) = try delta(at: address)
    let parts = [("days", days), ("seconds", seconds), ("microseconds", microseconds)].filter { $0.1 != 0 }
    let text = parts.map { "\($0.0)=\($0.1)" }.joined(separator: ", ")
    return .literal("datetime.timedelta(\(text.isEmpty ? "0" : text))")
  }

  func timeZone(at address: RemoteAddress) throws(ReadError) -> Value.Content { .literal(try zoneText(at: address)) }

  private func delta(at address: RemoteAddress) throws(ReadError) -> (days: Int, seconds: Int, microseconds: Int) {
    let start = address + standard.deltaDays
    return (try runtime.memory.int(start), try runtime.memory.int(start + 4), try runtime.memory.int(start + 8))
  }

  private func timeZone(of address: RemoteAddress, at offset: Int) throws(ReadError) -> String {
    guard try runtime.memory.byte(address + standard.hasTimeZone) != 0 else { return "" }
    return ", tzinfo=" + (try zoneText(at: runtime.memory.pointer(address + offset)))
  }

  /// A fixed offset as itself, a `ZoneInfo` by its key, any other by its type.
  private func zoneText(at address: RemoteAddress) throws(ReadError) -> String {
    let type = try runtime.type(ofObjectAt: address)
    if type.name == "datetime.timezone" {
      let (days, seconds, _) = try delta(at: runtime.memory.pointer(address + standard.fixedOffset))
      let total = days &* 86_400 &+ seconds
      guard total != 0 else { return "datetime.timezone.utc" }
      let minutes = Int(total.magnitude % 86_400_000) / 60
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      return "datetime.timezone(\(total < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60)))"
    }
    if let key = (try? runtime.attribute("key", ofObjectAt: address)) ?? nil,
      let text = try? runtime.string(at: key, limit: 100).text
    {
      return "\(type.name)(key='\(text)')"
    }
    return type.name
  }

  /// Year in two bytes, month, day.
  private static func date(_ data: [UInt8]) -> String { "\(Int(data[0]) << 8 | Int(data[1])), \(data[2]), \(data[3])" }

  /// Hour, minute, second, microsecond in three bytes; trailing zeros are left out as `repr` does.
  private static func time(_ data: ArraySlice<UInt8>) -> String {
    let bytes = Array(data)
    let microsecond = Int(bytes[3]) << 16 | Int(bytes[4]) << 8 | Int(bytes[5])
    var text = "\(bytes[0]), \(bytes[1])"
    if bytes[2] != 0 || microsecond != 0 { text += ", \(bytes[2])" }
    if microsecond != 0 { text += ", \(microsecond)" }
    return text
  }
}
