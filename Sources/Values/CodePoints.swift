extension String {
  /// Code points of the text, as Python counts its length.
  public var codePointCount: Int {
    var text = self
    // Every byte of UTF-8 begins one that does not continue one. `unicodeScalars.count` decodes each of them.
    return text.withUTF8 { bytes in bytes.reduce(0) { $0 &+ ($1 & 0xC0 == 0x80 ? 0 : 1) } }
  }
}
