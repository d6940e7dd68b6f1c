import Catalog
import Control
import JSON
import JSONRPC
import Logging
import NIOCore
import Synchronization
import Wire

/// One client: its requests come in as lines, its results go out as lines.
///
/// Bounded: a line has a largest length, a client a largest number of requests at one time, a result is written before
/// the next one is made, and who does not read is not read from.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let gateway: GatewayCore
  private let client: ClientState
  private var framer = LineFramer(limit: WireMessage.requestLimit)
  private var hasGreeted = false

  /// Requests of one client at one time.
  private static let requestLimit = 16

  init(_ gateway: GatewayCore, _ client: ClientState) {
    self.gateway = gateway
    self.client = client
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    do throws(LineFramer.TooLong) {
      for line in try framer.take(buffer.readableBytesView) where !line.isEmpty { take(line) }
    } catch {
      client.send(
        failure: WireFailure(code: WireFailure.parse, message: "a line has at most \(error.limit) bytes"), to: nil)
      client.close()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    client.isGone()
    gateway.connectionEnded(client)
    context.fireChannelInactive()
  }

  /// Answers to what is no command are written at once: they would pile up for a client that does not take them.
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    let channel = context.channel
    channel.setOption(.autoRead, value: channel.isWritable).whenFailure { _ in channel.close(promise: nil) }
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func take(_ line: [UInt8]) {
    let message: WireMessage
    do throws(WireFailure) { message = try WireMessage(line: line) } catch {
      return client.send(failure: error, to: nil)
    }
    switch message {
    case .request(let id, let method, let parameters): request(id, method, parameters)
    case .notification(WireMethod.cancel, let parameters):
      if let id = parameters["id"]?.integer { client.cancel(id) }
    case .notification(WireMethod.pace, let parameters):
      if let id = parameters["id"]?.integer, let seconds = parameters["seconds"]?.number, (0.1...3600).contains(seconds)
      {
        client.setPace(seconds, of: id)
      }
    case .notification(WireMethod.reply, let parameters):
      if let id = parameters["id"]?.integer { client.reply(Conversation.Reply(parameters), to: id) }
    case .notification(WireMethod.interrupt, let parameters):
      if let id = parameters["id"]?.integer { client.interrupt(id) }
    // Notifications that are not known are passed over, as the specification has it; a client answers nothing.
    case .notification, .response, .failure: return
    }
  }

  private func request(_ id: Int, _ method: String, _ parameters: JSONValue) {
    do {
      switch method {
      case WireMethod.hello: try hello(id, try JSONReader().decode(HelloParameters.self, from: parameters))
      case WireMethod.run:
        guard hasGreeted else {
          throw WireFailure(code: WireFailure.invalidRequest, message: "the first request is hello")
        }
        let run = try JSONReader().decode(RunParameters.self, from: parameters)
        guard client.begin(id, limit: Self.requestLimit) else {
          throw WireFailure(
            CommandError(.limited, "a client has at most \(Self.requestLimit) requests at one time, each with its id"))
        }
        gateway.run(run, id: id, for: client)
      default: throw WireFailure(code: WireFailure.unknownMethod, message: "there is no method \(method.prefix(100))")
      }
    } catch let failure as WireFailure {
      client.send(failure: failure, to: id)
    } catch {
      client.send(
        failure: WireFailure(
          code: WireFailure.invalidParameters, message: "the parameters are not those of \(method.prefix(100))"),
        to: id)
    }
  }

  private func hello(_ id: Int, _ parameters: HelloParameters) throws {
    guard parameters.version == WireMethod.version else {
      throw WireFailure(
        CommandError(
          .unavailable, "this gateway speaks version \(WireMethod.version) of the protocol, not \(parameters.version)",
          hint: "use the ispy that came with it"))
    }
    guard !hasGreeted else { throw WireFailure(code: WireFailure.invalidRequest, message: "hello is said once") }
    if parameters.isInteractive {
      do throws(CommandError) { try gateway.beginSession(client) } catch { throw WireFailure(error) }
    }
    hasGreeted = true
    client.send(
      HelloResult(
        gateway: "ispyd \(Gateway.version)", user: client.principal.name, session: client.session?.summary.number),
      to: id)
  }
}
