import Glibc
import Profiles
import RemoteProcess

extension CatalogEntry {
  /// `ispy diff`: two profiles compared.
  static let diff = CatalogEntry(
    CommandSpecification(
      name: "diff", rung: .observe, summary: "Compare two profiles that were recorded",
      discussion: """
        Says in which functions more time went in the second profile than in the first, and in which less: OWN while they \
        were the innermost, TOTAL with all that they called. A function is its name and its file; lines and threads do not \
        count, since they differ from one version, or one run, to the next.

        It reads what ispy wrote: the result of record --json, the page (.html), a file for speedscope (.json), and collapsed \
        stacks. The last two say nothing of how they were taken.

        Unless --absolute is given each profile is taken as 100 %, so that they may be of different length: 5 % of the one \
        are compared with 5 % of the other. With --absolute times are compared as they are.

        --output writes a differential flame graph: as wide as the second profile, red where more time went than before, \
        blue where less. A page (.html) shows the first one's widths too, and what is no more in the second; .svg is a \
        picture; .collapsed has both weights on each line, as flamegraph.pl takes them.
        """,
      parameters: [
        .positional("before", .file, "a profile"),
        .positional("after", .file, "another, of a later time or another version"),
        .flag("absolute", "compare times as they are, not shares"),
        .option("output", .file, short: "o", "write a differential flame graph to a file, as its ending says"),
        .option(
          "format", .choice(ProfileFormat.comparing.map(\.rawValue)), "of the file, where its ending does not say"),
      ],
      place: .client, cost: "nothing: no process is looked at",
      examples: [
        .init("ispy diff monday.html tuesday.html", "what became slower, and what faster"),
        .init("ispy diff before.json after.json -o diff.html", "the same as a flame graph"),
      ], schema: "ispyd.diff/1"), result: DiffResult.self, execute: diff)

  private static func diff(
    _ arguments: Arguments, _ context: ExecutionContext
  ) throws(CommandError) -> any CommandResult {
    let before = try profile(arguments["before"] ?? "")
    let after = try profile(arguments["after"] ?? "")
    return DiffResult(
      comparison: ProfileComparison(before: before, after: after, isAbsolute: arguments.has("absolute")))
  }

  private static func profile(_ path: String) throws(CommandError) -> StoredProfile {
    let bytes = try contents(path)
    do throws(StoredProfile.Failure) { return try StoredProfile(name: path, bytes: bytes) } catch {
      throw CommandError(
        .failed, "\(error)", hint: "ispy diff reads record --json, .html, .json (speedscope) and .collapsed of ispy's")
    }
  }

  /// More than any profile of ours has.
  private static let sizeLimit = 512 << 20

  private static func contents(_ path: String) throws(CommandError) -> [UInt8] {
    do throws(BoundedFile.Failure) { return try BoundedFile.contents(of: path, limit: sizeLimit) } catch {
      switch error {
      case .tooLong: throw CommandError(.failed, "\(path) is too large for a profile")
      case .unreadable(let code):
        throw CommandError(
          code == ENOENT ? .notFound : code == EACCES || code == EPERM ? .notPermitted : .failed,
          "cannot read \(path): \(String(cString: strerror(code)))")
      }
    }
  }
}
