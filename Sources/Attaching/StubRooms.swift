import CTracer
import RemoteProcess

/// The places in a target that a stub uses: for its code, for the source that it runs, and for what it writes down.
struct StubRooms {
  let code: SpareRoom
  let text: SpareRoom
  let ledger: SpareRoom

  /// Finds them free, or frees those of an attachment that is over. Only whoever has the claim on the process may.
  ///
  /// - Parameter text: bytes of source.
  static func prepare(
    text: Int, on ground: AttachGround, _ stopper: inout ThreadStopper
  ) throws(AttachError) -> StubRooms {
    try reclaim(on: ground, &stopper)
    guard let rooms = find(text: text, on: ground) else { throw noRoom(text: text) }
    return rooms
  }

  static func noRoom(text: Int) -> AttachError {
    .unsuitable("no file of it has room for \(InjectionStub.count + text) bytes behind its code")
  }

  /// Those that are free; nothing is touched.
  static func find(text: Int, on ground: AttachGround) -> StubRooms? {
    let executable = SpareRoom.all([.read, .execute], in: ground.images, mappings: ground.mappings)
    let writable = SpareRoom.all([.read, .write], in: ground.imagesWithData, mappings: ground.mappings)
    func take(_ count: Int, of rooms: [SpareRoom]) -> SpareRoom? {
      rooms.first { $0.count >= count && $0.isZero(in: ground.memory) }?.prefix(count)
    }
    guard let code = take(InjectionStub.count, of: executable), let ledger = take(StubLedger.byteCount, of: writable)
    else { return nil }
    // Wherever else it fits: behind the code, or behind the ledger, or in a file of its own.
    let rest = (executable + writable).map { room in
      room.dropping(code.address == room.address ? code.count : ledger.address == room.address ? ledger.count : 0)
    }
    guard let text = take(text, of: rest) else { return nil }
    return StubRooms(code: code, text: text, ledger: ledger)
  }

  /// How far the stub came; nil where that cannot be read.
  func progress(in memory: LiveMemory) -> StubLedger? { ledger.bytes(in: memory).flatMap { StubLedger($0) } }

  /// Makes them as they were: zero. Where that is not possible yet, since somebody may be in the code, it does nothing.
  func clear(on pid: Int32, memory: LiveMemory, _ stopper: inout ThreadStopper) throws(AttachError) -> Bool {
    guard try isFree(pid: pid, memory: memory, &stopper) else { return false }
    let writer = try TargetWriter(pid: pid)
    let result: Result<Void, AttachError>
    do throws(ThreadStopError) {
      // The ledger last: as long as it says that the room is used, nobody uses it.
      result = try stopper.whileStopped(pid) { _ in
        do throws(AttachError) {
          for room in [code, text, ledger] {
            try writer.write([UInt8](repeating: 0, count: room.count), at: room.address, whileStopped: pid)
          }
          return .success(())
        } catch {
          return .failure(error)
        }
      }.value
    } catch {
      return false
    }
    try result.get()
    return true
  }

  /// Whether nobody is in the code, nor will be. Only whoever has the claim on the process can know.
  private func isFree(
    pid: Int32, memory: LiveMemory, _ stopper: inout ThreadStopper
  ) throws(AttachError) -> Bool {
    guard let progress = progress(in: memory), !progress.isUnderWay else { return false }
    let threads: [(innermost: Int32, tid: Int32)]
    do throws(ProcessError) { threads = try ThreadList.numbered(pid: pid) } catch { throw AttachError(error) }
    // On its last instructions it says already that it is done.
    guard !threads.contains(where: { $0.innermost == progress.tid }) else { return false }
    // So does the thread that was diverted; and one that has not begun stands before the first.
    for (_, tid) in threads {
      if let call = (try? ThreadPlace(pid: pid, tid: tid))?.systemCall {
        if code.contains(call.instructionPointer) { return false }
        continue
      }
      let isElsewhere = try? stopper.whileStopped(tid) { _ in
        var place = ctracer_place()
        return ctracer_place(tid, &place) == 0 && !code.contains(RemoteAddress(place.instruction))
      }.value
      guard isElsewhere == true else { return false }
    }
    // Whoever began meanwhile has written it down.
    return self.progress(in: memory) == progress
  }

  func isClear(in memory: LiveMemory) -> Bool { [code, text, ledger].allSatisfy { $0.isZero(in: memory) } }

  // MARK: - What others left

  /// Whoever attached may have been killed before a thread was diverted, or before it could clear what an ended agent left.
  private static func reclaim(on ground: AttachGround, _ stopper: inout ThreadStopper) throws(AttachError) {
    let own = [UInt8](UnsafeRawBufferPointer(start: ctracer_stub_code(), count: InjectionStub.codeSize))
    for room in SpareRoom.all([.read, .execute], in: ground.images, mappings: ground.mappings) {
      guard let bytes = room.prefix(min(room.count, InjectionStub.count)).bytes(in: ground.memory),
        bytes.count == InjectionStub.count, bytes.starts(with: own)
      else { continue }
      let data = bytes.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: own.count, as: ctracer_stub_data.self)
      }
      let rooms = StubRooms(
        code: room.prefix(InjectionStub.count),
        text: SpareRoom(address: RemoteAddress(data.source), count: Int(clamping: data.source_size)),
        ledger: SpareRoom(address: RemoteAddress(data.ledger), count: StubLedger.byteCount))
      if rooms.areSpare(on: ground) {
        _ = try rooms.clear(on: ground.pid, memory: ground.memory, &stopper)
      }
    }
  }

  /// Whether all of it lies where nobody else has anything: what says so was read from the target.
  private func areSpare(on ground: AttachGround) -> Bool {
    let all =
      SpareRoom.all([.read, .execute], in: ground.images, mappings: ground.mappings)
      + SpareRoom.all([.read, .write], in: ground.imagesWithData, mappings: ground.mappings)
    return [text, ledger].allSatisfy { part in all.contains { $0.contains(part) } }
  }
}
