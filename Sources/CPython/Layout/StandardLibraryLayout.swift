/// Where the fields of types lie that extension modules define. Relative to the object header they are the same in 3.8 to 3.15;
/// only the header's size differs (free-threaded builds).
struct StandardLibraryLayout {
  // Include/datetime.h: `Py_hash_t hashcode; char hastzinfo; unsigned char data[…]`.
  let hasTimeZone: Int
  let dateData: Int
  /// `PyDateTime_DateTime.tzinfo`, behind ten bytes of data and `fold`.
  let dateTimeZone: Int
  /// `PyDateTime_Time.tzinfo`, behind six bytes of data and `fold`.
  let timeZone: Int
  /// `PyDateTime_Delta.days`; seconds and microseconds follow, each a C int.
  let deltaDays: Int
  /// `PyDateTime_TimeZone.offset` (Modules/_datetimemodule.c), a timedelta.
  let fixedOffset: Int

  // Modules/_decimal/_decimal.c `PyDecObject`, Modules/_decimal/libmpdec/mpdecimal.h `mpd_t`.
  let decimalFlags: Int
  let decimalExponent: Int
  let decimalWordCount: Int
  let decimalData: Int

  // Modules/_collectionsmodule.c `dequeobject`: `leftblock, rightblock, leftindex, …` behind `ob_size`.
  let dequeLeftBlock: Int
  let dequeLeftIndex: Int
  /// `BLOCKLEN` items a block, behind `leftlink` and before `rightlink`.
  let dequeBlockLength = 64

  // Objects/descrobject.c `mappingproxyobject.mapping`.
  let proxiedMapping: Int
  // Objects/rangeobject.c `rangeobject`: start, stop, step, length.
  let rangeStart: Int

  init(_ layout: Layout) {
    let header = layout.object.size
    hasTimeZone = header + 8
    dateData = header + 9
    dateTimeZone = header + 24
    timeZone = header + 16
    deltaDays = header + 8
    fixedOffset = header
    decimalFlags = header + 8
    decimalExponent = header + 16
    decimalWordCount = header + 32
    decimalData = header + 48
    dequeLeftBlock = layout.object.varSize + 8
    dequeLeftIndex = layout.object.varSize + 24
    proxiedMapping = header
    rangeStart = header
  }
}
