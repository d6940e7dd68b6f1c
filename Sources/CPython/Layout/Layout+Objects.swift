/// Where the fields of the built-in types lie.
extension Layout {
  /// `PyObject` and `PyVarObject`, and what lies before an instance.
  public struct ObjectFields: Sendable, Equatable {
    public var refcount: Int?
    public var type: Int
    public var size: Int
    public var varSize: Int
    /// From the start of an instance to its managed dict, so a negative number (3.11 and later).
    public var managedDict: Int?
    /// The same to its values (3.11; later they share a word or lie inline).
    public var managedValues: Int?
  }

  /// `PyTypeObject`, and `PyHeapTypeObject` that begins with it.
  public struct TypeFields: Sendable, Equatable {
    public var name: Int
    public var basicsize: Int
    public var itemsize: Int
    public var flags: Int
    public var members: Int
    public var base: Int
    public var bases: Int
    public var mro: Int
    public var dict: Int
    public var dictoffset: Int
    public var subclasses: Int
    public var weaklistoffset: Int
    public var size: Int
    public var heapName: Int
    public var heapQualname: Int
    public var heapCachedKeys: Int
    public var heapModule: Int?
    public var heapSize: Int
  }

  /// `PyASCIIObject`, `PyCompactUnicodeObject` and `PyUnicodeObject`.
  public struct UnicodeFields: Sendable, Equatable {
    public var length: Int
    public var state: Int
    public var asciiSize: Int
    public var compactSize: Int
    public var data: Int
    /// In the 32-bit word at `state`.
    public var compactMask: Int
    public var asciiMask: Int
    public var kindMask: Int
  }

  /// `PyBytesObject` and `PyByteArrayObject`.
  public struct BytesFields: Sendable, Equatable {
    public var value: Int
    public var arrayStart: Int
  }

  /// `PyLongObject`.
  public struct LongFields: Sendable, Equatable {
    public var tag: Int?
    public var digits: Int
  }

  /// `PyFloatObject`.
  public struct FloatFields: Sendable, Equatable {
    public var value: Int
  }

  /// `PyComplexObject`: two doubles.
  public struct ComplexFields: Sendable, Equatable {
    public var value: Int
  }

  /// `PyTupleObject`.
  public struct TupleFields: Sendable, Equatable {
    public var items: Int
  }

  /// `PyListObject`.
  public struct ListFields: Sendable, Equatable {
    public var items: Int
  }

  /// `PySetObject`, and `setentry` in its table.
  public struct SetFields: Sendable, Equatable {
    public var used: Int
    /// One less than the number of entries.
    public var mask: Int
    public var table: Int
    public var entryKey: Int
    public var entryHash: Int
    public var entrySize: Int
  }

  /// `PyDictObject`, `PyDictKeysObject` and `PyDictValues`.
  public struct DictFields: Sendable, Equatable {
    public var used: Int
    public var keys: Int
    public var values: Int
    public var keysSize: Int?
    public var keysLog2Size: Int?
    public var keysLog2IndexBytes: Int?
    public var keysKind: Int?
    public var keysEntryCount: Int
    public var keysHeader: Int
    public var valuesItems: Int?
    public var valuesValid: Int?
  }

  /// `PySliceObject`.
  public struct SliceFields: Sendable, Equatable {
    public var start: Int
    public var stop: Int
    public var step: Int
  }

  /// `rangeobject`.
  public struct RangeFields: Sendable, Equatable {
    public var start: Int
    public var stop: Int
    public var step: Int
    public var length: Int
  }

  /// `mappingproxyobject`.
  public struct MappingProxyFields: Sendable, Equatable {
    public var mapping: Int
  }

  /// `PyCellObject`.
  public struct CellFields: Sendable, Equatable {
    public var reference: Int
  }

  /// `PyFunctionObject`.
  public struct FunctionFields: Sendable, Equatable {
    public var code: Int
    public var globals: Int
    public var qualname: Int
    public var module: Int
  }

  /// `PyMethodObject`.
  public struct MethodFields: Sendable, Equatable {
    public var function: Int
    public var receiver: Int
  }

  /// `PyCFunctionObject`: a function or method written in C.
  public struct BuiltinFunctionFields: Sendable, Equatable {
    public var methodDef: Int
    public var receiver: Int
    public var module: Int
  }

  /// `PyMethodDef`.
  public struct MethodDefFields: Sendable, Equatable {
    public var name: Int
  }

  /// `PyDescrObject`, and `PyMemberDescrObject` and `PyMethodDescrObject` that begin with it.
  public struct DescriptorFields: Sendable, Equatable {
    public var type: Int
    public var name: Int
    /// A pointer to a `PyMemberDef`, of a member descriptor.
    public var member: Int
    /// A pointer to a `PyMethodDef`, of a method descriptor.
    public var method: Int
  }

  /// `PyMemberDef`, the items of `tp_members`: for a class with `__slots__`, one a slot.
  public struct MemberDefFields: Sendable, Equatable {
    public var name: Int
    public var type: Int
    public var offset: Int
    public var flags: Int
    public var size: Int
    /// The codes of object members, `T_OBJECT` and `T_OBJECT_EX`.
    public var objectType: Int
    public var objectExType: Int
  }

  /// `PyModuleObject`.
  public struct ModuleFields: Sendable, Equatable {
    public var dict: Int?
  }

  /// `PyWeakReference`.
  public struct WeakReferenceFields: Sendable, Equatable {
    public var object: Int
  }

  /// `PyBaseExceptionObject`.
  public struct ExceptionFields: Sendable, Equatable {
    public var dict: Int
    public var args: Int
    public var traceback: Int
    public var context: Int
    public var cause: Int
  }

  /// `PyBaseExceptionGroupObject` (3.11 and later).
  public struct ExceptionGroupFields: Sendable, Equatable {
    public var message: Int?
    public var exceptions: Int?
  }

  /// `PyTracebackObject`.
  public struct TracebackFields: Sendable, Equatable {
    public var next: Int
    public var frame: Int
    public var lineno: Int
  }
}
