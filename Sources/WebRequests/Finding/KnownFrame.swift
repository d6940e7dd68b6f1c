/// A function of a server or library in which a request is served, and where in its variables what is known of it lies.
struct KnownFrame {
  /// The end of `co_filename`.
  let file: String
  /// `co_name`.
  let function: String
  /// The server, where this frame gives it away.
  let server: String?
  let facts: [Fact]

  /// Something that a variable of the frame leads to.
  enum Fact {
    /// The request: an `environ`, a `scope` or an object around it.
    case request(LocalPath)
    /// When it began.
    case start(LocalPath, Clock)
    /// The other end of the TCP connection, `(host, port)`, whatever a proxy's headers made of it.
    case peer(LocalPath)
    /// An object that another stack of the same request holds too: it joins an awaiting task to the thread that works for it.
    case link(LocalPath)
    /// Functions by endpoint name.
    case views(LocalPath)
    /// A route that has been chosen.
    case route(LocalPath)
    /// A handler that is made for one request: its class is the view.
    case handler(LocalPath)
    /// Connections of a server that keeps them apart from the tasks that serve them.
    case daphneConnections(LocalPath)
    /// The function outlives its requests, and its variables may hold the last one: they prove nothing.
    case stale
  }

  enum Clock {
    /// A `float` of `time.time()`.
    case epoch
    /// A `float` of `time.monotonic()` or `loop.time()`.
    case monotonic
    /// A naive `datetime`, local time.
    case wallClock
  }

  init(_ file: String, _ function: String, server: String? = nil, _ facts: Fact...) {
    self.file = file
    self.function = function
    self.server = server
    self.facts = facts
  }

  var isStale: Bool { facts.contains { if case .stale = $0 { true } else { false } } }
}

/// A variable of a frame and the attributes, or tuple indices, that lead on from it: `self.scope`, `self.task.0`.
struct LocalPath: ExpressibleByStringLiteral, Equatable {
  let local: String
  let steps: [String]

  init(stringLiteral text: String) {
    let parts = text.split(separator: ".").map(String.init)
    local = parts.first ?? ""
    steps = Array(parts.dropFirst())
  }
}
