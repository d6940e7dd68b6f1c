"""Calls of every kind: whether a probe sees them is the truth table of probes.

Told `NAME`, it makes the call of that name and says `done NAME`.
"""

import asyncio
import functools
import os
import queue
import signal
import sys
import threading
import time
import types
import warnings

from target import begin, ready


def plain(x):
    y = x + 1
    return y


def decorator(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@decorator
def decorated(x):
    y = x + 2
    return y


def one_line(x): return x + 1  # fmt: skip


quick = lambda x: x + 1  # fmt: skip


class Thing:
    count = 0

    def __init__(self, x):
        y = x + 1
        self.x = y

    def method(self, x):
        y = x + self.x
        return y

    @classmethod
    def of_class(cls, x):
        y = x + cls.count
        return y

    @staticmethod
    def static(x):
        y = x + 1
        return y

    @property
    def double(self):
        y = self.x * 2
        return y

    def __call__(self, x):
        y = x + 1
        return y

    def above(self):
        return "above"


class Below(Thing):
    def above(self):
        found = super().above()
        return found + " and below"

    def __hidden(self, x):
        y = x + 1
        return y

    def hidden(self):
        return self.__hidden(1)


def make(k):
    def inner(x):
        y = x + k
        return y

    return inner


def generator(n):
    for i in range(n):
        y = i + 1
        yield y


async def coroutine(x):
    await asyncio.sleep(0)
    y = x + 1
    return y


async def asynchronous_generator(n):
    for i in range(n):
        y = i + 1
        yield y


def forwarded(a, b=2, *rest, c, d=4, **more):
    y = (a, b, rest, c, d, more)
    return y


def fails(x):
    y = x + 1
    raise ValueError(y)


def loops(steps, turns):
    while True:
        turn = steps.get()
        if turn is None:
            return
        turns.put(turn)


def serve(calls, answers):
    while True:
        call = calls.get()
        answers.put(call())


early = plain
partially = functools.partial(plain, 1)
registry = {"/": plain}
thing = Thing(1)
bound = thing.method
inner = make(1)
suspended = generator(1000000)
next(suspended)
for number in range(100):
    # What the interpreter has made special calls of by now.
    Thing(number)
    plain(number)


def default(call=plain):
    return call(1)


async def all_of(things):
    return [thing async for thing in things]


def caught(function, *arguments):
    try:
        function(*arguments)
    except ValueError as error:
        return error
    raise AssertionError("it did not fail")


def in_other_thread(function):
    calls.put(function)
    return answers.get()


def turned():
    steps.put(1)
    return turns.get()


steps, turns, calls, answers = (queue.Queue() for _ in range(4))
threading.Thread(target=loops, args=(steps, turns), daemon=True).start()
threading.Thread(target=serve, args=(calls, answers), daemon=True).start()

# What is called, and what must come of it with a probe as without one.
CALLS = {
    "direct": (lambda: plain(1), 2),
    "early": (lambda: early(1), 2),
    "partial": (lambda: partially(), 2),
    "default": (lambda: default(), 2),
    "registry": (lambda: registry["/"](1), 2),
    "map": (lambda: list(map(plain, [1])), [2]),
    "sorted": (lambda: sorted([1], key=plain), [1]),
    "thread": (lambda: in_other_thread(lambda: plain(1)), 2),
    "decorated": (lambda: decorated(1), 3),
    "one-line": (lambda: one_line(1), 2),
    "lambda": (lambda: quick(1), 2),
    "init": (lambda: Thing(5).x, 6),
    "bound": (lambda: bound(1), 3),
    "method": (lambda: thing.method(1), 3),
    "classmethod": (lambda: Thing.of_class(1), 1),
    "staticmethod": (lambda: Thing.static(1), 2),
    "property": (lambda: thing.double, 4),
    "call": (lambda: thing(1), 2),
    "super": (lambda: Below(1).above(), "above and below"),
    "mangled": (lambda: Below(1).hidden(), 2),
    "closure": (lambda: inner(1), 2),
    "generator": (lambda: list(generator(2)), [1, 2]),
    "coroutine": (lambda: asyncio.run(coroutine(1)), 2),
    "asyncgen": (lambda: asyncio.run(all_of(asynchronous_generator(2))), [1, 2]),
    "forwarded": (
        lambda: forwarded(1, 3, 5, c=6, z=7),
        (1, 3, (5,), 6, 4, {"z": 7}),
    ),
    "fails": (lambda: caught(fails, 1).args, (2,)),
    "suspended": (lambda: next(suspended) > 0, True),
    "running": (lambda: turned(), 1),
}

# What the harm is looked for with.


def held(gate, x):
    gate.wait()
    if x < 0:
        raise ValueError(x)
    return x


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


class Rung(ValueError):
    """What a handler of a signal raises, as a time limit of a task queue does."""


def hold(x):
    gate = threading.Event()
    outcome = queue.Queue()

    def run():
        try:
            outcome.put(held(gate, x))
        except ValueError as error:
            outcome.put(error.args[0])

    threading.Thread(target=run, daemon=True).start()
    holding.append((gate, outcome))
    return True


def release():
    results = []
    while holding:
        gate, outcome = holding.pop()
        gate.set()
        results.append(outcome.get())
    return sorted(results)


def all_threads():
    threads = [threading.Thread(target=lambda: [plain(n) for n in range(2000)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return True


def spin(seconds=1.0):
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        if plain(count) != count + 1:
            return False
        count += 1
    return count > 0


def in_child():
    """Whether a forked child that goes on calling has its functions back after a while."""
    # That it has threads is said from 3.12 on.
    warnings.simplefilter("ignore", DeprecationWarning)
    child = os.fork()
    if child == 0:
        end = time.monotonic() + 20
        while time.monotonic() < end and not is_clean():
            plain(1)
            time.sleep(0.01)
        os._exit(0 if is_clean() else 1)
    return os.waitpid(child, 0)[1] == 0


def interrupted():
    """Whether every exception that a handler of a signal raises arrives, wherever it comes."""
    raised = []

    def handler(number, frame):
        # Only where it is caught, and not while one is on its way.
        while frame is not None and len(raised) == len(arrived):
            if frame.f_code is calls_until.__code__:
                raised.append(None)
                raise Rung
            frame = frame.f_back

    signal.signal(signal.SIGALRM, handler)
    arrived = []
    end = time.monotonic() + 1
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    while time.monotonic() < end:
        try:
            calls_until(end)
        except Rung:
            arrived.append(None)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    return len(arrived) == len(raised) > 0


def calls_until(end):
    while time.monotonic() < end:
        plain(1)


def functions():
    for one in list(vars(sys.modules["__main__"]).values()):
        if isinstance(one, types.FunctionType):
            yield one
    for kind in (Thing, Below):
        for one in vars(kind).values():
            if isinstance(one, types.FunctionType):
                yield one


def is_clean():
    """Whether every function has the code that it had, and nobody asks for events."""
    if any(function.__code__ is not code for function, code in own_codes):
        return False
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is None or not any(monitoring.get_tool(number) for number in range(6))


holding = []
own_codes = [(function, function.__code__) for function in functions()]
CALLS.update(
    {
        "hold": (lambda: hold(7), True),
        "hold-failing": (lambda: hold(-7), True),
        "release": (lambda: release(), [-7, 7]),
        "all-threads": (all_threads, True),
        "spin": (spin, True),
        "child": (in_child, True),
        "interrupted": (interrupted, True),
        "deep": (lambda: deep(sys.getrecursionlimit() // 3), sys.getrecursionlimit() // 3),
        "clean": (is_clean, True),
    }
)

begin()
ready()
for line in sys.stdin:
    name = line.strip()
    call, wanted = CALLS[name]
    found = call()
    print("done" if found == wanted else "wrong %r" % (found,), name, flush=True)
