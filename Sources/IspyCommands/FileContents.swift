import Catalog
import Glibc
import RemoteProcess

/// Files of this machine whose contents a command takes: the face reads them, since the gateway may not, or is elsewhere.
enum FileContents {
  /// The words with each such path replaced by what the file holds; `-` is standard input.
  static func replacing(
    _ words: [String], _ arguments: Arguments, _ specification: CommandSpecification
  ) throws(CommandError) -> [String] {
    var words = words
    for parameter in specification.parameters {
      guard parameter.kind.isContents, let path = arguments[parameter.name] else { continue }
      let text = try contents(path)
      words = words.map { word in
        if word == path { return text }
        return word == "--\(parameter.name)=\(path)" ? "--\(parameter.name)=\(text)" : word
      }
    }
    return words
  }

  /// A request must hold it.
  private static let limit = 900_000

  private static func contents(_ path: String) throws(CommandError) -> String {
    do throws(BoundedFile.Failure) {
      let bytes =
        path == "-"
        ? try BoundedFile.contents(of: STDIN_FILENO, limit: limit) : try BoundedFile.contents(of: path, limit: limit)
      if let text = String(validating: bytes, as: UTF8.self) { return text }
    } catch {
      switch error {
      case .tooLong: throw CommandError(.usage, "\(path) is longer than \(limit) bytes")
      case .unreadable(let code):
        throw CommandError(.failed, "cannot read \(path): \(String(cString: strerror(code)))")
      }
    }
    throw CommandError(.usage, "\(path) is no text")
  }
}
