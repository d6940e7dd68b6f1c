import Catalog
import Terminal
import Values

extension AttachmentsResult: TextRendering {
  func text(_ paint: Paint) -> String {
    guard !attachments.isEmpty else { return "no process has an agent\n" }
    return attachments.map { text($0, paint) }.joined()
  }

  private func text(_ attachment: AttachmentSummary, _ paint: Paint) -> String {
    let name = attachment.application.map { " " + ValueText.plain($0) } ?? ""
    let head = paint.bold("process \(attachment.pid)") + name + ": "
    if let problem = attachment.problem {
      let hint = attachment.hint.map { paint.dim(" (" + ValueText.plain($0) + ")") } ?? ""
      return head + paint.alarm("refused") + ", " + ValueText.plain(problem) + hint + "\n"
    }
    switch attachment.state {
    case .attached: return head + paint.good("attached") + ways(attachment) + "\n"
    case .detached: return head + detached(attachment, paint) + "\n"
    case .refused: return head + paint.alarm("refused") + "\n"
    }
  }

  private func ways(_ attachment: AttachmentSummary) -> String {
    var words: [String] = []
    if attachment.isNew == false { words.append("since before") }
    if let milliseconds = attachment.milliseconds {
      words.append("in \(Figures.fixed(milliseconds, places: 1)) ms")
      words.append(attachment.stoppedMicroseconds.map { "one thread stopped for \($0) us" } ?? "no thread was stopped")
    }
    if let ceiling = attachment.ceiling, ceiling != .console {
      words.append("its owner allows nothing above \(ceiling.rawValue)")
    }
    if let left = attachment.secondsLeft { words.append("goes in \(Figures.fixed(left, places: 0)) s") }
    return words.isEmpty ? "" : ", " + words.joined(separator: ", ")
  }

  private func detached(_ attachment: AttachmentSummary, _ paint: Paint) -> String {
    guard let proof = attachment.proof else { return "detached" }
    if proof.isComplete { return paint.good("detached") + ": no thread, frame or byte of the agent is left in it" }
    var left: [String] = []
    if !proof.hasNoThread { left.append("its thread is still there") }
    if !proof.isMemoryRestored { left.append("some bytes that belong to nobody are not cleared") }
    if !proof.hasNoHook { left.append("a function has not its own code") }
    return paint.alarm("detached, but " + left.joined(separator: ", and "))
  }
}
