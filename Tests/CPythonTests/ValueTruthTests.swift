import Foundation
import RemoteProcess
import TestSupport
import Testing
import Values

@testable import CPython

/// Decoded values, as text, against what Python's own `repr` says of them, on every CPython found.
struct ValueTruthTests {
  /// What is shown in another way than by `repr`, which is code of the class: how it begins, with `0x…` for addresses.
  private static let shownOtherwise: [String: [String]] = [
    // Subclasses and instances say what they are and what they hold.
    "dict_child": ["DictChild({'one': 1})"], "list_child": ["ListChild([1, 2])"], "str_child": ["StrChild('subclass')"],
    "plain": ["Plain(name='plain', count=3, child=None)", "Plain(child=None, count=3, name='plain')"],
    "plain_dictionary": ["Plain(name='plain', count=3, child=None, added=True)"],
    "plain_overflowed": ["Plain(name='plain', child=None, more0=0, more1=1, more2=2,"],
    "slotted": ["Slotted(left=1, right='two')"], "slotted_child": ["SlottedChild(extra=[1, 2], left=1, right='two')"],
    "simple_namespace": ["SimpleNamespace(a=1, b='two')"],
    "event": ["Event(_cond=Condition(_lock=<_thread.lock at 0x…>"],
    "exception": ["ShopError(args=('no such article', 404), code=404)"],
    "exception_os": ["FileNotFoundError(args=(2, 'No such file'))"], "exception_plain": ["ValueError(args=('bad', 1))"],
    "partial": ["partial(func=<class int>, args=(), keywords={'base': 2})", "<functools.partial at 0x…>"],
    "regex": ["Pattern(pattern='a+b')", "<re.Pattern at 0x…>"], "slice_some": ["slice(start=1, stop=None, step=2)"],
    // Containers with settings of their own show what they hold.
    "deque_some": ["deque([1, 2, 3])"], "dict_default": ["defaultdict({'k': [1]})"],
    "dict_ordered": ["OrderedDict({'b': 1, 'a': 2})"],
    // Members by the name that code calls them.
    "enum_int": ["Colour.RED"], "enum_str": ["Colour.BLUE"], "enum_int_enum": ["Level.HIGH"],
    "enum_flag": ["Flags.A|B", "Flags(_name_=None, _value_=3)"],
    "date_time_zone": ["datetime.datetime(2024, 1, 1, 12, 30, tzinfo=datetime.timezone(+02:00))"],
    "time_zone": ["datetime.time(1, 2, 3, tzinfo=datetime.timezone(+02:00))"],
    // What has a name is called by it.
    "builtin_function": ["<builtin_function_or_method len>"], "builtin_method": ["<builtin_function_or_method append>"],
    "class": ["<class __main__.Plain>"], "class_builtin": ["<class dict>"], "code": ["<code counter>"],
    "closure": ["<function __main__.counter.<locals>.add>"], "lambda": ["<function __main__.<lambda>>"],
    "generator": ["<generator <genexpr>>"], "method": ["<method Plain.__init__>"], "module": ["<module json>"],
    // Type and address.
    "array_ints": ["<array.array at 0x…>"], "file": ["<_io.StringIO at 0x…>"], "iterator": ["<list_iterator at 0x…>"],
    "lock": ["<_thread.lock at 0x…>"], "rlock": ["<_thread.RLock at 0x…>"], "memory": ["<memoryview at 0x…>"],
    "object": ["<object at 0x…>"], "weak_reference": ["<weakref at 0x…>", "<weakref.ReferenceType at 0x…>"],
    // The bound on depth; half a character has no text.
    "list_nested": ["[[[[[[[…]]]]]]]"], "str_surrogate": ["'lone \u{fffd}'"],
  ]

  @Test(arguments: PythonInterpreter.installed)
  func valuesReadAsPythonWritesThem(python: PythonInterpreter) throws {
    let target = try python.run("values.py")
    defer { target.end() }
    let line = try target.line()
    let truth = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: [Any]])
    let runtime = try PythonProcess(pid: target.pid).runtime
    let decoder = Decoder(runtime, limits: Decoder.Limits(depth: 6, width: 200, length: 4_000))
    let text = ValueText(room: 20_000, textRoom: 4_000, itemRoom: 200, depth: 8)
    let main = try #require(try runtime.namespace(ofModule: "__main__", in: runtime.interpreters()[0]))
    let values = try #require(try runtime.lookUp("VALUES", inDictAt: main))
    var compared = 0
    for entry in try runtime.dictEntries(at: values) {
      let name = try runtime.string(at: entry.key, limit: 100).text
      let value = decoder.value(at: entry.value)
      let facts = try #require(truth[name])
      let type = facts[0] as? String
      #expect(value.type.split(separator: ".").last.map(String.init) == type, "\(name)")
      guard let repr = facts[1] as? String else { continue }
      let shown = text.text(of: value)
      if let others = Self.shownOtherwise[name] {
        let general = shown.replacing(/0x[0-9a-f]+/, with: "0x…")
        #expect(shown == repr || others.contains { general.hasPrefix($0) }, "\(name): \(shown)")
      } else {
        #expect(shown == repr, "\(name)")
      }
      compared += 1
    }
    #expect(compared > 90)
  }
}
