import CPython
public import Redaction
public import Values

/// What `heap` found: the objects that the collector tracks, by type.
public struct HeapResult: CommandResult, Equatable {
  public var schema = "ispyd.heap/1"
  /// Seconds between the two looks, where there were two.
  public var interval: Double?
  public var processes: [ProcessHeap]
  public var unread: [UnreadProcess] = []

  public init(interval: Double? = nil, processes: [ProcessHeap]) {
    self.interval = interval
    self.processes = processes
  }

  public var isPartial: Bool { !unread.isEmpty || processes.contains { $0.isCancelled || $0.losses.tornPlaces > 0 } }

  public mutating func redact(with redactor: inout Redactor) {
    for process in processes.indices {
      guard var holders = processes[process].holders else { continue }
      holders.samples = holders.samples.map { redactor.redact($0, name: nil) }
      processes[process].holders = holders
    }
  }
}

/// The heap of one process.
public struct ProcessHeap: Codable, Sendable, Equatable {
  public var pid: Int32
  public var pythonVersion: String
  /// How long the (last) look took.
  public var seconds: Double
  public var objects: Int
  public var bytes: Int
  /// At the first of two looks.
  public var objectsBefore: Int?
  public var bytesBefore: Int?
  /// How many types there are; `types` may be the first of them.
  public var typeCount: Int
  public var types: [HeapType]
  public var losses: HeapLoss
  public var isCancelled: Bool
  /// What holds the instances of the type that was asked for.
  public var holders: HeapHolding?
}

/// The objects of one type.
public struct HeapType: Codable, Sendable, Equatable {
  public var type: String
  public var count: Int
  public var bytes: Int
  /// At the first of two looks.
  public var countBefore: Int?
  public var bytesBefore: Int?
}

/// What was not had of the lists, since the target ran meanwhile.
public struct HeapLoss: Codable, Sendable, Equatable {
  public var changedLinks: Int
  public var tornPlaces: Int
  public var lostObjects: Int
  public var collections: Int

  init(_ losses: HeapLosses) {
    changedLinks = losses.changedLinks
    tornPlaces = losses.tornPlaces
    lostObjects = losses.lostObjects
    collections = losses.collections
  }
}

/// What holds the instances of one type.
public struct HeapHolding: Codable, Sendable, Equatable {
  public var type: String
  public var count: Int
  public var bytes: Int
  public var places: [HeapPlace]
  public var placeCount: Int
  /// Every holder was followed to a place with a name.
  public var isComplete: Bool
  public var seconds: Double
  public var samples: [Value]
}

/// A place that holds instances.
public struct HeapPlace: Codable, Sendable, Equatable {
  public var place: String
  public var references: Int
  public var holders: Int
}
