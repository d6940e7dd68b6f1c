import Catalog
import Terminal
import Values

extension DumpResult: TextRendering {
  func text(_ paint: Paint) -> String {
    var text = TextBuffer()
    for (index, process) in processes.enumerated() {
      if index > 0 { text += "\n" }
      DumpText(paint: paint).write(process, to: &text)
    }
    if !unread.isEmpty { text += "\n" + unread.map { $0.line(paint) }.joined() }
    return text.text
  }
}

/// A dump for people: a heading for the process, then each thread with its stack, innermost frame first.
struct DumpText {
  let paint: Paint
  private let values = ValueText(room: 240, textRoom: 120)

  init(paint: Paint) { self.paint = paint }

  func write(_ process: ProcessDump, to text: inout TextBuffer) {
    var title = "Process \(process.pid)"
    if let name = process.application.name { title += ": \(ValueText.plain(name))" }
    if let server = process.application.server {
      title +=
        process.application.role == .single ? " (\(server))" : " (\(server) \(process.application.role.rawValue))"
    }
    text += paint.bold(title) + ", Python \(process.pythonVersion)\(process.isFreeThreaded ? "t" : ""), "
    text += process.threads.count == 1 ? "1 thread\n" : "\(process.threads.count) threads\n"
    if !process.commandLine.isEmpty { text += paint.dim(ValueText.plain(process.commandLine, room: 200)) + "\n" }
    if process.isStopped {
      text += paint.warning("stopped by a signal") + ": nothing of it goes on until kill -CONT \(process.pid)\n"
    }
    for problem in process.problems { text += paint.warning("warning: " + ValueText.plain(problem)) + "\n" }
    for deadlock in process.deadlocks {
      text += paint.alarm("DEADLOCK") + ": " + ValueText.plain(deadlock.summary) + "\n"
    }
    for thread in process.threads { write(thread, to: &text) }
    if let tasks = process.tasks {
      text += "\n" + paint.bold(tasks.count == 1 ? "1 task" : "\(tasks.count) tasks") + "\n"
      for task in tasks { write(task, to: &text) }
    }
    if let greenlets = process.greenlets, !greenlets.isEmpty {
      text += "\n" + paint.bold(greenlets.count == 1 ? "1 greenlet" : "\(greenlets.count) greenlets") + "\n"
      for greenlet in greenlets { write(greenlet, to: &text) }
    }
  }

  // MARK: - Threads

  private func write(_ thread: ThreadDump, to text: inout TextBuffer) {
    text += "\n" + paint.dim("#\(thread.number)") + " " + paint.bold(ValueText.plain(thread.name ?? "thread")) + " "
    text += thread.nativeID.map { "(\($0))" } ?? "(ident \(thread.ident))"
    if thread.interpreter != 0 { text += " interpreter \(thread.interpreter)" }
    text += ": " + activity(thread.activity)
    if thread.holdsGIL { text += ", " + paint.warning("holds the GIL") }
    if let stopped = thread.stoppedMicroseconds { text += ", stopped for \(Int(stopped.rounded(.up))) us" }
    text += quality(thread.stack) + "\n"
    write(thread.stack, to: &text)
  }

  func activity(_ activity: ActivityDump) -> String {
    switch activity.kind {
    case "running": return paint.good("running")
    case "gil": return paint.warning("waiting for the GIL")
    case "unknown": return "state unknown"
    case "lock": return lock(activity)
    default:
      return "waiting (\(activity.kind))" + (activity.detail.map { ": " + ValueText.plain($0) } ?? "")
    }
  }

  private func lock(_ activity: ActivityDump) -> String {
    guard let lock = activity.lock else { return "waiting for a lock" }
    var text = "waiting for " + (lock.foundAs.map { ValueText.plain($0) + " (\(lock.kind))" } ?? lock.kind)
    guard lock.canBeHeld else { return text }
    if let holder = lock.holderName {
      text += ", " + paint.warning("held by " + ValueText.plain(holder))
      if let number = lock.holderNativeID { text += " (\(number))" }
    } else {
      text += ", holder not known"
    }
    return text
  }

  private func quality(_ stack: StackDump) -> String {
    guard !stack.isConsistent else { return "" }
    return ", " + paint.warning("uncertain: it ran on while it was read")
  }

  // MARK: - Stacks

  private func write(_ stack: StackDump, to text: inout TextBuffer) {
    for frame in stack.frames {
      text += "    "
      if let failure = frame.failure, frame.locals == nil {
        text += paint.warning("<unreadable frame: \(ValueText.plain(failure))>") + "\n"
        continue
      }
      if paint.isColored {
        text += paint.name(ValueText.plain(frame.function))
      } else {
        text.appendPlain(frame.function)
      }
      text += " ("
      text.appendPlain(frame.file)
      if let line = frame.line {
        text += ":"
        text.append(line)
      }
      text += ")\n"
      for local in frame.locals ?? [] {
        text += "        "
        text.appendPlain(local.name)
        text += " = "
        values.write(local.value, to: &text)
        text += "\n"
      }
      if let failure = frame.failure { text += "        " + paint.warning("<\(ValueText.plain(failure))>") + "\n" }
    }
    if stack.frames.isEmpty, stack.failure == nil { text += "    " + paint.dim("no Python frames") + "\n" }
    if let failure = stack.failure {
      text += "    " + paint.warning("<outer frames missing: \(ValueText.plain(failure))>") + "\n"
    }
  }

  private func write(_ task: TaskDump, to text: inout TextBuffer) {
    text += "\n" + paint.bold(ValueText.plain(task.name)) + ": " + task.state
    if let awaits = task.awaits { text += ", awaits " + ValueText.plain(awaits) }
    if !task.awaitedBy.isEmpty {
      text += ", awaited by " + task.awaitedBy.map { ValueText.plain($0) }.joined(separator: ", ")
    }
    if let thread = task.threadName { text += ", on " + ValueText.plain(thread) }
    text += quality(task.stack) + "\n"
    write(task.stack, to: &text)
  }

  private func write(_ greenlet: GreenletDump, to text: inout TextBuffer) {
    text += "\n" + paint.bold(ValueText.plain(greenlet.name)) + ": " + greenlet.state
    if let thread = greenlet.threadName { text += ", on " + ValueText.plain(thread) }
    text += quality(greenlet.stack) + "\n"
    write(greenlet.stack, to: &text)
  }
}
