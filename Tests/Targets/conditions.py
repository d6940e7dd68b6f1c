"""conditions.py SEED COUNT: carries out conditions on the agent's way and on the reference's, and compares them.

Takes the agent's parts as a list of texts, one line of JSON; answers with a line of counts. `fouls` must be empty.
"""

import json
import random
import sys
import threading
from collections import Counter
from decimal import Decimal
from types import FrameType
from typing import Any, Callable, Dict, List, Tuple

import hostile
import target
from condition_reference import Evaluation, Undecided

LIMIT = 2000
# Lines of Python that one step takes at most.
LINES = 30

NAMES = ["order", "items", "d", "total", "status", "x"]
ATTRIBUTES = ["total", "status", "customer", "currency", "limit", "shape", "missing", "computed", "tags", "__dict__"]
CONSTANTS: List[object] = [None, True, False, 0, 1, -3, 100, 2**64, 2**256 - 1, 0.5, 250.5, 1e300]
CONSTANTS += ["", "paid", "open", "17", "a", "a" * 64, "a" * 999, "key", "total", "'\\\"{}\n", "ä\ud800", "/api/*/17/*"]
CONSTANTS += ["*", "p?id", "**a*?*", "*a*a*a*b", "a" * 30 + "*b"]
SIGNS = ["==", "!=", "<", "<=", ">", ">="]


