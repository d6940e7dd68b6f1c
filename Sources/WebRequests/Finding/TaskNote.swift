import CPython
import RemoteProcess

/// What a server notes of a task outside the task's own frames.
struct TaskNote {
  let server: String
  let start: StartTime?
}

extension ObjectReader {
  /// Connections of one server that are looked at.
  private static let connectionLimit = 100_000

  /// `daphne.server.Server.connections`: the protocol object of each connection, which has the start, and a dict with the
  /// task that serves it.
  func daphneTasks(inConnectionsAt address: RemoteAddress) -> [RemoteAddress: TaskNote] {
    guard type(of: address)?.isDict == true,
      let entries = try? runtime.dictEntries(at: address, limit: Self.connectionLimit)
    else { return [:] }
    var notes: [RemoteAddress: TaskNote] = [:]
    for entry in entries {
      guard let task = dictionary(at: entry.value)?["application_instance"], !isNone(task) else { continue }
      let start = double(attribute("request_start", of: entry.key)).map { StartTime.epoch($0) }
      notes[task] = TaskNote(server: "daphne", start: start)
    }
    return notes
  }
}
