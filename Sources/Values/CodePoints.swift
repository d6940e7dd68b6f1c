extension String {
  /// Code points of the text, as Python counts its length.
  public var codePointCount: Int {
    var text = self
    // Every byte of UTF-8 begins one that does not continue one. `unicodeScalars.count` decodes each of them; this loop has
    // no way out, so it is done for many bytes at once.
    return text.withUTF8 { bytes in
      var count = 0
      for byte in bytes { count &+= byte & 0xC0 == 0x80 ? 0 : 1 }
      return count
    }
  }
}
