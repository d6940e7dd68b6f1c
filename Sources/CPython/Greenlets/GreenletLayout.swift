import RemoteProcess

/// Where the fields of a greenlet lie.
///
/// greenlet 1.0 and 1.1 (src/greenlet/greenlet.h `PyGreenlet`) have them in the object, `H` being the size of its head:
///
///     H | stack_start | stack_stop | stack_copy | stack_saved | stack_prev | parent | run_info | top_frame | …
///
/// greenlet 2 and 3 have an object of three words (greenlet.h) and the fields in an object of C++ (greenlet_greenlet.hpp,
/// TGreenlet.hpp `class Greenlet`), which since 3.1 also points back:
///
///     H | weakreflist | dict | pimpl
///                              '--> vtable | _self (3.1+) | exc_info | exc_state | args | kwargs |
///                                   _stack_start | stack_stop | stack_copy | _stack_saved | stack_prev | _context | _top_frame | …
///
/// `exc_state` is a `_PyErr_StackItem`, of two words since Python 3.11 and four before. What follows `_top_frame` differs between
/// versions and is not needed: the frame object leads to the frames.
struct GreenletLayout: Equatable {
  /// Offsets within the object or its implementation.
  var stackStart: Int
  var stackStop: Int
  var stackCopy: Int
  var stackSaved: Int
  var topFrame: Int
  /// Offset of `pimpl`; nil where the fields are in the object itself.
  var implementation: Int?

  /// `PyGreenlet` of greenlet 1.
  static func inObject(_ layout: Layout) -> GreenletLayout {
    let head = layout.object.size
    return GreenletLayout(
      stackStart: head, stackStop: head + 8, stackCopy: head + 16, stackSaved: head + 24, topFrame: head + 56,
      implementation: nil)
  }

  /// `class Greenlet` of greenlet 2 and 3.
  static func inImplementation(_ layout: Layout, hasSelf: Bool) -> GreenletLayout {
    let exception = 8 + layout.stackItem.previousItem + 8
    let stack = (hasSelf ? 16 : 8) + exception + 16
    return GreenletLayout(
      stackStart: stack, stackStop: stack + 8, stackCopy: stack + 16, stackSaved: stack + 24, topFrame: stack + 48,
      implementation: layout.object.size + 16)
  }

  /// Bytes that hold all of these fields.
  var size: Int { topFrame + 8 }
}

/// The part of a suspended greenlet's C stack that was copied to the heap to make room for another's.
///
///     stack_stop   ________
///                 |        |   still in its place
///                 |________|   _stack_start + _stack_saved
///                 |        |        ________
///                 |        |  -->  |        |
///     stack_start |________|       |________| stack_copy
///
/// Since 3.12 the chain of frames runs through entry frames that are on the C stack (Python/ceval.c).
struct SpilledStack: Equatable {
  var start: RemoteAddress
  var saved: UInt64
  var copy: RemoteAddress

  /// Where the content of an address of that stack is now.
  func place(of address: RemoteAddress) -> RemoteAddress {
    guard address >= start, address.rawValue - start.rawValue < saved else { return address }
    return RemoteAddress(copy.rawValue &+ (address.rawValue - start.rawValue))
  }
}
