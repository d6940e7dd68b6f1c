import Glibc
import RemoteProcess

// A tracer for the tests to kill: `OutsideReader hold|loop PID TID`. `hold` stops the thread, says `stopped`, and holds it until
// its standard input closes; `loop` says `looping` and stops it again and again.

let arguments = CommandLine.arguments
guard arguments.count == 4, let pid = Int32(arguments[2]), let tid = Int32(arguments[3]) else { exit(64) }

func say(_ line: String) {
  print(line)
  fflush(nil)
}

do {
  try ThreadStopper.run(pid: pid) { stopper in
    if arguments[1] == "loop" { say("looping") }
    repeat {
      do {
        _ = try stopper.whileStopped(tid) {
          guard arguments[1] == "hold" else { return }
          say("stopped")
          _ = getchar()
        }
      } catch {
        say("\(error)")
      }
    } while arguments[1] == "loop"
  }
} catch {
  say("\(error)")
}
