import Glibc
import RemoteProcess

/// A thread that is sampled: where its stack was found at the last tick, so that the next one knows what to read.
///
/// Its properties are touched some hundred times for each sample; checking at run time that no two such accesses overlap
/// took half of all the time, and none here lasts longer than an expression.
public final class SampledThread {
  public let state: ThreadState
  /// Whether its stack is read at all; the thread states of all are, for they are the list of threads.
  @exclusivity(unchecked) public internal(set) var isWanted = true
  /// Innermost first.
  @exclusivity(unchecked) public internal(set) var frames: [RawFrame] = []
  @exclusivity(unchecked) public internal(set) var quality: Stack.Quality = .uncertain(trusted: 0)
  /// Why frames are missing, where they are.
  @exclusivity(unchecked) public internal(set) var failure: ReadError?
  /// The same frames at the same instructions as at the tick before, where that was proven.
  @exclusivity(unchecked) public internal(set) var isUnchanged = false
  /// At this tick.
  @exclusivity(unchecked) public internal(set) var holdsGIL = false

  /// Where the stack was seen to begin: the interpreter's own entry, which nothing calls, and the first frame above it.
  @exclusivity(unchecked) private(set) var root: (entry: RemoteAddress, frame: RemoteAddress)?
  @exclusivity(unchecked) private(set) var pieces: [Piece] = []
  /// What this tick read, what was last proven, and what is read to prove, twice: bytes laid out by the pieces.
  @exclusivity(unchecked) private(set) var fresh: UnsafeMutableRawPointer
  @exclusivity(unchecked) private(set) var proven: UnsafeMutableRawPointer
  @exclusivity(unchecked) private(set) var again: UnsafeMutableRawPointer
  @exclusivity(unchecked) private(set) var last: UnsafeMutableRawPointer
  private var capacity = 1024
  @exclusivity(unchecked) private(set) var isProven = false
  @exclusivity(unchecked) private var hint = 0
  @exclusivity(unchecked) private var ticksSinceCompaction = 0
  /// The pieces moved since it was written down what a tick reads.
  @exclusivity(unchecked) private(set) var hasMoved = true
  /// The same of what is read to prove it.
  @exclusivity(unchecked) var hasMovedSinceProof = true
  /// Where its thread state stands in what a tick reads, and where the rest.
  @exclusivity(unchecked) private(set) var stateRequest = 0..<0
  @exclusivity(unchecked) var stackRequests: [Range<Int>] = []
  /// The same of what is read to prove it.
  @exclusivity(unchecked) var proofRequests: [Range<Int>] = []
  /// Whether its stack changes from tick to tick: where all of it lies together, this and the next ticks read it twice.
  @exclusivity(unchecked) private(set) var isBusy = false
  @exclusivity(unchecked) private var quietTicks = 0
  /// The piece with the stack that a tick reads twice, and whether this tick did read it so.
  @exclusivity(unchecked) private(set) var plannedStack: Int?
  @exclusivity(unchecked) var isReadTwice = false
  /// Whether only the innermost frame was looked at: the others are as they were proven.
  @exclusivity(unchecked) private(set) var isRetraced = false
  /// Whether all frames of the last walk lie in one piece.
  @exclusivity(unchecked) private(set) var liesTogether = false
  @exclusivity(unchecked) private var pieceOfFrames = -1
  /// The piece with all frames of the last walk; nil where they lie apart.
  var stackPiece: Int? { liesTogether && pieces.indices.dropFirst().contains(pieceOfFrames) ? pieceOfFrames : nil }
  /// How many readings of the stack there are to compare: 2 or 3.
  @exclusivity(unchecked) var readings = 3
  /// The word that leads to the innermost frame, read once more behind everything else.
  let lastLink = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)

  /// A part of the target that is read at every tick. The first is the thread state.
  struct Piece {
    let address: UInt64
    let count: Int
    /// Into the images.
    let offset: Int
    var isUsed = true
    /// How much of it, from its start, walks needed since it was added.
    var needed = 0

    /// Without what no walk needed.
    var trimmedCount: Int { min(count, SampledThread.withRoom(needed)) }
  }

  /// Frames come and go: what is read of a stack has some room for it to grow.
  static func withRoom(_ count: Int) -> Int { (count + 256) & ~255 }

  init(_ state: ThreadState, stateSize: Int) {
    self.state = state
    fresh = Self.allocate(capacity)
    proven = Self.allocate(capacity)
    again = Self.allocate(capacity)
    last = Self.allocate(capacity)
    add(state.address.rawValue, count: stateSize)
  }

  deinit {
    fresh.deallocate()
    proven.deallocate()
    again.deallocate()
    last.deallocate()
    lastLink.deallocate()
  }

  private static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
    // The gaps between pieces are compared with the rest.
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    return memory
  }

  // MARK: - Pieces

  var byteCount: Int { pieces.last.map { $0.offset + $0.count } ?? 0 }

  /// One more piece, behind the others.
  func add(_ address: UInt64, count: Int) {
    let offset = (byteCount + 15) & ~15
    // What it outgrew is read no longer than this tick.
    if pieces.contains(where: { $0.address == address }) { ticksSinceCompaction = Self.ticksBetweenCompactions }
    hint = pieces.count
    pieces.append(Piece(address: address, count: count, offset: offset))
    noteMove()
    guard offset + count > capacity else { return }
    let old = capacity
    capacity = max(2 * capacity, offset + count + 1024)
    fresh = grown(fresh, from: old)
    proven = grown(proven, from: old)
    again = grown(again, from: old)
    last = grown(last, from: old)
  }

  private func noteMove() {
    hasMoved = true
    hasMovedSinceProof = true
    isProven = false
  }

  /// It is written down what a tick reads of it: its pieces in a row.
  func isPlanned(from first: Int) {
    plannedStack = isBusy ? stackPiece ?? plannedStack : nil
    stateRequest = first..<first + 1
    stackRequests.removeAll(keepingCapacity: true)
    hasMoved = false
  }

  private func grown(_ image: UnsafeMutableRawPointer, from old: Int) -> UnsafeMutableRawPointer {
    let larger = Self.allocate(capacity)
    larger.copyMemory(from: image, byteCount: old)
    image.deallocate()
    return larger
  }

  /// Where a range of the target lies in the images; nil where it is in no piece.
  func offset(of address: UInt64, count: Int) -> Int? {
    // Frames lie in the order of the walk: the next one is where the last one was, or in the piece behind it.
    for step in 0..<pieces.count {
      var index = hint + step
      if index >= pieces.count { index -= pieces.count }
      let piece = pieces[index]
      let inside = address &- piece.address
      guard inside <= UInt64(piece.count), count <= piece.count - Int(inside) else { continue }
      hint = index
      if !piece.isUsed { pieces[index].isUsed = true }
      if Int(inside) + count > piece.needed { pieces[index].needed = Int(inside) + count }
      return piece.offset + Int(inside)
    }
    return nil
  }

  /// Learns where the stack begins: the entry need not be read any more.
  func begins(at entry: RemoteAddress, calling frame: RemoteAddress) {
    root = (entry, frame)
    guard let index = pieces.firstIndex(where: { entry.rawValue &- $0.address < UInt64($0.count) }), index > 0,
      frame.rawValue &- pieces[index].address >= UInt64(pieces[index].count)
    else { return }
    pieces[index].isUsed = false
    ticksSinceCompaction = Self.ticksBetweenCompactions
  }

  func beginWalk() {
    for index in pieces.indices { pieces[index].isUsed = index == 0 }
    liesTogether = true
    pieceOfFrames = -1
    isRetraced = false
  }

  /// Takes another innermost frame in front of callers that are as they were.
  func retrace(_ frame: RawFrame) {
    frames[0] = frame
    isRetraced = true
  }

  /// One more frame of the walk, which `offset` was just asked for.
  func append(_ frame: RawFrame) {
    if pieceOfFrames < 0 { pieceOfFrames = hint }
    if pieceOfFrames != hint { liesTogether = false }
    frames.append(frame)
  }

  private static let ticksUntilQuiet = 50

  /// Notices whether the stack changed since the tick before.
  func noteChange(_ hasChanged: Bool) {
    quietTicks = hasChanged ? 0 : quietTicks + 1
    isBusy = hasChanged || (isBusy && quietTicks < Self.ticksUntilQuiet)
    // Stacks that lie apart now and then do not change what is read of them.
    if (isBusy ? stackPiece ?? plannedStack : nil) != plannedStack { hasMoved = true }
  }

  /// The frames are no longer where they were.
  private func forgetPlaces() {
    liesTogether = false
    pieceOfFrames = -1
    plannedStack = nil
  }

  private static let ticksBetweenCompactions = 1000

  /// Drops pieces that the last walk did not need, where they are many or now and then, and the ends of pieces that no
  /// walk needed; what was proven must be proven again.
  func compact() {
    ticksSinceCompaction += 1
    let isDue = ticksSinceCompaction > Self.ticksBetweenCompactions
    guard isDue || pieces.count > 8 else { return }
    var unused = 0
    var spare = 0
    for piece in pieces.dropFirst() {
      if !piece.isUsed { unused += 1 } else { spare += piece.count - piece.trimmedCount }
    }
    guard unused > 8 || (isDue && (unused > 0 || spare >= 1024)) else {
      if isDue { ticksSinceCompaction = 0 }
      return
    }
    let kept = pieces
    forgetPlaces()
    pieces.removeAll(keepingCapacity: true)
    for image in [fresh, proven, again, last] { memset(image, 0, capacity) }
    add(kept[0].address, count: kept[0].count)
    for piece in kept.dropFirst() where piece.isUsed { add(piece.address, count: piece.trimmedCount) }
    hint = 0
    ticksSinceCompaction = 0
  }

  /// Forgets all but the thread state: a piece could not be read.
  func forgetStack() {
    forgetPlaces()
    pieces.removeSubrange(1...)
    hint = 0
    noteMove()
  }

  // MARK: - Images

  func word(at offset: Int) -> UInt64 { fresh.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }

  /// Where one of a frame's variables or values has a word; nil where none has.
  ///
  /// - Parameter index: of the frame, which is not the innermost one.
  public func place(of word: UInt64, inFrame index: Int) -> RemoteAddress? {
    guard frames.indices.contains(index), index > 0 else { return nil }
    let start = frames[index].address
    let room = frames[index - 1].address.rawValue &- start.rawValue
    guard room < 16384, let offset = offset(of: start.rawValue, count: Int(room)) else { return nil }
    return stride(from: 0, to: Int(room) & ~7, by: 8).first { self.word(at: offset + $0) & ~7 == word }.map {
      start + $0
    }
  }

  /// Whether a word is still where `place` found it.
  public func has(_ word: UInt64, at place: RemoteAddress) -> Bool {
    offset(of: place.rawValue, count: 8).map { self.word(at: $0) & ~7 == word } ?? false
  }

  var isAsProven: Bool { isProven && memcmp(fresh, proven, byteCount) == 0 }

  /// Whether all that was read but the thread state and the innermost frame is as it was proven.
  ///
  /// - Parameter place: where the innermost frame lies; nothing behind it in its piece is in use.
  func isAsProven(outside place: Int) -> Bool {
    isProven && hasSame(outside: place) { memcmp(fresh + $0, proven + $0, $1) == 0 }
  }

  /// The same of what was read to prove it.
  func isSameAgain(outside place: Int) -> Bool { hasSame(outside: place) { isSameAgain(at: $0, count: $1) } }

  private func hasSame(outside place: Int, _ isSame: (Int, Int) -> Bool) -> Bool {
    guard let piece = pieces.first(where: { place >= $0.offset && place < $0.offset + $0.count }) else { return false }
    let start = pieces[0].count
    let end = piece.offset + piece.count
    return place >= start && isSame(start, place - start) && isSame(end, byteCount - end)
  }

  func isSameAgain(at offset: Int, count: Int) -> Bool {
    memcmp(fresh + offset, again + offset, count) == 0
      && (readings == 2 || memcmp(fresh + offset, last + offset, count) == 0)
  }

  /// Whether something holds of what was read at this tick and of what was read to prove it, both times.
  func atEveryReading(_ holds: (UnsafeMutableRawPointer) -> Bool) -> Bool {
    holds(fresh) && holds(again) && (readings == 2 || holds(last))
  }

  /// What was read at this tick is proven.
  func keepProof() {
    memcpy(proven, fresh, byteCount)
    isProven = true
  }

  func forgetProof() { isProven = false }

  /// What was read to prove becomes what is to be proven, by the reading behind it.
  func turnToAgain() {
    memcpy(fresh, again, byteCount)
    memcpy(again, last, byteCount)
  }
}
