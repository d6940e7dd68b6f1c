/// A program that starts another one inside of it, or in its own place: the other one is what matters.
struct Wrapper {
  /// Base names of its programs and modules.
  let programs: [String]
  /// The first word that is no option has to be one of these and is passed over; empty where there is none.
  let subcommands: [String]
  /// Options that take a word of their own.
  let valued: [String]

  private init(_ programs: String..., subcommands: [String] = [], valued: [String] = []) {
    self.programs = programs
    self.subcommands = subcommands
    self.valued = valued
  }

  static func named(_ base: String) -> Wrapper? { known.first { $0.programs.contains(base) } }

  /// The words of the program that it starts; empty where it starts none.
  func program(in words: [String]) -> [String] {
    var rest = words[...]
    var needsSubcommand = !subcommands.isEmpty
    while let word = rest.popFirst() {
      if needsSubcommand, !word.hasPrefix("-") {
        guard subcommands.contains(word) else { return [] }
        needsSubcommand = false
      } else if word == "--" {
        return Self.inner(Array(rest))
      } else if word == "-m", !valued.contains("-m") {
        return Array(rest)
      } else if !word.hasPrefix("-") {
        return Self.inner([word] + rest)
      } else if valued.contains(word) {
        _ = rest.popFirst()
      }
    }
    return []
  }

  /// The command may name the interpreter, or give it options.
  private static func inner(_ words: [String]) -> [String] {
    guard words.first?.hasPrefix("-") != true else { return PythonCommandLine.program(behindOptions: words[...]) }
    return PythonCommandLine.program(of: words) ?? words
  }

  private static let known = [
    Wrapper("ddtrace-run", "ddtrace.commands.ddtrace_run"),
    Wrapper("newrelic-admin", "newrelic.admin", subcommands: ["run-program", "run-python"]),
    Wrapper(
      "opentelemetry-instrument", "opentelemetry.instrumentation.auto_instrumentation", "splunk-py-trace",
      valued: [
        "--traces_exporter", "--metrics_exporter", "--logs_exporter", "--service_name", "--exporter_otlp_endpoint",
        "--exporter_otlp_traces_endpoint", "--exporter_otlp_metrics_endpoint", "--exporter_otlp_certificate",
        "--resource_attributes", "--propagators", "--id_generator",
      ]),
    Wrapper("pyagent", subcommands: ["run"], valued: ["-c", "--config-file"]),
    Wrapper(
      "coverage", subcommands: ["run"],
      valued: ["--rcfile", "--source", "--omit", "--include", "--concurrency", "--data-file", "--context"]),
    Wrapper(
      "debugpy", valued: ["--listen", "--connect", "--log-to", "--parent-session-pid", "--adapter-access-token"]),
    Wrapper("cProfile", "profile", valued: ["-o", "--outfile", "-s", "--sort"]),
    Wrapper("pdb", valued: ["-c", "--command"]),
    Wrapper("memray", subcommands: ["run"], valued: ["-o", "--output", "--live-port", "-p"]),
    Wrapper("viztracer", valued: ["-o", "--output_file", "--tracer_entries", "--min_duration"]),
    Wrapper("gevent.monkey"),
    Wrapper("tornado.autoreload"),
    Wrapper(
      "watchmedo", subcommands: ["auto-restart"], valued: ["-d", "--directory", "-p", "--pattern", "--patterns"]),
    Wrapper("dotenv", subcommands: ["run"], valued: ["-f", "--file", "-e", "--export"]),
  ]
}
