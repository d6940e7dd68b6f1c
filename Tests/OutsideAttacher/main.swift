import Attaching
import CPython
import Glibc

// An attacher of its own for the tests, which kill it, or have it kill itself at a step:
//   OutsideAttacher PID            attaches, says `attached WAY`, and does what it is told, a word a line:
//                                  `status`, `lease SECONDS`, `probe KIND PLACE`, `detach`, `end`
//   OutsideAttacher PID STEP       kills itself when it comes to that step

let arguments = CommandLine.arguments
var number = 0

struct ProbeOrder: Encodable {
  let kind: String
  let place: String
  let number: Int
  var seconds = 600
  var share = 1.0
}

func say(_ line: String) {
  print(line)
  fflush(nil)
}

do {
  guard arguments.count > 1, let pid = Int32(arguments[1]) else { fatalError("usage: OutsideAttacher PID [STEP]") }
  let last = arguments.count > 2 ? arguments[2] : nil
  var patience = AttachPatience()
  patience.door = .seconds(30)
  // An agent whose attacher is killed is to be gone soon.
  if last != nil { patience.welcome = .milliseconds(300) }
  let agent = try AttachedAgent(in: PythonProcess(pid: pid), patience: patience) { step in
    if step.rawValue == last { kill(getpid(), SIGKILL) }
  }
  switch agent.way {
  case .remoteDebugging: say("attached script \(agent.duration / .microseconds(1))")
  case .thread(_, let nanoseconds):
    say("attached thread \(agent.duration / .microseconds(1)) \(nanoseconds / 1000)")
  }
  while let line = readLine() {
    let words = line.split(separator: " ")
    switch words.first {
    case "status": say("\(try agent.link.status().ceiling)")
    case "lease": try agent.link.renew(Double(words[1]))
    case "probe":
      number += 1
      let order = ProbeOrder(kind: String(words[1]), place: String(words[2]), number: number)
      _ = try agent.link.run("probe insert", as: "probe", order)
      say("probe stands")
    case "detach": say("detached \(try agent.detach().isComplete)")
    default: exit(0)
    }
  }
} catch {
  say("\(error)")
  exit(1)
}
