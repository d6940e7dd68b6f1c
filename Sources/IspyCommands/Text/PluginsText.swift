import Attaching
import Catalog
import Terminal
import Values

extension PluginsResult: TextRendering {
  func text(_ paint: Paint) -> String {
    processes.map { process in
      var text = paint.bold("Process \(process.pid)") + "\n"
      if let problem = process.problem { return text + "  " + paint.alarm(ValueText.plain(problem)) + "\n" }
      if process.plugins.isEmpty { text += "  no plugins beside those that ispy has\n" }
      for plugin in process.plugins { text += Self.text(of: plugin, paint) }
      if let note = process.note { text += paint.dim(note) + "\n" }
      return text
    }.joined(separator: "\n")
  }

  private static func text(of plugin: ForeignPlugin, _ paint: Paint) -> String {
    let origin = paint.dim("(\(ValueText.plain(plugin.place)), named by \(ValueText.plain(plugin.origin)))")
    guard let problem = plugin.problem else {
      let rows = plugin.commands.map { ["    " + $0.title, $0.rung, ValueText.plain($0.summary)] }
      return "  \(paint.bold(plugin.name)) \(origin)\n" + Columns.lines(rows, right: []).map { $0 + "\n" }.joined()
    }
    let places = (plugin.trace ?? []).map { "    \(ValueText.plain($0.description))\n" }
    return "  \(ValueText.plain(plugin.name)) \(origin)\n    \(paint.alarm(ValueText.plain(problem)))\n"
      + places.joined()
  }
}
