"""Expressions as Documentation/Expressions.md defines them, part by part and as plainly as can be: what the agent's way
of carrying them out is held to. Nothing of it is the agent's."""

import math
from decimal import Decimal
from typing import Any, Dict, List, Tuple

from hostile import Facts


class Undecided(Exception):
    """There is no value."""


NUMBERS = (bool, int, float, Decimal)
COLLECTIONS = (list, tuple, set, frozenset, dict)
ORDERS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def among(kind: type, kinds: Tuple[type, ...]) -> bool:
    return id(kind) in [id(one) for one in kinds]


def sort(value: object) -> str:
    kind = type(value)
    if among(kind, NUMBERS):
        return "number"
    if among(kind, COLLECTIONS):
        return "collection"
    names = {id(str): "text", id(bytes): "bytes", id(type(None)): "none"}
    return names.get(id(kind), "unknown")


def as_float(value: Any) -> float:
    if len(value.as_tuple().digits) > 1500 or value.is_snan():
        raise Undecided
    return float(value)


def simple(value: Any) -> Any:
    return as_float(value) if type(value) is Decimal else value


def size(value: Any) -> int:
    if type(value) is int:
        return int(value.bit_length() / 512)
    return int(len(value) / 64) if sort(value) in ("text", "bytes") else 0


def sizes_of_literals(tree: Any) -> int:
    """A step for each part, and those that its literals are long."""
    if tree[0] == "const":
        return 1 + (int(len(tree[1]) / 64) if type(tree[1]) is str else 0)
    parts = tree[2] if tree[0] == "call" else tree[1:]
    return 1 + sum(sizes_of_literals(part) for part in parts if type(part) is list)


