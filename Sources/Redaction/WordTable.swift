/// What is known of some words, each of at most 16 bytes.
///
/// Every name in a text is looked up in several of these, and is in none of them: that takes a multiplication and a
/// comparison here, where `Dictionary` hashes the forty bytes of a word against attackers, whom a fixed table need not fear.
struct WordTable<Meaning: Sendable>: Sendable {
  /// Open addressing: the bytes of a word at its place or at one of the next, 0 where there is none.
  private var words: [UInt128]
  private var meanings: [Meaning?]
  /// What of the product names a place: its highest bits.
  private let shift: UInt64

  /// Where a word is there twice, the first one counts.
  init(_ entries: [(NameWord, Meaning)]) {
    // Half of the places and more are free, so that a look for a word that is not there soon ends.
    let bits = max(64 - entries.count.leadingZeroBitCount, 0) + 1
    words = [UInt128](repeating: 0, count: 1 << bits)
    meanings = [Meaning?](repeating: nil, count: 1 << bits)
    shift = UInt64(64 - bits)
    for (word, meaning) in entries {
      precondition(1...16 ~= word.count, "a word of a table has at most 16 bytes")
      let place = place(of: word)
      guard words[place] == 0 else { continue }
      words[place] = word.tail
      meanings[place] = meaning
    }
  }

  subscript(word: NameWord) -> Meaning? {
    // Words of up to 16 bytes differ in their tails: letters have no zero bytes.
    word.count <= 16 ? meanings[place(of: word)] : nil
  }

  func contains(_ word: NameWord) -> Bool { self[word] != nil }

  /// Where the word is, or would be.
  private func place(of word: NameWord) -> Int {
    let folded = UInt64(truncatingIfNeeded: word.tail) ^ UInt64(truncatingIfNeeded: word.tail >> 64) &* 31
    // The golden ratio spreads what differs in few bits (Knuth, The Art of Computer Programming 3, 6.4).
    var place = Int(truncatingIfNeeded: (folded &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while words[place] != 0, words[place] != word.tail { place = (place + 1) & (words.count - 1) }
    return place
  }
}

extension WordTable: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral entries: (NameWord, Meaning)...) { self.init(entries) }
}
