import Glibc

/// A file of one metric for the textfile collector of node_exporter
/// (https://github.com/prometheus/node_exporter#textfile-collector): written beside and renamed, so that it is whole whenever it
/// is read.
enum MetricFile {
  static func write(_ text: String, metric: MetricName, to path: String) throws(MetricError) {
    let mark = "# Written by ispy: \(metric)\n"
    try checkPlace(path, mark)
    // Hidden, and of another ending, so that the collector does not take it for a second one.
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let draft = String(path[...slash]) + ".\(path[path.index(after: slash)...]).\(getpid())"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    var code = write(Array((mark + text).utf8), to: descriptor)
    // The collector is another user as a rule, and what is in it is meant for it.
    if code == 0, fchmod(descriptor, 0o644) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, rename(draft, path) != 0 { code = errno }
    guard code != 0 else { return }
    unlink(draft)
    throw .file(path: path, errno: code)
  }

  /// A file that is there is replaced if it is of the same metric, and no other.
  private static func checkPlace(_ path: String, _ mark: String) throws(MetricError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    if descriptor < 0, errno == ENOENT { return }
    if descriptor < 0, errno == ELOOP { throw .occupied(path: path, "it is a symbolic link") }
    guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .occupied(path: path, "it is no file")
    }
    let first = [UInt8](unsafeUninitializedCapacity: mark.utf8.count) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    guard first.elementsEqual(mark.utf8) else {
      throw .occupied(path: path, "a file is there that is of another metric, or not of ispy")
    }
  }

  private static func write(_ content: [UInt8], to descriptor: Int32) -> Int32 {
    var done = 0
    while done < content.count {
      let count = content.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? ENOSPC : errno }
      done += count
    }
    return 0
  }
}
