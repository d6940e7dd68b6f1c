"""Values of every kind that a reader decodes, as module globals, as locals of `hold` and as attributes of `Everything`.

After `ready` comes one line of JSON: for each global in `VALUES`, [its type's name, its repr or null where that would
be too long or would not end].
"""

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import io
import json
import os
import pathlib
import re
import sys
import threading
import types
import uuid
import weakref
from typing import Any, Callable, Dict, List, NamedTuple

from target import begin, ready, wait_for_end


class Plain:
    """Attributes in the instance's own dictionary: split keys, or inline values from 3.13."""

    kind = "class attribute"

    def __init__(self) -> None:
        self.name = "plain"
        self.count = 3
        self.child = None  # type: Any


class Slotted:
    __slots__ = ("left", "right", "unset")

    def __init__(self) -> None:
        self.left = 1
        self.right = "two"


class SlottedChild(Slotted):
    """Slots of its parent and a dictionary of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.extra = [1, 2]


class DictChild(Dict[str, int]):
    """A dictionary with attributes."""


class ListChild(List[int]):
    pass


class StrChild(str):
    pass


class IntChild(int):
    pass


class WithProperty:
    """Reading must not run any of these."""

    def __init__(self) -> None:
        self.real = "data"

    @property
    def trap(self) -> str:
        os._exit(99)

    def __getattr__(self, name: str) -> str:
        os._exit(98)

    def __repr__(self) -> str:
        os._exit(97)

    def __len__(self) -> int:  # noqa: PLE0303
        os._exit(96)


@dataclasses.dataclass
class Order:
    number: int
    total: decimal.Decimal
    lines: List[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Point:
    x: int
    y: int


class Pair(NamedTuple):
    first: int
    second: str


class Colour(enum.Enum):
    RED = 1
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Flags(enum.Flag):
    A = 1
    B = 2


class ShopError(Exception):
    def __init__(self, message: str, code: int) -> None:
        super().__init__(message, code)
        self.code = code


def caught() -> BaseException:
    try:
        try:
            {}["missing"]
        except KeyError as error:
            raise ShopError("no such article", 404) from error
    except ShopError as error:
        return error


def counter() -> Callable[[], int]:
    total = 10
    unset = 0
    del unset

    def add() -> int:
        nonlocal total
        total += 1
        return total

    return add


def cyclic() -> List[Any]:
    first = [1]  # type: List[Any]
    second = {"first": first}
    first.append(second)
    return first


def chain(length: int) -> Plain:
    head = Plain()
    node = head
    for _ in range(length):
        node.child = Plain()
        node = node.child
    return head


def with_deleted() -> Dict[str, int]:
    mapping = {"key{}".format(number): number for number in range(10)}
    for number in range(0, 10, 2):
        del mapping["key{}".format(number)]
    return mapping


def overflowed() -> Plain:
    """More attributes than a split or inline table takes, in another order than its siblings'."""
    instance = Plain()
    for number in range(40):
        setattr(instance, "more{}".format(number), number)
    del instance.count
    return instance


def own_dictionary() -> Plain:
    """Its dictionary was asked for, so the values left their inline place on versions that have one."""
    instance = Plain()
    instance.__dict__["added"] = True
    return instance


def nested(depth: int) -> List[Any]:
    value = []  # type: List[Any]
    for _ in range(depth):
        value = [value]
    return value


ZONE = datetime.timezone(datetime.timedelta(hours=2), "summer")

