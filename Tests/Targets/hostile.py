"""What an application may have in its variables, and what other code would trip over: objects each method of which says
aloud that it was called, once they are armed."""

import enum
import random
from decimal import Decimal
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

# Which methods were called while nothing of the application was to be called.
CALLED: List[str] = []
IS_ARMED = [False]


class Facts(NamedTuple):
    """What can plainly be read of an object: in its slots, in its dictionary, in its class. `own` is None where it has
    no dictionary, `is_blind` says that nothing of it can be read but slots."""

    thing: object
    slots: Dict[str, object]
    own: Optional[Dict[str, object]]
    shared: Dict[str, object]
    entries: int
    is_blind: bool


METHODS = [
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__bool__", "__len__", "__iter__",
    "__next__", "__contains__", "__getitem__", "__reversed__", "__repr__", "__str__", "__format__", "__bytes__",
    "__float__", "__int__", "__index__", "__complex__", "__add__", "__radd__", "__sub__", "__rsub__", "__mul__",
    "__rmul__", "__truediv__", "__rtruediv__", "__floordiv__", "__rfloordiv__", "__mod__", "__rmod__", "__neg__",
    "__pos__", "__abs__", "__getattribute__", "__getattr__", "__setattr__", "__dir__", "__call__", "__enter__",
    "__exit__", "__sizeof__", "__reduce_ex__", "__length_hint__", "__missing__", "__fspath__", "__round__",
    "__trunc__", "__get__", "__set__", "__delete__", "__instancecheck__", "__subclasscheck__", "__subclasshook__",
    "__set_name__", "__await__", "__copy__", "__deepcopy__",
]  # fmt: skip


def loud(name: str, base: type) -> Callable[..., Any]:
    """A method that says that it was called, and does what it would."""

    def method(self: object, *arguments: object) -> object:
        if IS_ARMED[0]:
            CALLED.append(name)
        original = getattr(base, name, None)
        if original is None:
            raise AttributeError(name)
        return original(self, *arguments)

    return method


def loud_members(base: type, without: Tuple[str, ...] = ()) -> Dict[str, Any]:
    return {name: loud(name, base) for name in METHODS if name not in without}


LoudMeta = type("LoudMeta", (type,), loud_members(type, ("__set_name__", "__subclasshook__", "__get__", "__set__")))
# Instances are made while nothing is armed.
PLAIN = ("__setattr__", "__getattr__", "__set_name__", "__subclasshook__", "__get__", "__set__", "__delete__")
Loud = LoudMeta("Loud", (object,), loud_members(object, PLAIN))
LoudText = LoudMeta("LoudText", (str,), loud_members(str, PLAIN))
LoudInt = LoudMeta("LoudInt", (int,), loud_members(int, PLAIN))
LoudFloat = LoudMeta("LoudFloat", (float,), loud_members(float, PLAIN))
LoudList = LoudMeta("LoudList", (list,), loud_members(list, PLAIN))
LoudDict = LoudMeta("LoudDict", (dict,), loud_members(dict, PLAIN))
LoudDecimal = LoudMeta("LoudDecimal", (Decimal,), loud_members(Decimal, PLAIN))
LoudDescriptor = type("LoudDescriptor", (), loud_members(object, ("__set_name__", "__getattr__", "__setattr__")))


class Key:
    """Hashes as something else does and is equal to all."""

    def __init__(self, other: object) -> None:
        self.value = hash(other)

    def __hash__(self) -> int:
        if IS_ARMED[0]:
            CALLED.append("hash of a key")
        return self.value

    def __eq__(self, other: object) -> bool:
        if IS_ARMED[0]:
            CALLED.append("comparison of a key")
        return IS_ARMED[0]


class KeyText(str):
    def __hash__(self) -> int:
        if IS_ARMED[0]:
            CALLED.append("hash of a text")
        return str.__hash__(self)

    def __eq__(self, other: object) -> bool:
        if IS_ARMED[0]:
            CALLED.append("comparison of a text")
        return self is other


class Order:
    currency = "EUR"
    limit = 100
    tags = ["a"]

    def __init__(self, total: object, status: object) -> None:
        self.total, self.status = total, status

    @property
    def computed(self) -> int:
        CALLED.append("property")
        return 1

    def __getattr__(self, name: str) -> object:
        if IS_ARMED[0]:
            CALLED.append("__getattr__")
        raise AttributeError(name)


class Slotted:
    __slots__ = ("total", "status", "missing")
    shape = 3.5

    def __init__(self, total: object, status: object) -> None:
        self.total, self.status = total, status


class Guarded(Order):
    """Reads like an order, but for whom it asks to."""

    total = LoudDescriptor()  # type: ignore[assignment]

    def __getattribute__(self, name: str) -> object:
        if IS_ARMED[0]:
            CALLED.append("__getattribute__")
        return object.__getattribute__(self, name)


class Veiled:
    """What it calls its dictionary is none."""

    total = 5

    @property
    def __dict__(self) -> Dict[str, object]:  # type: ignore[override]
        CALLED.append("__dict__")
        return {"total": 1}


