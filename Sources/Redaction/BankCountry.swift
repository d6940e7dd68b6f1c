/// How long an IBAN is in each country (SWIFT IBAN registry).
enum BankCountry {
  /// Nil for a country without IBANs. Letters are in lower case.
  static func length(_ first: UInt8, _ second: UInt8) -> Int? {
    lengths[UInt16(first) << 8 | UInt16(second)]
  }

  private static let lengths: [UInt16: Int] = {
    var table: [UInt16: Int] = [:]
    for entry in registry.split(separator: " ") {
      let bytes = Array(entry.utf8)
      table[UInt16(bytes[0]) << 8 | UInt16(bytes[1])] = Int(bytes[2] & 15) * 10 + Int(bytes[3] & 15)
    }
    return table
  }()

  private static let registry = """
    ad24 ae23 al28 at20 az28 ba20 be16 bg22 bh22 bi27 br29 by28 ch21 cr22 cy28 cz24 de22 dj27 dk18 do28 ee20 eg29 es24 \
    fi18 fk18 fo18 fr27 gb22 ge22 gi23 gl18 gr27 gt28 hn28 hr21 hu28 ie22 il23 iq23 is26 it27 jo30 kw30 kz20 lb28 lc32 \
    li21 lt20 lu20 lv21 ly25 mc27 md24 me22 mk19 mn20 mr27 mt31 mu30 ni28 nl18 no15 om23 pk24 pl28 ps29 pt25 qa29 ro24 \
    rs22 ru33 sa24 sc31 sd18 se24 si19 sk24 sm27 so23 st25 sv28 tl23 tn24 tr26 ua29 va22 vg24 xk20 ye30
    """
}
