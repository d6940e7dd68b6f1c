import Catalog

extension ApprovedTarget {
  /// Whether a grant for this is one for that process too.
  func covers(_ target: Target, labels: [String: String]) -> Bool {
    switch self {
    case .process(let pid, let startTime): target.pid == pid && target.startTime == startTime
    case .application(let name): labels["application"] == name
    }
  }
}
