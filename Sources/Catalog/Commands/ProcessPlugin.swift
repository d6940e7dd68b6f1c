import RemoteProcess

/// The plugin `process`: what the kernel knows of a process.
enum ProcessPlugin {
  static let commands: [CatalogEntry] = [
    fact("pid", "Show its pid, its parent's, and the pid it knows itself by") { pid throws(ProcessError) in
      let status = try ProcessStatus(pid: pid)
      return .fields([
        .init("pid", .number(pid)), .init("parent", .number(status.parent)),
        .init("innermost", .number(status.innermostPid)),
      ])
    },
    fact("uid", "Show its real user") { pid throws(ProcessError) in user(try ProcessStatus(pid: pid).users.real) },
    fact("euid", "Show its effective user") { pid throws(ProcessError) in
      user(try ProcessStatus(pid: pid).users.effective)
    },
    fact("gid", "Show its real group") { pid throws(ProcessError) in .number(try ProcessStatus(pid: pid).groups.real) },
    fact("egid", "Show its effective group") { pid throws(ProcessError) in
      .number(try ProcessStatus(pid: pid).groups.effective)
    },
    fact("cwd", "Show its working directory, as it sees it") { pid throws(ProcessError) in
      guard let directory = ProcessPaths(pid: pid).workingDirectory else {
        throw .notPermitted(pid: pid, path: "/proc/\(pid)/cwd")
      }
      return .text(directory)
    },
    fact("environ", "Show the environment it was started with, redacted") { pid throws(ProcessError) in
      .fields(try Environment(pid: pid).variables.map { .init($0.name, .text($0.value)) })
    },
    fact("cmdline", "Show its command line") { pid throws(ProcessError) in
      .list(try ProcessArguments(pid: pid).arguments.map { .text($0) })
    },
    fact("fds", "Show its open files") { pid throws(ProcessError) in
      .list(
        try OpenFiles(pid: pid).files.map {
          .fields([.init("fd", .number($0.descriptor)), .init("target", .text($0.target.description))])
        })
    },
    fact("limits", "Show its resource limits") { pid throws(ProcessError) in
      .list(
        try ResourceLimits(pid: pid).limits.map {
          .fields([
            .init("limit", .text($0.name)), .init("soft", $0.soft.map { .number($0) } ?? .text("unlimited")),
            .init("hard", $0.hard.map { .number($0) } ?? .text("unlimited")), .init("unit", .text($0.unit)),
          ])
        })
    },
    fact("memory", "Show how much memory it uses, in bytes") { pid throws(ProcessError) in
      let usage = try MemoryUsage(pid: pid)
      return .fields([
        .init("resident", .number(usage.residentBytes)), .init("peak", .number(usage.peakResidentBytes)),
        .init("proportional", .number(usage.proportionalBytes)), .init("private", .number(usage.privateBytes)),
        .init("shared", .number(usage.sharedBytes)), .init("anonymous", .number(usage.anonymousBytes)),
        .init("swapped", .number(usage.swappedBytes)), .init("virtual", .number(usage.virtualBytes)),
      ])
    },
    fact("sockets", "Show its sockets, with both ends and state") { pid throws(ProcessError) in
      .list(
        try Sockets(pid: pid).sockets.map { socket in
          .fields([
            .init("fds", .list(socket.descriptors.map { .number($0) })), .init("kind", .text(socket.kind.rawValue)),
            .init("state", .text(socket.state.rawValue)), .init("local", .text(socket.local?.description)),
            .init("remote", .text(socket.remote?.description)), .init("path", .text(socket.path)),
          ])
        })
    },
  ]

  private static func fact(
    _ name: String, _ summary: String, read: @escaping @Sendable (Int32) throws(ProcessError) -> Fact
  ) -> CatalogEntry {
    .fact(plugin: "process", name, rung: .observe, summary, cost: "none: files under /proc are read") {
      target throws(CommandError) in
      do throws(ProcessError) { return try read(target.pid) } catch { throw CommandError(error, pid: target.pid) }
    }
  }

  private static func user(_ uid: UInt32) -> Fact {
    .fields([.init("uid", .number(uid)), .init("name", .text(UserNames()[uid]))])
  }
}
