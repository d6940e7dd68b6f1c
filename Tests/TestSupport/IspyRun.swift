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
    errors = try TextFile.read(path)
  }

  /// The program, which is built next to the tests.
  public static func path() throws -> String { try BuiltProgram.path(of: "ispy") }
}
