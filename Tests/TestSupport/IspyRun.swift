import Glibc

/// One run of the built program `ispy`, to its end.
public struct IspyRun: Sendable {
  public let code: Int32
  /// What it wrote to standard output.
  public let output: String
  /// What it wrote to standard error.
  public let errors: String

  /// - Parameters:
  ///   - through: words before the program's own: `setpriv`, `strace`, `unshare`.
  ///   - input: what it finds on standard input.
  public init(
    _ arguments: String..., through: [String] = [], environment: [String: String] = [:], input: [String]? = nil,
    within deadline: Duration = .seconds(120)
  ) throws {
    try self.init(arguments, through: through, environment: environment, input: input, within: deadline)
  }

  public init(
    _ arguments: [String], through: [String] = [], environment: [String: String] = [:], input: [String]? = nil,
    within deadline: Duration = .seconds(120)
  ) throws {
    var template = Array("/tmp/ispy-errors-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw TestSupportError.system(call: "mkstemp", errno: errno) }
    close(file)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o666)
    defer { unlink(path) }
    var variables = environment
    variables["ISPY_ERRORS"] = path
    let child = try ChildProcess(
      ["/bin/sh", "-c", "exec \"$@\" 2>\"$ISPY_ERRORS\"", "sh"] + through + [try Self.path()] + arguments,
      environment: variables)
    for line in input ?? [] { try child.send(line) }
    child.closeInput()
    code = try child.waitForExit(within: deadline)
    output = child.transcript
    errors = try Self.text(of: path)
  }

  /// The program, which is built next to the tests.
  public static func path() throws -> String {
    var own = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &own, own.count)
    let executable = String(decoding: own.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    for place in [executable] + CommandLine.arguments {
      guard let slash = place.lastIndex(of: "/") else { continue }
      let candidate = place[..<slash] + "/ispy"
      if access(String(candidate), X_OK) == 0 { return String(candidate) }
    }
    throw TestSupportError.missing("the program ispy is not beside the tests")
  }

  private static func text(of path: String) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw TestSupportError.system(call: "open \(path)", errno: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
