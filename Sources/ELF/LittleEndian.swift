extension ArraySlice<UInt8> {
  func word16(at offset: Int) -> UInt16 {
    UInt16(self[startIndex + offset]) | UInt16(self[startIndex + offset + 1]) << 8
  }

  func word32(at offset: Int) -> UInt32 { UInt32(word16(at: offset)) | UInt32(word16(at: offset + 2)) << 16 }

  func word64(at offset: Int) -> UInt64 { UInt64(word32(at: offset)) | UInt64(word32(at: offset + 4)) << 32 }
}
