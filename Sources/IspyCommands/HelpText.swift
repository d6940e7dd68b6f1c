import Catalog

/// Help, drawn from the catalog.
struct HelpText {
  let catalog: Catalog

  private static let width = 100

  // MARK: - Overview

  func overview() -> String {
    var text = """
      ispy looks into live Python processes from outside: no redeploy, no restart, no code run in them. What goes
      further, by an agent inside of a process, is said to and is apart.

      Usage: ispy COMMAND [TARGET...] [options]

      A TARGET is a pid, the name of an application (all its workers), or PID/children (the Python
      processes that PID started). ispy ps lists them.

      Commands:

      """
    let commands = catalog.commands.map(\.specification)
    let withAgent = commands.filter { $0.rung > .inspect || $0.schema == CatalogEntry.attachmentsSchema }
    let ofGateway = commands.filter { command in
      command.standing != .rung && !withAgent.contains { $0.name == command.name }
    }
    let fromOutside = commands.filter { command in !(withAgent + ofGateway).contains { $0.name == command.name } }
    text += rows(fromOutside.map { ($0.name, $0.summary) } + Self.own)
    text += "\nWith an agent inside of the process:\n" + rows(withAgent.map { ($0.name, $0.summary) })
    text += "\nOf a gateway (ispyd), which says who may do what:\n" + rows(ofGateway.map { ($0.name, $0.summary) })
    if !catalog.plugins.isEmpty {
      text += "\nPlugins, for run and shell:\n"
      text += rows(
        catalog.plugins.map { plugin in
          (plugin, catalog.commands(ofPlugin: plugin).map(\.specification.name).joined(separator: " "))
        })
    }
    text += "\nOptions of every command:\n" + options(CommandLineWords.common)
    text += "\nSee ispy help COMMAND for one command, and ispy help exit-codes, gateway.\n"
    return text
  }

  /// What the program offers beside the catalog's commands.
  static let own = [
    ("run", "Run a command of a plugin: ispy run TARGET PLUGIN COMMAND"),
    ("shell", "Look around interactively; ispy FILE.ini where the application loads ispyd itself"),
    ("completion", "Print the completion script for bash, zsh or fish"),
    ("help", "Show help"),
  ]

  /// What there is help about beside commands.
  static let topics = ["exit-codes", "gateway"]

  // MARK: - One topic

  func text(for words: [String]) throws(CommandError) -> String {
    guard let topic = words.first else { return overview() }
    if topic == "exit-codes" { return exitCodes() }
    if topic == "gateway" { return Self.gatewayHelp }
    if topic == "run" {
      // As it is typed: run TARGET PLUGIN COMMAND.
      return words.count > 2 ? try text(for: Array(words[2...].prefix(2))) : Self.runHelp
    }
    if topic == "shell" { return Self.shellHelp }
    if topic == "completion" { return Self.completionHelp }
    if topic == "help" { return "Usage: ispy help [COMMAND | PLUGIN COMMAND | exit-codes | gateway]\n" }
    if words.count > 1, catalog.plugins.contains(topic) {
      return text(of: try catalog.command(words[1], plugin: topic).specification)
    }
    if catalog.plugins.contains(topic), !catalog.commands.contains(where: { $0.specification.name == topic }) {
      return "Commands of the plugin \(topic), for: ispy run TARGET \(topic) COMMAND\n\n"
        + rows(catalog.commands(ofPlugin: topic).map { ($0.specification.name, $0.specification.summary) })
    }
    return text(of: try catalog.command(in: words, others: Self.own.map(\.0) + Self.topics).entry.specification)
  }

  /// - Parameter common: options to list beside the command's own.
  func text(of specification: CommandSpecification, common: [Parameter] = CommandLineWords.common) -> String {
    var text = specification.summary + ".\n\nUsage: " + usage(specification) + "\n"
    if specification.discussion != specification.summary + "." {
      text += "\n" + wrapped(specification.discussion) + "\n"
    }
    if !specification.positionals.isEmpty {
      text += "\nArguments:\n" + rows(specification.positionals.map { ($0.name.uppercased(), $0.help) })
    }
    let listed = specification.options + common
    if !listed.isEmpty { text += "\nOptions:\n" + options(listed) }
    if specification.schema == CatalogEntry.liveSchema {
      text += "\nKeys:\n" + rows(TopKeys.all.map { ($0.keys, $0.meaning) }) + "\n" + wrapped(TopKeys.withoutKill) + "\n"
    }
    text += "\nExamples:\n" + rows(specification.examples.map { ($0.command, $0.purpose) })
    text += "\n" + wrapped("Rung: \(specification.rung.rawValue) (\(specification.rung.meaning)).") + "\n"
    text += wrapped("Cost for the target: \(specification.cost).") + "\n"
    text += "Schema of --json: \(specification.schema), see Documentation/Schemas.md.\n"
    return text
  }

  func usage(_ specification: CommandSpecification) -> String {
    let positionals = specification.positionals.map(\.usage)
    guard let plugin = specification.plugin else {
      return (["ispy", specification.name] + positionals + ["[options]"]).joined(separator: " ")
    }
    // The first of them, TARGET, stands before the plugin.
    let words = ["ispy run TARGET", plugin, specification.name] + positionals.dropFirst() + ["[options]"]
    return words.joined(separator: " ")
  }

