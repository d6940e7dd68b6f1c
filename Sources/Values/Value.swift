/// A value of the target, decoded to plain data: nothing in it points back into the target.
///
/// It is what every reader of values produces and what redaction, the faces and the wire consume. It is always a bounded
/// excerpt: `count` and `length` say how much there was, the arrays and strings hold how much was taken.
public struct Value: Equatable, Sendable {
  /// The qualified name of the type as its author would write it: `str`, `myapp.models.Order`.
  public var type: String
  /// Where the object lies in the target; 0 where it has no address (a tagged integer, a value that was made here).
  public var address: UInt64
  public var content: Content

  public init(type: String, address: UInt64 = 0, content: Content) {
    self.type = type
    self.address = address
    self.content = content
  }

  /// What the value is.
  public enum Content: Equatable, Sendable {
    /// `None`, `Ellipsis`, `NotImplemented`: known by its type alone.
    case singleton(String)
    case bool(Bool)
    /// An `int` of any size, in decimal digits; in hexadecimal with `0x` where it is longer than the decoder converts.
    case integer(String)
    case float(Double)
    case complex(real: Double, imaginary: Double)
    /// A `str`. `length` counts code points in the target; `text` may be a prefix of it.
    case text(String, length: Int)
    /// A `bytes` or `bytearray`. `length` counts bytes in the target; the array may be a prefix.
    case bytes([UInt8], length: Int)
    /// A list, tuple, set, frozenset or deque. `count` counts items in the target.
    case sequence([Value], count: Int)
    /// A dict. `count` counts entries in the target.
    case mapping([Entry], count: Int)
    /// An instance, by its `__dict__` and slots, and never by a property. `count` counts its attributes.
    case object([Field], count: Int)
    /// A value of the standard library with a text form of its own: a datetime, Decimal, UUID, enum member, path.
    case literal(String)
    /// A function, method, class, module, code object: what it is called.
    case named(String)
    /// Type and address are all that is known.
    case opaque
    /// The bound on depth, width or bytes was reached: there is more here, and it was not taken.
    case cut
    /// An object that contains itself, or that an inner frame of the same stack has shown: it stands already above, at the
    /// same address.
    case cycle
    /// It could not be read, and why.
    case unread(String)
    /// Withheld by redaction. The label says what kind of secret (`card`, `password`); the number is the same for equal values.
    case redacted(label: String, number: Int?)
    /// What remains under the right `summary`: a length or count with its unit (`12 items`), or nothing.
    case summary(String)
  }

  /// One entry of a mapping.
  public struct Entry: Equatable, Sendable, Codable {
    public var key: Value
    public var value: Value

    public init(key: Value, value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// One named value: an attribute, a local variable, a header.
  public struct Field: Equatable, Sendable, Codable {
    public var name: String
    public var value: Value

    public init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }
}
