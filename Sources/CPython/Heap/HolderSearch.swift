public import RemoteProcess

/// What holds the instances of a type.
public struct HeapHolders: Sendable {
  /// A named place that holds some of them.
  public struct Place: Sendable {
    /// `module shop.catalog attribute PAGES (dict)`
    public let place: String
    /// How many references to instances lead from there.
    public let references: Int
    /// How many objects the place is: many instances have the attribute of one name.
    public let holders: Int
  }

  /// The most references first.
  public let places: [Place]
  public let type: String
  public let count: Int
  public let bytes: Int
  /// Some of the instances.
  public let samples: [RemoteAddress]
  /// Every holder was followed to where it has a name; else some are only counted.
  public let isComplete: Bool
}

/// Finds what refers to the instances of a type, and climbs from containers without a name to a place that has one.
///
/// Each step is a pass over all objects that looks for what the last one found: nothing in CPython points back.
final class HolderSearch {
  private let walk: HeapWalk
  private let runtime: Runtime
  private let isCancelled: @Sendable () -> Bool
  private let references: HeapReferences

  /// The dicts of modules. Every function and frame of a module refers to its dict: only the module is what holds it.
  private var moduleNamespaces: Set<UInt64> = []
  private var places: [String: (references: Int, holders: Int)] = [:]
  private var isComplete = true
  /// The containers passed through so far, as text: `list in dict`.
  private var chains = [""]
  private var chainNumbers = ["": 0]

  /// Four containers, and the namespace that names the outermost.
  private static let steps = 6
  /// Containers without a name that are followed from one step.
  private static let frontierLimit = 200_000
  /// A dict that refers to more than this is no namespace: its keys are data and not names.
  private static let namedLimit = 64

  init(_ walk: HeapWalk, _ runtime: Runtime, isCancelled: @escaping @Sendable () -> Bool) {
    self.walk = walk
    self.runtime = runtime
    self.isCancelled = isCancelled
    references = HeapReferences(runtime: runtime, memory: walk.memory)
  }

  /// A way from a container to instances.
  private struct Way: Hashable {
    /// The containers between.
    let chain: Int
    /// Under which key it holds what is next on the way; 0 where there is none.
    let key: UInt64
  }

  /// The containers that are to be named, and the ways from each.
  private struct Frontier: ~Copyable {
    var wanted: AddressTable
    var ways: [[Way: Int]]
    var types: [Int32]
  }

  func holders(ofTypes numbers: Set<Int32>) -> HeapHolders {
    var first = Frontier(wanted: AddressTable(), ways: [], types: [])
    var samples: [RemoteAddress] = []
    for index in 0..<walk.objects.count where numbers.contains(walk.typeNumbers[index]) {
      let address = walk.objects.addresses[index]
      if first.wanted.insert(address), samples.count < 3 { samples.append(RemoteAddress(address)) }
    }
    let count = first.wanted.count
    // What was read for the walk may be old by now.
    walk.memory.forgetAll()
    for index in 0..<walk.objects.count where walk.types[Int(walk.typeNumbers[index])].kind == .module {
      let offset = runtime.layout.module.dict ?? runtime.layout.object.size
      if let dict = walk.memory.word(walk.objects.addresses[index], offset) { moduleNamespaces.insert(dict) }
    }
    var frontier = step(from: first, isFirst: true)
    for _ in 1..<Self.steps where frontier.wanted.count > 0 && !isCancelled() {
      frontier = step(from: frontier, isFirst: false)
    }
    for index in 0..<frontier.wanted.count { giveUp(frontier, index, "") }
    if isCancelled() { isComplete = false }
    let named = places.map { place, found in
      HeapHolders.Place(place: place, references: found.references, holders: found.holders)
    }
    let ordered = named.sorted { ($1.references, $0.place) < ($0.references, $1.place) }
    return HeapHolders(
      places: ordered, type: Set(numbers.map { walk.typeObjects[Int($0)].name }).sorted().joined(separator: ", "),
      count: count, bytes: numbers.reduce(0) { $0 + walk.types[Int($1)].bytes }, samples: samples,
      isComplete: isComplete)
  }

  // MARK: - One step

