import Glibc

/// A thread of the operating system's, for what the kernel ties to one: tracing.
enum OperatingSystemThread {
  /// Why there was no thread.
  struct Failure: Error {
    let code: Int32
  }

  /// Runs `body` on a new thread and waits until that thread has ended.
  static func run<Value>(_ body: () -> Value) -> Result<Value, Failure> {
    var value: Value?
    let code = withoutActuallyEscaping({ value = body() }) { body in
      let work = Work(body)
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { work in
          if let work { Unmanaged<Work>.fromOpaque(work).takeUnretainedValue().body() }
          return nil
        }, Unmanaged.passUnretained(work).toOpaque())
      return withExtendedLifetime(work) { code == 0 ? pthread_join(thread, nil) : code }
    }
    guard let value else { return .failure(Failure(code: code)) }
    return .success(value)
  }

  private final class Work {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
  }
}
