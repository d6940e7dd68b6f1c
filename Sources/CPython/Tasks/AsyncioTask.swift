public import RemoteProcess

/// A task of asyncio that is not done, as it stood at the look.
public struct AsyncioTask: Sendable {
  /// Of the Task object.
  public let address: RemoteAddress
  /// `Task.get_name()`.
  public let name: String
  public let interpreter: Interpreter
  /// The event loop that runs it.
  public let loop: RemoteAddress
  /// The thread that the loop runs on; nil where the loop does not run now, or does not say.
  public let thread: ThreadState?
  public let state: State
  /// The frames of its coroutines, innermost first, as every stack has them. For a running task these are the frames of its
  /// thread down to the task's own coroutine.
  public let frames: [RawFrame]
  public internal(set) var quality: Stack.Quality
  /// Why something of it is missing.
  public let failure: ReadError?
  /// What it waits for; nil where it runs or is ready to.
  public let waitsFor: Awaitable?
  /// Tasks that wait for this one: what the target records (3.14+), and what the other tasks say that they wait for.
  public internal(set) var awaitedBy: [RemoteAddress]

  /// What a task is doing.
  public enum State: Equatable, Sendable {
    /// It runs at this moment, on `thread`.
    case running
    /// It waits for something that has not happened.
    case waiting
    /// It runs when the loop comes to it: just made, or what it waited for has happened.
    case ready
  }
}

extension Runtime {
  /// Names the frames of a task.
  public func stack(of task: AsyncioTask) -> Stack {
    Stack(frames: task.frames.map { frame($0) }, quality: task.quality, failure: task.failure)
  }
}
