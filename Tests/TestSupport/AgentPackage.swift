import Glibc

/// The Python package, put together from the checkout, and applications that load it.
public enum AgentPackage {
  public static func assemble(in folder: String) throws {
    let script = try ChildProcess([Checkout.root + "/Scripts/agent-package", folder])
    guard try script.waitForExit() == 0 else {
      throw TestSupportError.missing("Scripts/agent-package: \(script.transcript)")
    }
  }

  /// A folder that others may look into, to be removed by whoever has it made.
  public static func folder(below root: String = "") throws -> String {
    var template = Array((root + "/tmp/ispyd-app-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw TestSupportError.system(call: "mkdtemp", errno: errno) }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o755)
    return path
  }

  /// Starts examples/embedded in a folder: as it is, but for where it listens.
  ///
  /// - Parameters:
  ///   - words: what Python is to run, with PORT and FOLDER in it.
  ///   - settings: what its `ispyd.ini` is then to be.
  public static func serveSample(
    _ words: [String], in folder: String, _ python: PythonInterpreter, settings: (String) -> String = { $0 }
  ) throws -> (server: ChildProcess, port: UInt16) {
    try assemble(in: folder)
    let sample = Checkout.root + "/examples/embedded/"
    try TextFile.write(TextFile.read(sample + "wsgi.py"), to: folder + "/wsgi.py")
    let text = settings(try TextFile.read(sample + "ispyd.ini"))
    try TextFile.write(text.replacing("/tmp/ispyd-", with: folder + "/socket-"), to: folder + "/ispyd.ini")
    let port = try Loopback.quietPort()
    let command = (python.serverCommand ?? []) + words
    let server = try ChildProcess(
      command.map { $0.replacing("PORT", with: "\(port)").replacing("FOLDER", with: folder) },
      environment: ["PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PORT": "\(port)"])
    return (server, port)
  }

  /// The processes whose agents have a socket there.
  public static func listening(in folder: String) -> Set<Int32> {
    Set(
      Checkout.names(in: folder).filter { $0.hasPrefix("socket-") }
        .compactMap { Int32($0.dropFirst("socket-".count).dropLast(".sock".count)) })
  }
}
