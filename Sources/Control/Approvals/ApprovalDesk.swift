import Catalog
import Glibc
import Synchronization

/// Keeps what is asked and granted, so that it outlives the gateway.
public protocol ApprovalStore: Sendable {
  func approvals() throws -> [Approval]
  func save(_ approval: Approval) throws
}

/// Where approvals are asked for, given and used: the book, and its copy on disk.
///
/// What is not on disk does not count: a change that cannot be saved is taken back.
public final class ApprovalDesk: Sendable {
  private let book: Mutex<ApprovalBook>
  private let store: any ApprovalStore
  private let now: @Sendable () -> ApprovalBook.Now

  public init(
    store: any ApprovalStore, now: @escaping @Sendable () -> ApprovalBook.Now = { ApprovalBook.Now() }
  ) throws {
    self.store = store
    self.now = now
    book = Mutex(ApprovalBook(try store.approvals()))
  }

  /// All of them, the newest first.
  public func all() -> [Approval] {
    book.withLock { book in
      book.expire(now())
      return book.approvals.values.sorted { $0.number > $1.number }
    }
  }

  /// One change of the book that is on disk before anybody hears of it.
  func change(
    _ change: (inout ApprovalBook, ApprovalBook.Now) throws(ApprovalError) -> Approval?
  ) throws(CommandError) -> Approval? {
    let result: Result<Approval?, CommandError> = book.withLock { book in
      let before = book
      do throws(ApprovalError) {
        guard let approval = try change(&book, now()) else { return .success(nil) }
        if before.approvals[approval.number] != approval {
          do { try store.save(approval) } catch {
            book = before
            return .failure(
              CommandError(.failed, "the approval cannot be written down, so it does not count: \(error)"))
          }
        }
        return .success(approval)
      } catch {
        return .failure(CommandError(error))
      }
    }
    return try result.get()
  }
}

extension ApprovalBook.Now {
  /// By the clocks of this machine.
  public init() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    self.init(
      time: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9, moment: LimitKeeper.monotonicSeconds())
  }
}

extension CommandError {
  /// Why an approval did not come about, in words.
  init(_ error: ApprovalError) {
    switch error {
    case .unknown(let number):
      self.init(.notFound, "there is no approval \(number)", hint: "see: ispy approvals")
    case .ownRequest:
      self.init(.notPermitted, "nobody approves what they asked for themselves", hint: "another person must")
    case .notAnApprover(let subjects):
      let who = subjects.isEmpty ? "nobody" : subjects.description
      self.init(.notPermitted, "the rule lets others answer this", hint: "it is for \(who)")
    case .alreadyApproved: self.init(.usage, "you have approved it already", hint: "another person must too")
    case .wrongState(let state): self.init(.usage, "it is \(state.rawValue)", hint: "see: ispy approvals")
    case .tooLong(let longest):
      self.init(.usage, "the rule grants it for \(Int(longest)) s at most", hint: "use --for \(Int(longest))s or less")
    case .tooMany(let limit):
      self.init(
        .limited, "you have \(limit) requests that wait", hint: "take some back: ispy deny NUMBER")
    }
  }
}
