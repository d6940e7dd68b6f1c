import Glibc
import RemoteProcess

/// All that the collector tracks, at one look: how many objects of which type, and how large they are.
public struct HeapLook: Sendable {
  public struct TypeCount: Sendable {
    public let type: String
    public let count: Int
    /// As `sys.getsizeof` counts: without what the objects refer to.
    public let bytes: Int
  }

  /// Of each name of a type, the largest in bytes first.
  public let types: [TypeCount]
  public let objects: Int
  public let bytes: Int
  public let losses: HeapLosses
  /// How long the look took.
  public let seconds: Double
  /// It was ended before its time.
  public let isCancelled: Bool
}

/// The heap of a runtime, read from outside. Free-threaded builds keep no lists: see `Runtime.hasObjectLists`.
public final class HeapReader {
  private let runtime: Runtime
  private let isCancelled: @Sendable () -> Bool
  private var walk: HeapWalk?

  public init(_ runtime: Runtime, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    self.runtime = runtime
    self.isCancelled = isCancelled
  }

  /// Walks all lists once.
  public func look() throws(ReadError) -> HeapLook {
    let start = ContinuousClock().now
    runtime.memory.forgetAll()
    walk = nil
    let walk = HeapWalk(runtime, isCancelled: isCancelled)
    try walk.run()
    self.walk = walk
    var merged: [String: (count: Int, bytes: Int)] = [:]
    for (type, object) in zip(walk.types, walk.typeObjects) {
      merged[object.name, default: (0, 0)].count += type.count
      merged[object.name, default: (0, 0)].bytes += type.bytes
    }
    let types = merged.map { HeapLook.TypeCount(type: $0.key, count: $0.value.count, bytes: $0.value.bytes) }
      .filter { $0.count > 0 }.sorted { ($1.bytes, $0.type) < ($0.bytes, $1.type) }
    return HeapLook(
      types: types, objects: walk.objects.count, bytes: types.reduce(0) { $0 + $1.bytes }, losses: walk.losses,
      seconds: start.duration(to: ContinuousClock().now) / .seconds(1), isCancelled: walk.isCancelled)
  }

  /// What holds the instances of a type, by the last look: `module.qualname`, or the last name alone. Nil where it has none.
  public func holders(ofType name: String) -> HeapHolders? {
    guard let walk else { return nil }
    var numbers: Set<Int32> = []
    for (number, type) in walk.typeObjects.enumerated() where walk.types[number].count > 0 {
      if type.name == name || type.name.hasSuffix("." + name) { numbers.insert(Int32(number)) }
    }
    guard !numbers.isEmpty else { return nil }
    return HolderSearch(walk, runtime, isCancelled: isCancelled).holders(ofTypes: numbers)
  }
}

extension Runtime {
  /// Whether the collector keeps lists of its objects. Free-threaded builds find them in the pages of their allocator
  /// (Python/gc_free_threading.c), which is not read.
  public var hasObjectLists: Bool { !layout.isFreeThreaded }
}

func pause(milliseconds: Int32) { _ = poll(nil, 0, milliseconds) }
