import Catalog
import Terminal
import Values

extension HeapResult: TextRendering {
  func text(_ paint: Paint) -> String {
    processes.map { text($0, paint) }.joined(separator: "\n") + unread.map { $0.line(paint) }.joined()
  }

  private func text(_ heap: ProcessHeap, _ paint: Paint) -> String {
    var text = paint.bold("process \(heap.pid)") + "  Python \(ValueText.plain(heap.pythonVersion))  "
    text += "\(heap.objects) objects, \(Figures.bytes(UInt64(max(heap.bytes, 0))))"
    if let before = heap.objectsBefore, let interval {
      text += ", \(Self.signed(heap.objects - before)) in \(Figures.fixed(interval, places: 1)) s"
    }
    text += "  " + paint.dim("looked for \(Figures.fixed(heap.seconds, places: 2)) s") + "\n"
    text += losses(heap, paint) + "\n" + table(heap, paint)
    if let holders = heap.holders { text += "\n" + self.text(holders, paint) }
    let left = heap.typeCount - heap.types.count
    if heap.holders == nil, left > 0 { text += paint.dim("… \(left) more types") + "\n" }
    return text
      + paint.dim("Strings, numbers and other objects that the collector does not track are not among these.") + "\n"
  }

  private func losses(_ heap: ProcessHeap, _ paint: Paint) -> String {
    var words: [String] = []
    let losses = heap.losses
    if losses.changedLinks > 0 { words.append("\(losses.changedLinks) links changed and were read again") }
    if losses.collections > 0 { words.append("waited for \(losses.collections) collections") }
    var text = words.isEmpty ? "" : paint.dim("meanwhile: " + words.joined(separator: ", ")) + "\n"
    words = []
    if losses.lostObjects > 0 { words.append("\(losses.lostObjects) objects were gone before they were read") }
    if losses.tornPlaces > 0 { words.append("a list was torn in \(losses.tornPlaces) places: objects are missing") }
    if heap.isCancelled { words.append("interrupted: not all was counted") }
    if !words.isEmpty { text += paint.warning(words.joined(separator: ", ")) + "\n" }
    return text
  }

  private func table(_ heap: ProcessHeap, _ paint: Paint) -> String {
    let isGrowth = interval != nil
    var rows = [isGrowth ? ["GROWTH", "BYTES", "CHANGE", "COUNT", "BEFORE", "TYPE"] : ["COUNT", "BYTES", "TYPE"]]
    rows += heap.types.map { type in
      let bytes = Figures.bytes(UInt64(max(type.bytes, 0)))
      guard isGrowth else { return [String(type.count), bytes, type.type] }
      let change = type.bytes - (type.bytesBefore ?? 0)
      let size = Figures.bytes(UInt64(change.magnitude))
      return [
        change > 0 ? "+" + size : change < 0 ? "-" + size : "0", bytes,
        Self.signed(type.count - (type.countBefore ?? 0)), String(type.count), String(type.countBefore ?? 0), type.type,
      ]
    }
    let lines = Columns.lines(rows, right: isGrowth ? [0, 1, 2, 3, 4] : [0, 1])
    return paint.bold(lines[0]) + "\n" + lines.dropFirst().map { $0 + "\n" }.joined()
  }

  private func text(_ holding: HeapHolding, _ paint: Paint) -> String {
    var text = "\(holding.count) of " + paint.name(ValueText.plain(holding.type)) + " are held by\n"
    if holding.places.isEmpty { text += "  nothing that was found: local variables, or objects of C extensions\n" }
    for place in holding.places {
      let count = String(place.references)
      let padding = String(repeating: " ", count: max(0, 10 - count.count))
      let holders = place.holders > 1 ? paint.dim("  in \(place.holders) holders") : ""
      text += padding + count + "  " + ValueText.plain(place.place, room: 200) + holders + "\n"
    }
    let left = holding.placeCount - holding.places.count
    if left > 0 { text += paint.dim("… \(left) more places") + "\n" }
    if !holding.isComplete { text += paint.warning("not every holder was followed") + "\n" }
    let values = ValueText(room: 400, textRoom: 100, itemRoom: 200, depth: 3)
    text += "such as\n" + holding.samples.map { "  " + values.text(of: $0) + "\n" }.joined()
    return text
  }

  private static func signed(_ number: Int) -> String { number > 0 ? "+\(number)" : String(number) }
}
