public import Catalog
public import Control
import Redaction
import Yams

/// Reads a policy: YAML into a `Policy`, or into the list of all that is wrong with it.
public enum PolicyFile {
  public struct Reading: Sendable {
    /// Nil where there is any error: half a policy is none.
    public let policy: Policy?
    public let problems: [PolicyProblem]
  }

  /// A policy file is at most so long; a thousand rules take a tenth of it.
  public static let sizeLimit = 1 << 20

  public static func read(_ text: String, catalog: Catalog = .standard) -> Reading {
    func failed(_ line: Int, _ column: Int, _ message: String) -> Reading {
      Reading(policy: nil, problems: [PolicyProblem(line: line, column: column, message: message)])
    }
    guard text.utf8.count <= sizeLimit else {
      let problem = PolicyProblem(line: 1, column: 1, message: "a policy has at most \(sizeLimit) bytes")
      return Reading(policy: nil, problems: [problem])
    }
    let (root, failure) = compose(text)
    guard let root else {
      let empty = PolicyProblem(line: 1, column: 1, message: "the file is empty")
      return Reading(policy: nil, problems: [failure ?? empty])
    }
    let problems = Problems()
    let policy = PolicyParser(FileNode(root, "", problems), catalog: catalog).policy()
    let all = problems.all.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    return Reading(policy: problems.hasErrors ? nil : policy, problems: all)
  }

  /// Where a word begins with `&` or `*` and goes on, as anchors and aliases do. Within quotes none is looked for but one
  /// that has a space before it, which is refused too: what is in doubt is no policy.
  private static func anchor(in text: String) -> (line: Int, column: Int)? {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var previous: UInt8 = 0x20
      let bytes = Array(line.utf8)
      for (column, byte) in bytes.enumerated() {
        let isStart = [0x20, 0x09, 0x2c, 0x5b, 0x7b, 0x3a].contains(previous)
        if byte == UInt8(ascii: "#"), isStart { break }
        if byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), isStart, column + 1 < bytes.count,
          !" \t,]}\"'\r".utf8.contains(bytes[column + 1])
        {
          return (index + 1, column + 1)
        }
        previous = byte
      }
    }
    return nil
  }

  /// The document of a text; nothing where there is none, and why where it is no YAML.
  static func compose(_ text: String) -> (root: Node?, failure: PolicyProblem?) {
    // What an alias repeats may repeat others: a short file could be of any size.
    if let place = anchor(in: text) {
      let message = "anchors and aliases are not used here: no word begins with & or * outside of quotes; write it out"
      return (nil, PolicyProblem(line: place.line, column: place.column, message: message))
    }
    func failed(_ mark: Mark?, _ message: String) -> (Node?, PolicyProblem?) {
      (nil, PolicyProblem(line: mark?.line ?? 1, column: mark?.column ?? 1, message: message))
    }
    do {
      return (try Yams.compose(yaml: text), nil)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        return failed(mark, problem)
      case .duplicatedKeysInMapping(let duplicates, let context):
        return failed(context.mark, "\(duplicates.joined(separator: ", ")) is there twice")
      default: return failed(nil, "this is no YAML")
      }
    } catch {
      return failed(nil, "this is no YAML")
    }
  }
}