class Maker:
    """Conditions and what they are asked of."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.scalars = hostile.scalars()
        self.renew()

    def renew(self) -> None:
        self.facts = hostile.objects(self.random)
        self.collections = hostile.collections(self.facts)
        self.strangers = hostile.strangers()

    def value(self, name: str) -> object:
        """Most often what one expects there."""
        kinds: Dict[str, List[Any]] = {
            "order": [fact.thing for fact in self.facts],
            "items": self.collections,
            "d": [one for one in self.collections if type(one) is dict],
            "total": [one for one in self.scalars if isinstance(one, (int, float, Decimal))],
            "status": [one for one in self.scalars if type(one) is str],
            "x": self.scalars,
        }
        others = [self.strangers, self.collections, self.scalars, kinds["order"]]
        return self.random.choice(kinds[name] if self.random.random() < 0.85 else self.random.choice(others))

    def tree(self, depth: int, wanted: str = "") -> List[Any]:
        """One that may have a value of that kind: `number`, `text`, `truth`, or whatever there is."""
        if self.random.random() < 0.12:
            wanted = ""
        if depth == 0 or self.random.random() < 0.1:
            return self.leaf(wanted)
        below = depth - 1
        wanted = wanted or self.random.choice(["number", "text", "truth", "thing"])
        pick = self.random.random()
        if pick < 0.15:
            return [self.random.choice(["and", "or"]), self.tree(below, wanted), self.tree(below, wanted)]
        if pick < 0.35 or wanted == "thing":
            if self.random.random() < 0.5:
                return ["attr", self.random.choice([["name", "order"], self.tree(below)]), self.choice(ATTRIBUTES)]
            whole = self.random.choice([["name", "items"], ["name", "d"], self.tree(below)])
            key = self.random.choice([["const", self.choice([0, 1, 5, "key", "paid", "total"])], self.tree(below)])
            return ["item", whole, key]
        if wanted == "number":
            return self.number(below, pick)
        return self.text(below, pick) if wanted == "text" else self.condition(below, pick)

    def choice(self, among: List[Any]) -> Any:
        return self.random.choice(among)

    def number(self, depth: int, pick: float) -> List[Any]:
        if pick < 0.45:
            return ["neg", self.tree(depth, "number")]
        if pick < 0.55:
            return ["call", "len", [self.tree(depth, self.choice(["text", ""]))]]
        two = [self.tree(depth, "number"), self.tree(depth, "number")]
        if pick < 0.65:
            return ["call", self.choice(["min", "max"]), two]
        return ["call", "abs", two[:1]] if pick < 0.7 else ["arith", self.choice(["+", "-", "*", "/", "//", "%"]), *two]

    def text(self, depth: int, pick: float) -> List[Any]:
        if pick < 0.5:
            return ["call", "type", [self.tree(depth)]]
        if pick < 0.7:
            return ["call", self.choice(["lower", "upper"]), [self.tree(depth, "text")]]
        two = [self.tree(depth, "text"), self.tree(depth, "text")]
        return ["arith", "+", *two] if pick < 0.9 else ["call", self.choice(["min", "max"]), two]

    def condition(self, depth: int, pick: float) -> List[Any]:
        if pick < 0.42:
            return ["not", self.tree(depth)]
        if pick < 0.46:
            return ["call", "defined", [["name", self.choice(NAMES)]]]
        if pick < 0.52:
            return ["cmp", self.choice(["is", "is not"]), self.tree(depth), ["const", self.choice([None, True, False])]]
        if pick < 0.62:
            whole = self.choice([["name", name] for name in ("items", "items", "d", "status")] + [self.tree(depth)])
            one = self.choice([self.constant(""), self.tree(depth, "text"), self.tree(depth)])
            return ["cmp", self.choice(["in", "not in"]), one, whole]
        two = [self.tree(depth, "text"), self.choice([self.constant("text"), self.tree(depth, "text")])]
        if pick < 0.75:
            return ["call", self.choice(["startswith", "endswith", "like", "like"]), two]
        if pick < 0.9:
            two = [self.tree(depth, "number"), self.choice([self.constant("number"), self.tree(depth, "number")])]
        elif self.random.random() < 0.3:
            two = [["name", "status"], self.choice([["name", "x"], ["name", "status"], ["special", "return"]])]
        return ["cmp", self.choice(SIGNS), *self.random.sample(two, 2)]

    def constant(self, wanted: str) -> List[Any]:
        kinds = {"text": (str,), "number": (int, float), "truth": (bool,)}.get(wanted, (object,))
        return ["const", self.choice([value for value in CONSTANTS if isinstance(value, kinds)])]

    def leaf(self, wanted: str) -> List[Any]:
        pick = self.random.random()
        if pick < 0.2:
            return self.constant(wanted)
        if pick < 0.3:
            return ["special", self.choice(["return", "exception", "ms"])]
        names = {"number": ["total"], "text": ["status"], "thing": ["order", "items", "d"]}.get(wanted, NAMES)
        return ["name", self.choice(names)]

    def torn(self, tree: List[Any]) -> Any:
        """Somewhere in it something else."""
        junk: List[Any] = [
            None,
            "",
            "x",
            5,
            True,
            [],
            {},
            [[]],
            2**300,
            float("inf"),
            "a" * 1001,
            "import os",
            ["name", "a b"],
        ]
        junk += [["const", []], ["call", "exec", []], ["special", "x"], ["cmp", "is", ["name", "x"], ["name", "x"]]]
        junk += [["name", "x); import os; (y"], ["attr", ["name", "x"], "y + 1"], ["name", ["x"]], ["name", "x", "y"]]
        if not tree or self.random.random() < 0.2:
            return self.choice(junk)
        place = self.random.randrange(len(tree))
        part = tree[place]
        changed = self.torn(part) if type(part) is list else self.choice(junk)
        return [*tree[:place], changed, *tree[place + 1 :]]


class Comparison:
    def __init__(self, agent: Dict[str, Any]) -> None:
        self.agent = agent
        self.counts: Counter = Counter()
        self.fouls: List[str] = []
        self.lines = self.most_lines = 0

    def foul(self, what: str, tree: Any) -> None:
        if len(self.fouls) < 10:
            self.fouls.append(what + " " + json.dumps(tree))

    # Counting the agent's lines

    def trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename != "agent":
            return None
        self.lines += event == "line"
        return self.trace

    def watched(self, function: Callable[..., Any], values: List[Any]) -> Tuple[str, Any]:
        """What it comes to, with all being armed."""
        self.lines = 0
        hostile.IS_ARMED[0] = True
        sys.settrace(self.trace)
        try:
            result = function(*values)
            return "value", (result, self.truth_of(result))
        except LookupError as error:
            sys.settrace(None)
            return ("undecided", error.args[1]) if error.args[:1] == ("undecided",) else ("foul", type(error).__name__)
        except BaseException as error:
            sys.settrace(None)
            return "foul", type(error).__name__
        finally:
            sys.settrace(None)
            hostile.IS_ARMED[0] = False

    def truth_of(self, result: object) -> Any:
        try:
            return self.agent["truth"](result)
        except LookupError:
            return "undecided"

    # One condition

    def compare(self, tree: List[Any], names: Dict[str, object], specials: Dict[str, object], facts: List[Any]) -> None:
        function, wanted, wanted_specials = self.agent["compiled"](tree)
        values = [names.get(name, self.agent["UNDEFINED"]) for name in wanted]
        values += [specials[name] for name in wanted_specials]
        kind, found = self.watched(function, values)
        self.most_lines = max(self.most_lines, self.lines)
        if self.lines > LINES * LIMIT:
            self.foul("%d lines" % self.lines, tree)
        if hostile.CALLED:
            self.foul("called " + " ".join(hostile.CALLED[:5]), tree)
            hostile.CALLED.clear()
        evaluation = Evaluation(names, specials, facts, LIMIT)
        try:
            expected = evaluation.whole(tree)
        except Undecided:
            self.counts["steps" if "steps" in str(found) else "undecided"] += 1
            if kind != "undecided":
                self.foul("%s in place of undecided:" % (kind if kind != "foul" else found), tree)
            self.decide(tree, names, specials, None)
            return
        if kind != "value":
            self.foul("%s in place of a value:" % (found,), tree)
            return
        self.count(expected)
        if evaluation.steps > evaluation.fixed:
            self.counts["exactly"] += 1
            if any(
                self.kind_within(tree, evaluation.steps - less, values) != ["value", "undecided"][less]
                for less in (0, 1)
            ):
                self.foul("another number of steps than %d:" % evaluation.steps, tree)
        try:
            is_true: Any = evaluation.truth(expected)
        except Undecided:
            is_true = "undecided"
        if not is_same(found[0], expected) or found[1] is not is_true and found[1] != is_true:
            self.foul("another value of type %s and %s:" % (type(expected), found[1]), tree)
        self.decide(tree, names, specials, None if is_true == "undecided" else is_true)

    def decide(self, tree: List[Any], names: Dict[str, object], specials: Dict[str, object], wanted: Any) -> None:
        """The same as probes ask it: of values, or of the variables of a frame."""
        told: List[object] = []
        function, given, special = self.agent["decision"](tree, "values", told.append)
        values = [names.get(name, self.agent["UNDEFINED"]) for name in given] + [specials[name] for name in special]
        at_line = self.agent["decision"](tree, "locals", told.append)[0]
        hostile.IS_ARMED[0] = True
        try:
            found = [function(tuple(values))] + ([] if special else [at_line(names)])
        finally:
            hostile.IS_ARMED[0] = False
        if any(one is not wanted for one in found) or (wanted is None) != bool(told):
            self.foul("decided as %s in place of %s:" % (found, wanted), tree)

    def kind_within(self, tree: List[Any], steps: int, values: List[Any]) -> str:
        """What it comes to where so many steps are allowed."""
        self.agent["STEP_LIMIT"] = steps
        function, _, _ = self.agent["compiled"](tree)
        self.agent["STEP_LIMIT"] = LIMIT
        return self.watched(function, values)[0]

    def count(self, value: object) -> None:
        name = type(value).__name__
        known = ("bool", "int", "float", "str", "bytes", "NoneType", "list", "dict")
        self.counts[str(value is True) if type(value) is bool else name if name in known else "object"] += 1


def is_same(one: Any, other: Any) -> bool:
    if type(one) in (bool, int, float, str, bytes) and type(one) is type(other):
        return one == other or (one != one and other != other)
    return one is other


def changing(agent: Dict[str, Any], counts: Counter) -> List[str]:
    """Collections that another thread changes meanwhile."""
    thing = hostile.Order(5, "paid")
    shared: Dict[object, object] = {"key": 1}
    entries: List[object] = [1]
    everything = {1}
    is_over: List[bool] = []

    def change() -> None:
        number = 0
        while not is_over:
            number = (number + 1) % 50
            for one in (shared, thing.__dict__):
                one["field%d" % number] = number  # type: ignore[index]
                one.pop("field%d" % (number * 7 % 50), None)  # type: ignore[call-overload]
            everything.add(number)
            everything.discard(number * 7 % 50)
            entries.append(number)
            if number == 0:
                entries.clear()

    other = threading.Thread(target=change)
    trees: List[Any] = [["cmp", "in", ["const", -1], ["name", name]] for name in ("shared", "entries", "everything")]
    trees += [["item", ["name", "shared"], ["const", "key"]], ["attr", ["name", "thing"], "total"]]
    values = {"shared": shared, "entries": entries, "everything": everything, "thing": thing}
    fouls = []
    other.start()
    for tree in trees * 400:
        function, names, _ = agent["compiled"](tree)
        try:
            if function(*[values[name] for name in names]) not in (False, 1, 5):
                fouls.append("another value meanwhile")
            counts["meanwhile"] += 1
        except LookupError as error:
            if error.args[:1] != ("undecided",):
                fouls.append("another error meanwhile: %r" % (error.args,))
        except Exception as error:
            fouls.append("%s meanwhile" % type(error).__name__)
    is_over.append(True)
    other.join()
    return fouls[:10]


def main(seed: int, count: int) -> None:
    target.begin()
    target.ready()
    agent: Dict[str, Any] = {"__name__": "ispyd"}
    exec(compile("".join(json.loads(sys.stdin.readline())), "agent", "exec"), agent)
    maker, comparison = Maker(seed), Comparison(agent)
    for number in range(count):
        if number % 100 == 0:
            maker.renew()
        tree = maker.tree(maker.random.choice([1, 2, 3, 4, 5]))
        names = {name: maker.value(name) for name in NAMES if maker.random.random() < 0.94}
        specials = {"return": maker.value(maker.choice(["x", "status"])), "ms": maker.random.choice([0.25, 1500.0])}
        specials["exception"] = maker.random.choice([None, "shop.StockError"])
        try:
            comparison.compare(tree, names, specials, maker.facts)
        except LookupError as error:
            if "too many parts" not in str(error):
                comparison.foul("refused: %r" % (error.args,), tree)
            comparison.counts["large"] += 1
        if number % 5 == 0:
            try:
                agent["compiled"](maker.torn(tree))
                comparison.counts["mended"] += 1
            except LookupError as error:
                comparison.counts["torn"] += 1
                if error.args[:1] != ("refused",):
                    comparison.foul("torn: %r" % (error.args,), tree)
    comparison.fouls += changing(agent, comparison.counts)
    counts = {**comparison.counts, "lines": comparison.most_lines}
    print(json.dumps({"seed": seed, "fouls": comparison.fouls, "counts": counts}), flush=True)
    target.wait_for_end()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
