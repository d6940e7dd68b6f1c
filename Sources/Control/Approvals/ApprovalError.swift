import Catalog

/// Why an approval could not be given, denied or revoked.
public enum ApprovalError: Error, Equatable, Sendable {
  case unknown(Int)
  case ownRequest
  case notAnApprover(Subjects)
  case alreadyApproved
  case wrongState(Approval.State)
  case tooLong(longest: Double)
  case tooMany(Int)
}