  private func exitCodes() -> String {
    "Exit codes; each failure has one of its own:\n\n"
      + rows([("0", "done")] + CommandError.Cause.allCases.map { (String($0.rawValue), $0.meaning) })
  }

  // MARK: - Laying out

  private func options(_ parameters: [Parameter]) -> String {
    rows(
      parameters.map { parameter in
        let short = parameter.short.map { "-\($0), " } ?? ""
        var facts: [String] = []
        if case .integer(let range) = parameter.kind { facts.append("\(range.lowerBound) to \(range.upperBound)") }
        if let value = parameter.defaultValue { facts.append("default: \(value)") }
        let behind = facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))"
        return (short + parameter.optionText, parameter.help + behind)
      })
  }

  private func rows(_ rows: [(String, String)]) -> String {
    let width = min(rows.map(\.0.count).max() ?? 0, 44)
    let indent = String(repeating: " ", count: width + 4)
    return rows.map { left, right in
      let lines = wrapped(right, width: Self.width - width - 4).split(separator: "\n")
      let body = lines.joined(separator: "\n" + indent)
      let padding = String(repeating: " ", count: max(width - left.count, 0))
      return left.count > width ? "  \(left)\n\(indent)\(body)\n" : "  \(left)\(padding)  \(body)\n"
    }.joined()
  }

  private func wrapped(_ text: String, width: Int = HelpText.width) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { paragraph -> String in
      var lines: [String] = []
      var line = ""
      for word in paragraph.split(separator: " ") {
        if !line.isEmpty, line.count + 1 + word.count > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
      }
      return (lines + [line]).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private static let runHelp = """
    Run a command of a plugin.

    Usage: ispy run TARGET PLUGIN COMMAND [options]

    Examples:
      ispy run 4711 process fds     the open files of process 4711
      ispy run shop python version  the Python of every worker of shop

    See ispy help PLUGIN for the commands of a plugin, ispy help PLUGIN COMMAND for one of them.

    """

  private static let shellHelp = """
    Look around interactively.

    Usage: ispy shell [TARGET]

    Lists the processes, connects to one, and runs commands of ispy and of its plugins. Reads commands
    from a pipe as well. `ispy ispyd.ini` is the same for an application that loads ispyd itself: it
    lists those that listen where the file says, and what its owner has switched on there can be used.

    On a terminal lines are edited with the keys of readline; Tab completes, Control-R searches the
    lines of before, Control-C ends a command or drops a line, Control-D leaves. Lines are kept in
    $XDG_STATE_HOME/ispy/history (~/.local/state/ispy/history), but for those that begin with a space.

    Examples:
      ispy shell                     then: servers, connect 1, plugins, !process, fds, exit
      echo 'dump 4711' | ispy shell  commands from a pipe
      ispy /srv/shop/ispyd.ini       then: servers, connect 1, !python, console

    """

  private static let completionHelp = """
    Print the completion script for bash, zsh or fish.

    Usage: ispy completion bash|zsh|fish

    Examples:
      ispy completion bash > /etc/bash_completion.d/ispy
      ispy completion zsh > "${fpath[1]}/_ispy"
      ispy completion fish > ~/.config/fish/completions/ispy.fish

    """

  private static let gatewayHelp = """
    Commands go through a gateway (ispyd) where one is named, or where one listens at
    /run/ispyd/ispyd.sock: it lets people do what its policy allows, and writes down what they do.

    --gateway PATH or ISPYD_GATEWAY names another socket; none means to work without a gateway, which
    takes the right to read the target oneself. Without a gateway everything but the rung console is
    allowed, and nothing is written down.

      ispy whoami                  who the gateway takes you for, and your roles
      ispy can dump shop           whether you may, by which rule, and what would be needed
      ispy dump shop --reason TEXT asks for approval where the policy wants it
      ispy approvals               what waits, and what was granted
      ispy approve 7 --for 15m     agrees to what somebody else asked for
      ispy sessions                who is at work; watch, kill, replay
      ispy audit                   what was done; audit verify proves it

    Set-up and policy: Documentation/Gateway.md. What it protects from: SECURITY.md.

    """

  // MARK: - The page

  /// `Documentation/CLI.md`.
  func page() -> String {
    var page =
      "# The command line\n\nDrawn from the catalog by `ispy __documentation`; a test fails when it is stale.\n\n"
    page += "```\n" + overview() + "```\n\nThe options of every command are not repeated below.\n"
    for entry in catalog.entries {
      page += "\n## \(entry.specification.title)\n\n```\n" + text(of: entry.specification, common: []) + "```\n"
    }
    for (name, help) in [
      ("run", Self.runHelp), ("shell", Self.shellHelp), ("completion", Self.completionHelp),
      ("gateway", Self.gatewayHelp),
    ] {
      page += "\n## \(name)\n\n```\n\(help)```\n"
    }
    return page + "\n## Exit codes\n\n```\n" + exitCodes() + "```\n"
  }
}
