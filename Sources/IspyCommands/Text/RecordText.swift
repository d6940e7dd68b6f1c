import Catalog
import Profiles
import Terminal
import Values

extension RecordResult: TextRendering {
  func text(_ paint: Paint) -> String {
    let about = profile.about
    var text = about.headline(paint) + "\n"
    for note in about.notes { text += paint.warning(ValueText.plain(note)) + "\n" }
    let shares = profile.functionShares()
    let whole = Double(profile.totalNanoseconds)
    if whole > 0 {
      let rows = shares.prefix(Self.rowLimit).map { share in
        [
          Figures.percent(Double(share.own) / whole * 100), Figures.percent(Double(share.total) / whole * 100),
          Figures.seconds(share.own), Figures.seconds(share.total), share.function.name,
          share.function.isMark ? "" : "\(share.function.file):\(share.function.firstLine)",
        ]
      }
      let lines = Columns.lines([["OWN%", "TOTAL%", "OWN", "TOTAL", "FUNCTION", "AT"]] + rows, right: [0, 1, 2, 3])
      text += "\n" + paint.bold(lines[0]) + "\n" + lines.dropFirst().joined(separator: "\n") + "\n"
      let rest = shares.count - rows.count
      if rest > 0 { text += paint.dim("and \(rest) more functions") + "\n" }
    }
    return text + unread.map { $0.line(paint) }.joined()
  }

  private static let rowLimit = 20
}

extension RecordProgress: TextRendering {
  /// One line, without an end.
  func text(_ paint: Paint) -> String { facts.progress + "; Ctrl-C ends and keeps it" }
}

extension ProfileFacts {
  var progress: String {
    "recording: \(Figures.fixed(seconds, places: 1))s, \(samples) samples, \(Figures.percent(reached * 100)) of "
      + "\(Int(rate)) Hz, \(Figures.percent(uncertainShare * 100)) uncertain, "
      + "\(Figures.percent(seconds > 0 ? ownCPU / seconds * 100 : 0)) CPU"
  }

  private var reached: Double { rate > 0 ? achievedRate / rate : 0 }

  /// Of whom, how, and how good.
  func headline(_ paint: Paint) -> String {
    let who = targets.map { target in
      let name = target.application.map { ValueText.plain($0, room: 60) + " " } ?? ""
      return name + "(\(target.pid), Python \(target.python))"
    }
    var text = paint.bold("\(mode.title) of " + who.joined(separator: ", ")) + "\n"
    if !filters.isEmpty { text += "only \(ValueText.plain(filters.joined(separator: ", ")))\n" }
    text += "\(samples) samples in \(Figures.fixed(seconds, places: 1)) s: "
    text += "\(Figures.fixed(achievedRate, places: 1)) a second of \(Int(rate)) asked"
    if missed > 0 { text += ", \(missed) missed" }
    let share = Figures.percent(uncertainShare * 100) + " uncertain"
    text += "; " + (uncertainShare > 0.05 ? paint.warning(share) : share)
    if failed > 0 { text += ", \(failed) unreadable" }
    if isStopped { text += "; each thread stopped while it was read" }
    text += "; ispy took \(Figures.fixed(ownCPU * 1000, places: 0)) ms of CPU"
    if seconds > 0 { text += " (\(Figures.fixed(ownCPU / seconds * 100, places: 2))% of one)" }
    return text
  }
}

extension Figures {
  /// `0.32s` of nanoseconds.
  static func seconds(_ nanoseconds: UInt64) -> String { fixed(Double(nanoseconds) / 1e9, places: 2) + "s" }
}
