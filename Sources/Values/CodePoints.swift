extension String {
  /// Code points of the text, as Python counts its length.
  public var codePointCount: Int {
    var text = self
    // Every byte of UTF-8 begins one that does not continue one, 10xxxxxx. `unicodeScalars.count` decodes each of them; here
    // eight are looked at together, each of which leaves a bit in its place, and a multiplication adds the eight.
    return text.withUTF8 { text in
      let bytes = UnsafeRawBufferPointer(text)
      let whole = bytes.count & ~7
      let bit: UInt64 = 0x0101_0101_0101_0101
      var continuing = 0
      for start in stride(from: 0, to: whole, by: 8) {
        let eight = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        let marks = (eight >> 7) & ~(eight >> 6) & bit
        continuing += Int((marks &* bit) >> 56)
      }
      for byte in bytes[whole...] where byte & 0xC0 == 0x80 { continuing += 1 }
      return bytes.count - continuing
    }
  }
}