class Evaluation:
    """One walk through a tree."""

    def __init__(self, names: Dict[str, object], specials: Dict[str, object], facts: List[Facts], limit: int) -> None:
        self.names, self.specials, self.limit = names, specials, limit
        self.facts = {id(fact.thing): fact for fact in facts}
        self.steps = self.fixed = 0

    def whole(self, tree: Any) -> Any:
        self.fixed = sizes_of_literals(tree)
        self.spend(self.fixed)
        return self.value(tree)

    def spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > self.limit:
            raise Undecided

    def value(self, tree: Any) -> Any:
        return getattr(self, "of_" + tree[0])(*tree[1:])

    # Leaves

    def of_name(self, name: str) -> Any:
        if name not in self.names:
            raise Undecided
        return self.names[name]

    def of_special(self, name: str) -> Any:
        return self.specials[name]

    def of_const(self, value: Any) -> Any:
        return value

    # Logic

    def truth(self, value: Any) -> bool:
        what = sort(value)
        if what == "unknown":
            raise Undecided
        return bool(simple(value)) if what == "number" else value is not None and len(value) != 0

    def of_not(self, operand: Any) -> bool:
        return not self.truth(self.value(operand))

    def of_and(self, left: Any, right: Any) -> Any:
        first = self.value(left)
        return self.value(right) if self.truth(first) else first

    def of_or(self, left: Any, right: Any) -> Any:
        first = self.value(left)
        return first if self.truth(first) else self.value(right)

    # Comparisons

    def of_cmp(self, sign: str, left: Any, right: Any) -> bool:
        a, b = self.value(left), self.value(right)
        if sign in ("is", "is not"):
            return (id(a) == id(b)) == (sign == "is")
        if sign in ("in", "not in"):
            return self.is_in(a, b) == (sign == "in")
        is_literal = any(self.is_literal(part) for part in (left, right))
        if sign in ("==", "!="):
            return self.is_equal(a, b, is_literal) == (sign == "==")
        return self.is_ordered(sign, a, b, is_literal)

    def is_literal(self, tree: Any) -> bool:
        if tree[0] == "neg":
            return self.is_literal(tree[1]) and sort(self.innermost(tree)) == "number" and not self.is_word(tree)
        return tree[0] == "const"

    def innermost(self, tree: Any) -> Any:
        return self.innermost(tree[1]) if tree[0] == "neg" else tree[1]

    def is_word(self, tree: Any) -> bool:
        return type(self.innermost(tree)) is bool

    def is_equal(self, a: Any, b: Any, is_literal: bool) -> bool:
        if "unknown" in (sort(a), sort(b)):
            raise Undecided
        if sort(a) != sort(b):
            return False
        if sort(a) == "collection":
            raise Undecided
        return (
            self.pay(ORDERS["<="], a, b, is_literal) and ORDERS[">="](simple(a), simple(b)) if a is not None else True
        )

    def pay(self, compare: Any, a: Any, b: Any, is_literal: bool) -> bool:
        a, b = simple(a), simple(b)
        if not is_literal:
            self.spend(min(size(a), size(b)))
        return compare(a, b)

    def is_ordered(self, sign: str, a: Any, b: Any, is_literal: bool) -> bool:
        if sort(a) != sort(b) or sort(a) not in ("number", "text", "bytes"):
            raise Undecided
        return self.pay(ORDERS[sign], a, b, is_literal)

    def is_in(self, a: Any, b: Any) -> bool:
        if sort(a) == "unknown" or sort(b) in ("unknown", "number", "none"):
            raise Undecided
        if sort(b) in ("text", "bytes"):
            if sort(a) != sort(b):
                raise Undecided
            self.spend(int(len(b) / 64) + int(len(a) * len(b) / 1024))
            return b.find(a) >= 0
        if sort(a) == "collection":
            raise Undecided
        value = simple(a)
        self.spend(len(b) * (1 + size(value)))
        for entry in b:
            if sort(entry) == sort(a) and sort(a) == "none":
                return True
            if sort(entry) == sort(a) and simple(entry) == value:
                return True
        return False

    # Looking into things

    def of_item(self, whole: Any, key: Any) -> Any:
        thing, index = self.value(whole), self.value(key)
        if sort(thing) in ("text", "bytes") or among(type(thing), (list, tuple)):
            if type(index) is not int or not -len(thing) <= index < len(thing):
                raise Undecided
            return thing[index]
        if type(thing) is not dict or not among(type(index), (int, str)):
            raise Undecided
        if not self.is_literal(key):
            raise Undecided
        self.spend(len(thing) * (1 + size(index)))
        for known in thing:
            if type(known) is type(index) and str(known) == str(index):
                return next(value for other, value in thing.items() if other is known)
        raise Undecided

    def of_attr(self, part: Any, name: str) -> Any:
        thing = self.value(part)
        self.spend(len(type(thing).__mro__))
        fact = self.facts.get(id(thing))
        if fact is None:
            raise Undecided
        if name in fact.slots:
            return fact.slots[name]
        if fact.is_blind:
            raise Undecided
        if fact.own is not None:
            self.spend(fact.entries)
            if name in fact.own:
                return fact.own[name]
        if name in fact.shared:
            return fact.shared[name]
        raise Undecided

    # Reckoning

    def number(self, value: Any) -> Any:
        if sort(value) != "number":
            raise Undecided
        if type(value) is int and abs(value) >= 2**256:
            raise Undecided
        return simple(value)

    def small(self, value: Any) -> Any:
        if type(value) is int and abs(value) >= 2**256:
            raise Undecided
        return value

    def of_neg(self, operand: Any) -> Any:
        return self.small(-self.number(self.value(operand)))

    def of_arith(self, sign: str, left: Any, right: Any) -> Any:
        a, b = self.value(left), self.value(right)
        if sign == "+" and type(a) is str and type(b) is str:
            return self.added(a, b)
        a, b = self.number(a), self.number(b)
        if sign in ("/", "//", "%"):
            if b == 0:
                raise Undecided
            return a / b if sign == "/" else a // b if sign == "//" else a % b
        return self.small(a + b if sign == "+" else a - b if sign == "-" else a * b)

    def added(self, a: str, b: str) -> str:
        whole = a + b
        if len(whole) > 4096:
            raise Undecided
        self.spend(int(len(whole) / 64))
        return whole

    # Functions

    def of_call(self, name: str, arguments: List[Any]) -> Any:
        if name == "defined":
            return arguments[0][1] in self.names
        return getattr(self, "do_" + name)(*[self.value(argument) for argument in arguments])

    def do_len(self, value: Any) -> int:
        if sort(value) not in ("text", "bytes", "collection"):
            raise Undecided
        return len(value)

    def do_type(self, value: Any) -> str:
        kind = type(value)
        if kind.__dict__.get("status") == "paid":
            # A class with names that are no plain texts.
            raise Undecided
        return "{}.{}".format(type.__getattribute__(kind, "__module__"), type.__getattribute__(kind, "__qualname__"))

    def texts(self, a: Any, b: Any) -> None:
        if type(a) is not str or type(b) is not str:
            raise Undecided
        self.spend(int(len(b) / 64))

    def do_startswith(self, a: Any, b: Any) -> bool:
        self.texts(a, b)
        return a[: len(b)] == b

    def do_endswith(self, a: Any, b: Any) -> bool:
        self.texts(a, b)
        return b == "" or a[-len(b) :] == b

    def do_lower(self, value: Any) -> str:
        return self.changed(value, str.lower)

    def do_upper(self, value: Any) -> str:
        return self.changed(value, str.upper)

    def changed(self, value: Any, change: Any) -> str:
        if type(value) is not str:
            raise Undecided
        self.spend(int(len(value) / 64))
        if len(value) > 4096 or len(change(value)) > 4096:
            raise Undecided
        return change(value)

    def do_abs(self, value: Any) -> Any:
        number = self.number(value)
        return math.fabs(number) if type(number) is float else int(number) if number >= 0 else -number

    def do_min(self, a: Any, b: Any) -> Any:
        return simple(b) if self.is_ordered("<", b, a, False) else simple(a)

    def do_max(self, a: Any, b: Any) -> Any:
        return simple(b) if self.is_ordered(">", b, a, False) else simple(a)

    def do_like(self, text: Any, pattern: Any) -> bool:
        self.texts(text, pattern)
        parts = pattern.split("*")
        self.spend(len(parts))
        first, last = parts[0], parts[-1]
        if len(parts) == 1:
            return len(text) == len(first) and self.is_here(text, first)
        if len(text) < len(first) + len(last):
            return False
        if not self.is_here(text, first) or not self.is_here(text[len(text) - len(last) :], last):
            return False
        rest = text[len(first) : len(text) - len(last)]
        for part in parts[1:-1]:
            while True:
                if len(part) > len(rest):
                    return False
                if self.is_here(rest, part):
                    rest = rest[len(part) :]
                    break
                rest = rest[1:]
        return True

    def is_here(self, text: str, part: str) -> bool:
        for position in range(len(part)):
            self.spend(1)
            if part[position] not in ("?", text[position]):
                return False
        return True