class Borrowed:
    """Has a slot of another class, which is of no use to it."""

    total = Slotted.__dict__["total"]
    __dict__ = Slotted.__dict__["status"]


class Color(enum.Enum):
    RED = "red"


Mined = type("Mined", (), {KeyText("total"): 1, "status": "paid"})


def objects(random: random.Random) -> List[Facts]:
    """Things with attributes, and what can be read of each."""
    status = random.choice(["paid", "open", "PAID", None])
    total = random.choice([5, 100, 250.5, Decimal("99.5"), "many"])
    shared = {"currency": "EUR", "limit": 100}
    order = Order(total, status)
    outer = Order(total, status)
    outer.customer = order  # type: ignore[attr-defined]
    crowded = Order(total, status)
    crowded.__dict__.update({"field%d" % number: number for number in range(random.choice([20, 1200, 3000]))})
    mined = Order(total, status)
    mined.__dict__[Key("total")] = mined.__dict__[KeyText("missing")] = 1  # type: ignore[index]
    mined.__dict__[Key("currency")] = 1  # type: ignore[index]
    slotted = Slotted(total, status)
    guarded = Guarded.__new__(Guarded)
    object.__getattribute__(guarded, "__dict__").update(total=total, status=status)
    loudly = Loud()
    object.__getattribute__(loudly, "__dict__")["total"] = total
    made_up = Order(total, status)
    made_up.__dict__ = LoudDict({"total": 1})
    parts = {"total": total, "status": status}
    return [
        Facts(order, {}, parts, shared, 2, False),
        Facts(outer, {}, {**parts, "customer": order}, shared, 3, False),
        Facts(crowded, {}, parts, shared, len(crowded.__dict__), False),
        Facts(mined, {}, parts, shared, len(mined.__dict__), False),
        Facts(slotted, parts, None, {"shape": 3.5}, 0, False),
        Facts(guarded, {}, parts, shared, 2, False),
        Facts(loudly, {}, {"total": total}, {"__module__": "hostile"}, 1, False),
        Facts(made_up, {}, {}, {}, 0, True),
        Facts(Veiled(), {}, {}, {}, 0, True),
        Facts(Borrowed(), {}, {}, {}, 0, True),
        Facts(Mined(), {}, {}, {}, 0, True),
        Facts(Color.RED, {}, {"_value_": "red", "_name_": "RED"}, {}, len(Color.RED.__dict__), False),
        Facts(Order, {}, {}, {}, 0, True),
        Facts(Loud, {}, {}, {}, 0, True),
        Facts(object(), {}, None, {}, 0, False),
    ]


def scalars() -> List[object]:
    return (
        [None, True, False, 0, 1, 2, -7, 100, 101, 2**70, -(2**255), 2**256, 2**300, 2**2000, 2**3000000]
        + [0.0, -0.5, 1.0, 100.0, 250.5, 1e308, float("nan"), float("inf"), -float("inf"), 5e-324]
        + [
            "",
            "paid",
            "PAID",
            "open",
            "order 17",
            "ä€\U0001f40d",
            "\ud800",
            "a" * 700,
            "a" * 5000,
            "ß" * 2100,
            "a" * 300000,
        ]
        + [b"", b"paid", b"x" * 200, "/api/orders/17/items", "paid" * 100, "*a*a*a*a*b", "a?" * 50]
        + [Decimal("100.5"), Decimal(0), Decimal("NaN"), Decimal("sNaN"), Decimal("1E+999999"), Decimal(10**3000)]
    )


def collections(things: List[Facts]) -> List[object]:
    endless: List[object] = [1]
    endless.append(endless)
    thing = things[0].thing
    mixed = [
        Loud(),
        "paid",
        100,
        None,
        LoudText("open"),
        Decimal("100.5"),
        [1],
        LoudInt(1),
        float("nan"),
        b"paid",
        thing,
    ]
    mined: Dict[object, object] = {Key("key"): 1, KeyText("paid"): 2, Loud(): 3, Key(1): 4}
    mined.update({1: "one", "total": 250, "paid": "yes", LoudInt(2): 5})
    plain = {"key": 7, "paid": True, "total": thing, 0: "zero", 1: [1, 2], None: 5, 2.0: 6, "items": ["x", thing]}
    return [
        [], [1, 2, 3], ["paid", "open"], endless, mixed, tuple(mixed), ("paid",), (), {1, "paid", None}, set(mixed[:3]),
        frozenset([100, "a"]), mined, plain, {}, {"key": mined}, ["a" * 700] * 30, ["b", "a" * 700], ["a" * 6400] * 30,
        list(range(1500)), list(range(100000)), {number: number for number in range(1900)}, [2**3000000] * 10,
        {"k%d" % number: number for number in range(50000)}, [thing, thing], [Decimal("sNaN")], range(5),
        bytearray(b"paid"), (number for number in "ab"),
    ]  # fmt: skip


def strangers() -> List[object]:
    return [
        Loud(), LoudText("paid"), LoudInt(100), LoudFloat(1.5), LoudList([1]), LoudDict({"key": 1}), LoudDescriptor(),
        LoudDecimal("100.5"), Key("key"), KeyText("paid"), LoudMeta, len, random,
    ]  # fmt: skip