VALUES: Dict[str, Any] = {
    "none": None,
    "true": True,
    "false": False,
    "ellipsis": ...,
    "not_implemented": NotImplemented,
    "zero": 0,
    "one": 1,
    "small": 42,
    "negative": -7,
    "digit_edge": 2**30 - 1,
    "two_digits": 2**30,
    "int64_max": 2**63 - 1,
    "int64_min": -(2**63),
    "uint64_max": 2**64 - 1,
    "big": 10**30,
    "big_negative": -(2**70),
    "huge_int": 7**400,
    "float_half": 0.5,
    "float_negative": -1.25e-300,
    "float_tenth": 0.1,
    "float_nan": float("nan"),
    "float_infinity": float("inf"),
    "complex_number": 1.5 - 2j,
    "str_empty": "",
    "str_ascii": "hello",
    "str_control": "tab\tnew\nnul\x00quote'back\\",
    "str_latin1": "caf\u00e9",
    "str_ucs2": "\u03b1\u03b2\u03b3 \u4e2d\u6587",
    "str_ucs4": "smile \U0001f600",
    "str_surrogate": "lone \ud800",
    "str_long": "x" * 100000,
    "str_child": StrChild("subclass"),
    "int_child": IntChild(17),
    "bytes_empty": b"",
    "bytes_some": b"\x00\xffabc",
    "bytes_long": bytes(range(256)) * 400,
    "byte_array": bytearray(b"mutable"),
    "memory": memoryview(b"view"),
    "list_empty": [],
    "list_mixed": [1, "two", 3.0, None, [4]],
    "list_child": ListChild([1, 2]),
    "list_huge": list(range(100000)),
    "list_nested": nested(30),
    "list_cyclic": cyclic(),
    "tuple_empty": (),
    "tuple_pair": (1, ("two",)),
    "dict_empty": {},
    "dict_str": {"one": 1, "two": 2},
    "dict_mixed": {1: "one", (2, 3): "pair", None: "none", "s": "str"},
    "dict_deleted": with_deleted(),
    "dict_child": DictChild(one=1),
    "dict_huge": {number: str(number) for number in range(50000)},
    "dict_ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
    "dict_default": collections.defaultdict(list, {"k": [1]}),
    "dict_counter": collections.Counter("aab"),
    "dict_proxy": types.MappingProxyType({"inside": 1}),
    "set_empty": set(),
    "set_some": {"only"},
    "set_huge": set(range(10000)),
    "frozen_set": frozenset({7}),
    "deque_some": collections.deque([1, 2, 3], maxlen=5),
    "deque_long": collections.deque(range(1000)),
    "range_some": range(1, 10, 2),
    "slice_some": slice(1, None, 2),
    "array_ints": array.array("i", [1, 2, 3]),
    "named_tuple": Pair(1, "two"),
    "data_class": Order(1, decimal.Decimal("19.90"), ["book"]),
    "data_frozen": Point(3, 4),
    "plain": Plain(),
    "plain_overflowed": overflowed(),
    "plain_dictionary": own_dictionary(),
    "plain_chain": chain(50),
    "slotted": Slotted(),
    "slotted_child": SlottedChild(),
    "guarded": WithProperty(),
    "simple_namespace": types.SimpleNamespace(a=1, b="two"),
    "date": datetime.date(2024, 2, 29),
    "time": datetime.time(23, 59, 58, 999999),
    "time_zone": datetime.time(1, 2, 3, tzinfo=ZONE),
    "date_time": datetime.datetime(2024, 12, 31, 23, 59, 58, 123456),
    "date_time_utc": datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc),
    "date_time_zone": datetime.datetime(2024, 1, 1, 12, 30, tzinfo=ZONE),
    "time_delta": datetime.timedelta(days=-1, seconds=30, microseconds=5),
    "decimal_price": decimal.Decimal("19.90"),
    "decimal_negative": decimal.Decimal("-0.001"),
    "decimal_exponent": decimal.Decimal("1E+30"),
    "decimal_nan": decimal.Decimal("NaN"),
    "decimal_infinity": decimal.Decimal("-Infinity"),
    "decimal_long": decimal.Decimal("1234567890123456789012345678901234567890.5"),
    "fraction": fractions.Fraction(1, 3),
    "uuid": uuid.UUID("12345678-1234-5678-1234-567812345678"),
    "enum_int": Colour.RED,
    "enum_str": Colour.BLUE,
    "enum_int_enum": Level.HIGH,
    "enum_flag": Flags.A | Flags.B,
    "exception": caught(),
    "exception_plain": ValueError("bad", 1),
    "exception_os": FileNotFoundError(2, "No such file", "/nowhere"),
    "closure": counter(),
    "lambda": lambda: 1,
    "partial": functools.partial(int, base=2),
    "method": Plain().__init__,
    "builtin_function": len,
    "builtin_method": [].append,
    "class": Plain,
    "class_builtin": dict,
    "module": json,
    "code": counter.__code__,
    "generator": (number for number in range(3)),
    "iterator": iter([1, 2]),
    "regex": re.compile("a+b"),
    "path": pathlib.PurePosixPath("/etc/hosts"),
    "file": io.StringIO("text"),
    "lock": threading.Lock(),
    "rlock": threading.RLock(),
    "event": threading.Event(),
    "object": object(),
}
VALUES["weak_reference"] = weakref.ref(VALUES["plain"])
globals().update(VALUES)

# Too long to print, or never to be printed.
UNPRINTED = {"guarded", "list_cyclic", "plain_chain"}


class Everything:
    """Each value as an attribute."""

    def __init__(self) -> None:
        self.__dict__.update(VALUES)


everything = Everything()
# `peek` must not find a way into this by `sys.modules` alone, yet list it: a module without a file.
fabricated = types.ModuleType("fabricated")
fabricated.setting = "on"  # type: ignore[attr-defined]
sys.modules["fabricated"] = fabricated


def answer() -> str:
    described = {}
    for name, value in VALUES.items():
        text = None if name in UNPRINTED else repr(value)
        described[name] = [type(value).__name__, text if text is None or len(text) < 2000 else None]
    return json.dumps(described)


def hold(settings: Dict[str, Any]) -> None:
    card_number = "4111 1111 1111 1111"
    db_password = "hunter2"
    order = VALUES["data_class"]
    basket = [order, Order(2, decimal.Decimal("5"))]
    captured = "in a cell"
    deleted = 1
    del deleted

    def inner() -> None:
        print(captured)
        wait_for_end()

    ready(len(VALUES))
    print(answer(), flush=True)
    inner()
    print(card_number, db_password, basket, settings)


if __name__ == "__main__":
    begin()
    hold({"DEBUG": True, "SECRET_KEY": "s3cret", "DATABASES": {"default": {"HOST": "db", "PASSWORD": "pw"}}})
