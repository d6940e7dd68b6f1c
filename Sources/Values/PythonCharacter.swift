/// Which characters Python's `repr` shows as they are.
public enum PythonCharacter {
  /// As `str.isprintable`: no control, format (bidi, zero width), unassigned, private or separating character but the space.
  public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      return false
    default:
      return true
    }
  }
}
