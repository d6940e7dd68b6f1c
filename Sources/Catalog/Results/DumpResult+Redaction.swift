import Redaction
import Values

extension ProcessDump {
  mutating func redact(with redactor: inout Redactor) {
    commandLine = redactor.redact(text: commandLine)
    for index in threads.indices {
      // A program may name its threads after anything.
      threads[index].name = threads[index].name.map { redactor.redact(text: $0) }
      threads[index].stack.redact(with: &redactor)
    }
    for index in tasks?.indices ?? 0..<0 { tasks?[index].stack.redact(with: &redactor) }
    for index in greenlets?.indices ?? 0..<0 { greenlets?[index].stack.redact(with: &redactor) }
  }
}

extension StackDump {
  mutating func redact(with redactor: inout Redactor) {
    for frame in frames.indices {
      for local in frames[frame].locals?.indices ?? 0..<0 {
        guard let field = frames[frame].locals?[local] else { continue }
        frames[frame].locals?[local].value = redactor.redact(field.value, name: field.name)
      }
    }
  }
}
