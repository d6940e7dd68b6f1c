"""stock.py [INI]: an application with functions that fail in every way a function can be called, and a stock.

With INI the file of that name beside this one is what its owner has set. Answers `fail NAME` by calling that function
so that it raises,
`codes` with whether each function has its own code, `streams` with whether what belongs to the process
is what it was, `level ARTICLE` with what is left of it, and everything else with itself.
"""

# ruff: noqa: ANN001, ANN201, ANN202, ANN205, ANN206 - an application is seldom annotated

import asyncio
import builtins
import os
import sys

import target

sys.modules["stock"] = sys.modules["__main__"]
LEVELS = {"apple": 3, "pear": 5}


def pay(amount, parts=2, *, tip=3):
    total = amount / parts
    return total  # noqa: RET504 - a line of its own to look at


early = pay


def make(divisor):
    extra = 1

    def closure(number):
        return number / divisor + extra

    return closure


closure = make(0)


def generator(number):
    yield 1
    yield 1 / number


async def coroutine(number):
    return 1 / number


async def stream(number):
    yield 1 / number


class Base:
    def method(self):
        return self.missing


class Shop(Base):
    @staticmethod
    def static(number):
        return 1 / number

    @classmethod
    def of_class(cls, number):
        return 1 / number

    @property
    def attribute(self):
        return self.missing


bound = Shop().method
CALLS = {
    "pay": lambda: pay(1, 0),
    "early": lambda: early(1, 0, tip=1),
    "closure": lambda: closure(1),
    "generator": lambda: list(generator(0)),
    "coroutine": lambda: asyncio.new_event_loop().run_until_complete(coroutine(0)),
    "Shop.method": lambda: bound(),
    "Shop.static": lambda: Shop.static(0),
    "Shop.of_class": lambda: Shop().of_class(0),
    "Shop.attribute": lambda: Shop().attribute,
}
FUNCTIONS = [
    pay,
    closure,
    generator,
    coroutine,
    Base.method,
    Shop.static,
    Shop.of_class.__func__,
    Shop.__dict__["attribute"].fget,
]
CODES = [function.__code__ for function in FUNCTIONS]
OWN = [sys.stdin, sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, builtins.print, getattr(builtins, "exit", 0)]


def fail(name):
    try:
        CALLS[name]()
    except Exception as error:
        return type(error).__name__
    return "nothing"


def answer(words):
    if words[0] == "fail":
        return fail(words[1])
    if words[0] == "codes":
        return all(function.__code__ is code for function, code in zip(FUNCTIONS, CODES))
    if words[0] == "streams":
        now = [sys.stdin, sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, builtins.print]
        return all(a is b for a, b in zip(now + [getattr(builtins, "exit", 0)], OWN))
    if words[0] == "level":
        return LEVELS[words[1]]
    return " ".join(words)


def main():
    target.begin()
    if len(sys.argv) > 1:
        os.environ["ISPYD_CONFIG"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), sys.argv[1])
    # Once before anything is watched: what can be called was called.
    assert pay(4) == early(4, tip=1) == 2
    target.ready()
    for line in sys.stdin:
        print(answer(line.split()), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
