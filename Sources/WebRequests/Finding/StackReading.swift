import CPython
import RemoteProcess

/// What the frames of one stack say about the request it serves.
struct StackReading {
  let carrier: Carrier
  let frames: [Frame]
  let isConsistent: Bool
  /// The sources seen, in the order of their frames, outermost first.
  var sources: [RequestSource] = []
  /// Index of the outermost frame that knows of the request; frames beyond it are the server's loop.
  var outermost = -1
  var server: String?
  var start: StartTime?
  /// The other end of the connection, as the server's own object has it.
  var peer: WebRequest.Client?
  var route = WebRequest.Route()
  /// What the mounts met so far put before the paths of their routes.
  var mountPath = ""
  /// Functions by endpoint name: a dict of the framework's.
  var views: RemoteAddress?
  /// Objects shared with other stacks of the same request.
  var links: Set<RemoteAddress> = []
  /// The stack begins in the server itself: of several stacks of a request it is the outermost.
  var isRootedInServer = false

  /// Everything by which another stack can be known to serve the same request.
  var joints: Set<RemoteAddress> { links.union(sources.map(\.address)) }

  mutating func add(_ source: RequestSource, atFrame index: Int) {
    outermost = max(outermost, index)
    if !sources.contains(source) { sources.append(source) }
  }
}