  private func step(from frontier: borrowing Frontier, isFirst: Bool) -> Frontier {
    var next = Frontier(wanted: AddressTable(), ways: [], types: [])
    var isResolved = [Bool](repeating: false, count: isFirst ? 0 : frontier.wanted.count)
    var hits: [HeapReferences.Hit] = []
    for index in 0..<walk.objects.count {
      if index & 4095 == 0, isCancelled() {
        isComplete = false
        break
      }
      let number = Int(walk.typeNumbers[index])
      let object = walk.objects.addresses[index]
      hits.removeAll(keepingCapacity: true)
      references.find(frontier.wanted, in: object, walk.typeObjects[number], walk.types[number], &hits)
      guard !hits.isEmpty else { continue }
      let keepsKeys = hits.count <= Self.namedLimit
      for hit in hits {
        if isFirst {
          follow(hit, from: object, Int32(number), Way(chain: 0, key: 0), 1, nil, keepsKeys, &next)
          continue
        }
        let held = frontier.wanted.addresses[hit.wanted]
        guard object != held, hit.slot.isNamespace || !moduleNamespaces.contains(held) else { continue }
        isResolved[hit.wanted] = true
        let type = walk.typeObjects[Int(frontier.types[hit.wanted])].name
        for (way, count) in frontier.ways[hit.wanted] {
          follow(hit, from: object, Int32(number), way, count, type, keepsKeys, &next)
        }
      }
    }
    for index in isResolved.indices where !isResolved[index] && !isCancelled() {
      giveUp(frontier, index, ", held by local variables or by C code")
    }
    return next
  }

  /// - Parameter held: the type of the container that was found, nil where it is an instance itself.
  private func follow(
    _ hit: HeapReferences.Hit, from object: UInt64, _ number: Int32, _ way: Way, _ count: Int, _ held: String?,
    _ keepsKeys: Bool, _ next: inout Frontier
  ) {
    let type = walk.typeObjects[Int(number)].name
    switch hit.slot {
    case .namespace:
      let kind = walk.types[Int(number)].kind
      let attribute = way.key == 0 ? "attributes" : "attribute \(name(at: way.key))"
      let owner =
        switch kind {
        case .module: "module \(moduleName(object)) \(attribute)"
        case .type: "class \(className(object)) \(attribute)"
        default: "\(type) \(attribute)"
        }
      add(owner + suffix(chains[way.chain]), count)
    case .attribute(let key): add("\(type) attribute \(name(at: key))" + suffix(chain(way.chain, held)), count)
    case .named(let name): add("\(type) attribute \(name)" + suffix(chain(way.chain, held)), count)
    case .inside: add("inside a \(type)" + suffix(chain(way.chain, held)), count)
    case .value(let key):
      put(object, number, Way(chain: chainNumber(way.chain, held), key: keepsKeys ? key : 0), count, &next)
    case .item: put(object, number, Way(chain: chainNumber(way.chain, held), key: 0), count, &next)
    }
  }

  private func put(_ object: UInt64, _ number: Int32, _ way: Way, _ count: Int, _ next: inout Frontier) {
    if let index = next.wanted.find(object) {
      next.ways[index][way, default: 0] += count
      return
    }
    guard next.wanted.count < Self.frontierLimit else {
      isComplete = false
      add("\(walk.typeObjects[Int(number)].name), one of too many to be followed", count)
      return
    }
    _ = next.wanted.insert(object)
    next.ways.append([way: count])
    next.types.append(number)
  }

  /// Names a container by its kind alone.
  private func giveUp(_ frontier: borrowing Frontier, _ index: Int, _ why: String) {
    let type = walk.typeObjects[Int(frontier.types[index])].name
    for (way, count) in frontier.ways[index] { add("a \(type)" + suffix(chains[way.chain]) + why, count) }
  }

  // MARK: - Names

  private func add(_ place: String, _ count: Int) {
    places[place, default: (0, 0)].references += count
    places[place, default: (0, 0)].holders += 1
  }

  private func suffix(_ chain: String) -> String { chain.isEmpty ? "" : " (\(chain))" }

  private func chain(_ number: Int, _ held: String?) -> String { chains[chainNumber(number, held)] }

  /// The number of a chain with one more container around it.
  private func chainNumber(_ number: Int, _ held: String?) -> Int {
    guard let held else { return number }
    let text = chains[number].isEmpty ? held : "\(chains[number]) in \(held)"
    if let known = chainNumbers[text] { return known }
    chains.append(text)
    chainNumbers[text] = chains.count - 1
    return chains.count - 1
  }

  private var names: [UInt64: String] = [:]

  private func name(at key: UInt64) -> String {
    if let known = names[key] { return known }
    let name = (try? runtime.string(at: RemoteAddress(key), limit: 200))?.text ?? "?"
    if names.count < 100_000 { names[key] = name }
    return name
  }

  private func moduleName(_ object: UInt64) -> String {
    guard let namespace = (try? runtime.namespace(ofModuleAt: RemoteAddress(object))) ?? nil,
      let name = (try? runtime.lookUp("__name__", inDictAt: namespace)) ?? nil,
      let text = try? runtime.string(at: name, limit: 200).text
    else { return "?" }
    return text
  }

  private func className(_ object: UInt64) -> String { (try? runtime.type(at: RemoteAddress(object)))?.name ?? "?" }
}
