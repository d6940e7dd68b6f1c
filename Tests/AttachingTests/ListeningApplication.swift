import Glibc
import JSON
import TestSupport

@testable import Attaching

/// An application that loads the package itself (Tests/Targets/listening.py), with a folder of its own for the package, its
/// `ispyd.ini` and its socket. All of it goes with this object.
final class ListeningApplication {
  let target: PythonTarget
  /// As this machine sees it; the application sees it below its root.
  let folder: String
  private let root: String

  var pid: Int32 { target.pid }

  /// - Parameters:
  ///   - settings: the text of its `ispyd.ini`, in which FOLDER is its folder.
  ///   - words: what the program takes.
  ///   - owner: the user that the folder belongs to.
  ///   - withServers: with the web servers' packages; of an interpreter that is in no root of its own.
  init(
    _ settings: String = "[ispyd]\nlisten = FOLDER/%(pid)s.sock\n", _ words: [String] = [],
    on python: PythonInterpreter, owner: uid_t = 0, environment: [String: String] = [:], withServers: Bool = false,
    prepare: (String) throws -> Void = { _ in }
  ) throws {
    root = python.root ?? ""
    folder = try AgentPackage.folder(below: root)
    try AgentPackage.assemble(in: folder + "/package")
    let own = String(folder.dropFirst(root.count))
    try TextFile.write(settings.replacing("FOLDER", with: own), to: folder + "/ispyd.ini")
    chown(folder, owner, owner)
    try prepare(folder)
    target = try PythonTarget(
      "listening", [own + "/ispyd.ini"] + words, on: python,
      environment: environment.merging(["PYTHONPATH": own + "/package", "PYTHONWARNINGS": "ignore"]) { $1 },
      withServers: withServers)
  }

  deinit {
    target.end()
    _ = try? ChildProcess(["rm", "-rf", folder]).waitForExit()
  }

  // MARK: - Asking

  /// The value of an expression in the application.
  func ask(_ expression: String) throws -> JSONValue {
    try target.send(expression)
    let line = try target.line()
    return try JSONReader().value(of: Array(line.utf8))
  }

  func problem() throws -> String? { try ask("manager.problem").text }

  /// Where an agent listens, as the application says it.
  func address(_ expression: String = "manager.address") throws -> AgentAddress {
    guard let text = try ask(expression).text else {
      throw TestSupportError.missing("no address: \(try ask("manager.problem"))")
    }
    return place(text)
  }

  /// The same as this machine sees it.
  func place(_ text: String) -> AgentAddress {
    if text.hasPrefix("/") { return .path(root + text) }
    return .port(UInt16(text.split(separator: ":").last ?? "") ?? 0)
  }

  func link() throws -> AgentLink { try AgentLink(at: address()) }

  /// The names in its folder that are sockets, or anything else that a listener may leave.
  func leftovers() -> [String] {
    Checkout.names(in: folder).filter { !["package", "ispyd.ini"].contains($0) }
  }
}
