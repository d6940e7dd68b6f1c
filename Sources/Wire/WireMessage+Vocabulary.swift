public import Catalog
public import JSONRPC

/// The notifications of the protocol, as lines with their ends. Documentation/Protocol.md has them.
extension WireMessage {
  private struct Pace: Encodable {
    let id: Int
    let seconds: Double
  }

  private struct Notice: Encodable {
    let id: Int
    let text: String
  }

  private struct Question: Encodable {
    let id: Int
    let prompt: String
  }

  private struct Reply: Encodable {
    let id: Int
    let text: String?
    let isInterrupted: Bool?
  }

  private struct OneOfSeveral<Result: Encodable>: Encodable {
    let id: Int
    let result: Result
  }

  public static func cancellation(of id: Int) throws -> String {
    try notification(method: WireMethod.cancel, ["id": id])
  }

  public static func pace(of id: Int, _ seconds: Double) throws -> String {
    try notification(method: WireMethod.pace, Pace(id: id, seconds: seconds))
  }

  /// A result that comes before the last one.
  public static func result(of id: Int, _ result: some Encodable) throws -> String {
    try notification(method: WireMethod.result, OneOfSeveral(id: id, result: result))
  }

  public static func question(of id: Int, _ prompt: String) throws -> String {
    try notification(method: WireMethod.ask, Question(id: id, prompt: prompt))
  }

  public static func reply(to id: Int, _ reply: Conversation.Reply) throws -> String {
    let parameters =
      switch reply {
      case .line(let text): Reply(id: id, text: text, isInterrupted: nil)
      case .interrupted: Reply(id: id, text: nil, isInterrupted: true)
      case .end: Reply(id: id, text: nil, isInterrupted: nil)
      }
    return try notification(method: WireMethod.reply, parameters)
  }

  public static func interrupt(of id: Int) throws -> String {
    try notification(method: WireMethod.interrupt, ["id": id])
  }

  public static func notice(of id: Int, _ text: String) throws -> String {
    try notification(method: WireMethod.notice, Notice(id: id, text: text))
  }
}
