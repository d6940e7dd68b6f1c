import Attaching
import Catalog
import Glibc
import RemoteProcess

/// The `ispyd.ini` of an application that loads its agents itself: where they listen, and what its owner has switched on.
struct OwnerConfiguration {
  let path: String
  /// As it stands there, with `%(pid)s` in it for processes of their own.
  let listen: String
  /// Commands above what is allowed without a gateway, by title.
  let enabled: Set<String>

  private static let switches = [("python:console", "python console"), ("debugger", "debugger debug")]
  private static let place = "%(pid)s"
  private static let sizeLimit = 1 << 20
  /// Sockets that are looked at.
  private static let limit = 1000

  init(path: String) throws(CommandError) {
    let bytes: [UInt8]
    do throws(BoundedFile.Failure) { bytes = try BoundedFile.contents(of: path, limit: Self.sizeLimit) } catch {
      let reason =
        switch error {
        case .unreadable(let errno): String(cString: strerror(errno))
        case .tooLong(let limit): "it has more than \(limit) bytes"
        }
      throw CommandError(
        .usage, "\(path) cannot be read: \(reason)", hint: "it is the ispyd.ini that the application was started with")
    }
    let sections = Self.sections(of: String(decoding: bytes, as: UTF8.self))
    guard let listen = sections["ispyd"]?["listen"], !listen.isEmpty else {
      throw CommandError(.usage, "\(path) says nowhere where the application listens", hint: "[ispyd] listen = …")
    }
    self.path = path
    self.listen = listen
    enabled = Set(
      Self.switches.filter { section, _ in
        ["1", "on", "yes", "true"].contains(sections[section]?["enabled"]?.lowercased() ?? "")
      }.map(\.1))
  }

  /// As Python's configparser reads it: names of settings in small letters, and lines that are indented go on.
  static func sections(of text: String) -> [String: [String: String]] {
    var sections: [String: [String: String]] = [:]
    var section = ""
    var name: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = trimmed(line)
      guard let first = words.first, first != "#", first != ";" else {
        continue
      }
      if line.first == " " || line.first == "\t", let name {
        sections[section]?[name]? += "\n" + words
      } else if first == "[", let end = words.lastIndex(of: "]") {
        section = String(words[words.index(after: words.startIndex)..<end])
        sections[section] = sections[section] ?? [:]
        name = nil
      } else if let mark = words.firstIndex(where: { $0 == "=" || $0 == ":" }) {
        name = trimmed(words[..<mark]).lowercased()
        sections[section]?[name ?? ""] = trimmed(words[words.index(after: mark)...])
      }
    }
    return sections
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let blanks: Set<Character> = [" ", "\t", "\r"]
    guard let begin = text.firstIndex(where: { !blanks.contains($0) }),
      let end = text.lastIndex(where: { !blanks.contains($0) })
    else { return "" }
    return String(text[begin...end])
  }

  // MARK: - Who listens

  /// Where agents may listen, in the order of their names.
  func addresses() throws(CommandError) -> [AgentAddress] {
    if !listen.hasPrefix("/") {
      guard let mark = listen.lastIndex(of: ":"), let port = UInt16(listen[listen.index(after: mark)...]), port > 0
      else {
        throw CommandError(.usage, "\(path): listen is a path from / on, or HOST:PORT, not \(listen)")
      }
      return [.port(port)]
    }
    guard let range = listen.firstRange(of: Self.place) else { return [.path(listen)] }
    let slash = listen.lastIndex(of: "/") ?? listen.startIndex
    guard slash < range.lowerBound else {
      throw CommandError(
        .usage, "\(path): \(Self.place) can stand in the name of the socket alone, not in that of a folder")
    }
    let folder = String(listen[...slash])
    let (prefix, suffix) = (listen[listen.index(after: slash)..<range.lowerBound], listen[range.upperBound...])
    guard let directory = opendir(folder) else {
      throw CommandError(.notFound, "\(folder) cannot be looked into: \(String(cString: strerror(errno)))")
    }
    defer { closedir(directory) }
    var numbers: [Int32] = []
    while numbers.count < Self.limit, let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix(prefix), name.hasSuffix(suffix), name.count > prefix.count + suffix.count else { continue }
      if let number = Int32(name.dropFirst(prefix.count).dropLast(suffix.count)) { numbers.append(number) }
    }
    return numbers.sorted().map { .path("\(folder)\(prefix)\($0)\(suffix)") }
  }
}

/// One agent that listens, as `servers` lists it.
struct ListeningServer {
  let address: AgentAddress
  /// Nil where it does not answer.
  let pid: Int32?
  let problem: String?

  init(_ address: AgentAddress) {
    self.address = address
    do throws(AttachError) {
      pid = Int32(clamping: try AgentLink(at: address, within: 2).status().pid)
      problem = nil
    } catch {
      pid = nil
      problem = error == .processGone ? "nobody listens there any more" : "\(error)"
    }
  }
}
