import Catalog
import Glibc
import Terminal

/// Which processes there are to connect to.
extension Shell {
  /// `ps`, with a number for each that `connect` takes.
  mutating func servers(_ words: [String], _ line: CommandLineWords) throws(CommandError) {
    if let configuration { return try listeners(configuration, words) }
    let entry = try catalog.command("ps")
    guard !line.isJSON,
      let result = try route.perform(entry, words, line: line, emit: { _ in true }) as? ProcessListResult
    else {
      code = try IspyProgram.perform(entry, words, line: line, output: output, route: route)
      return
    }
    listed = result.processes.map(\.pid)
    code = output.write(result.text(output.paint(line.color), isNumbered: true))
  }

  /// Those that listen where the application's configuration says.
  private mutating func listeners(_ configuration: OwnerConfiguration, _ words: [String]) throws(CommandError) {
    guard words.isEmpty else { throw CommandError(.usage, "servers takes nothing here") }
    let servers = try list(configuration)
    guard !servers.isEmpty else {
      code = output.write("nobody listens at \(configuration.listen)\n")
      return
    }
    let rows = servers.enumerated().map { index, server in
      ["\(index + 1):", server.pid.map { "process \($0)" } ?? "-", "\(server.address)", server.problem ?? ""]
    }
    code = output.write(Columns.lines(rows, right: [0]).map { $0 + "\n" }.joined())
  }

  mutating func connect(_ words: [String]) throws(CommandError) {
    var words = words
    if let configuration {
      if listed.isEmpty { _ = try list(configuration) }
      // As before: where there is one alone, it is meant.
      if words.isEmpty, listed.count == 1 { words = ["1"] }
      if words.isEmpty, listed.count > 1 {
        throw CommandError(.ambiguousTarget, "there are \(listed.count) servers", hint: "servers, then connect N")
      }
    }
    guard words.count == 1, let word = words.first else {
      throw CommandError(.usage, "connect takes a pid, an application's name, or a number of the list of servers")
    }
    // A number of the list that was shown last, unless a process has that number.
    if let number = Int(word), listed.indices.contains(number - 1), !listed.contains(Int32(clamping: number)) {
      guard let found = listed[number - 1] else {
        throw CommandError(.noSuchProcess, "server \(number) does not answer", hint: "servers says why")
      }
      pid = found
    } else if configuration != nil, let number = Int(word), !listed.contains(Int32(clamping: number)) {
      throw CommandError(.notFound, "there is no server \(number)", hint: "see: servers")
    } else {
      pid = try TargetNames.pid(of: word)
    }
    plugin = nil
  }

  /// Looks who listens.
  private mutating func list(_ configuration: OwnerConfiguration) throws(CommandError) -> [ListeningServer] {
    let servers = try configuration.addresses().map { ListeningServer($0) }
    for server in servers {
      if let pid = server.pid { route.use(server.address, for: pid, enabled: configuration.enabled) }
    }
    listed = servers.map(\.pid)
    return servers
  }
}
