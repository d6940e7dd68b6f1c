import Glibc
import RemoteProcess

// A reader of its own for the tests, which start it with other rights, or kill it:
//   OutsideReader hold PID TID    stops the thread, says `stopped`, and holds it until standard input closes
//   OutsideReader loop PID TID    says `looping`, and stops the thread again and again
//   OutsideReader check PID       says what keeps it from reading the process, a cause, its evidence and its fixes a line

let arguments = CommandLine.arguments

func say(_ line: String) {
  print(line)
  fflush(nil)
}

func trace(pid: Int32, tid: Int32, endlessly: Bool) throws {
  // The tests run beside others, on machines that have no time for the target.
  try ThreadStopper.run(pid: pid, patience: 30_000_000_000) { stopper in
    if endlessly { say("looping") }
    repeat {
      do {
        _ = try stopper.whileStopped(tid) { _ in
          if endlessly { return }
          say("stopped")
          _ = getchar()
        }
      } catch {
        say("\(error)")
      }
    } while endlessly
  }
}

do {
  switch arguments.dropFirst().first {
  case "hold", "loop":
    guard arguments.count == 4, let pid = Int32(arguments[2]), let tid = Int32(arguments[3]) else { exit(64) }
    try trace(pid: pid, tid: tid, endlessly: arguments[1] == "loop")
  case "check":
    guard arguments.count == 3, let pid = Int32(arguments[2]) else { exit(64) }
    let check = try AccessCheck(pid: pid)
    say("readable \(check.isReadable)")
    for finding in check.findings {
      say("cause \(finding.cause)")
      say("evidence \(finding.evidence)")
      for fix in finding.fixes { say("fix \(fix)") }
    }
  default: exit(64)
  }
} catch {
  say("\(error)")
}
