"""What one probe adds to a call, measured in this process: prints nanoseconds as JSON.

    probe_work.py FIGURE
    probe_work.py rush

Run by probes.py, a process for each figure, on the Python that is measured: the time of this thread's processor, of
loops without the probe, with it, and without it again. `rush` calls the sample as fast as can be, when its input says
so.
"""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import sys
import time
from itertools import repeat
from pathlib import Path
from typing import Callable, Iterator

import probe_peers
import probe_sample

ROOT = Path(__file__).resolve().parent.parent
AGENT = Path(os.environ.get("AGENT") or ROOT / "Sources/Attaching/Agent")
LOOPS = 5
FOREVER = 3600
Probe = Callable[[], "contextlib.AbstractContextManager[object]"]


def line_of(text: str) -> int:
    """The number of the line of the sample that begins so."""
    lines = Path(probe_sample.__file__).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(text))


LINE = line_of("return total")


# MARK: Timing


def loop(count: int) -> float:
    """Nanoseconds of a call, the loop's own left in: it is in each of them."""
    order = probe_sample.Order(70)
    began = time.thread_time_ns()
    for _ in repeat(None, count):
        probe_sample.pay(3, order)
    return (time.thread_time_ns() - began) / count


def best(count: int) -> float:
    return min(loop(count) for _ in range(LOOPS))


def measured(probe: Probe, count: int) -> dict[str, float]:
    loop(20_000)
    base = best(20_000)
    with probe():
        # What a probe does once, as its first capture, is no part of what it costs each time.
        loop(min(count, 2000))
        inside = best(count)
    again = best(20_000)
    return {"base": base, "again": again, "with": inside}


# MARK: Ours


def agent() -> dict:
    """The parts of the agent that probes need, as one text, as a target gets it."""
    parts = runpy.run_path(str(ROOT / "Scripts/agent-commands"))
    names = [*parts["CORE"], *parts["SHARED"], *parts["PROBING"], "probe_plugin.py"]
    space: dict = {"__name__": "ispyd"}
    exec(compile("".join((AGENT / name).read_text() for name in names), "<agent>", "exec"), space)
    return space


class Room:
    """An agent in this process, without whoever attached it."""

    def __init__(self) -> None:
        self.space = agent()
        alive = time.monotonic_ns() + FOREVER * 1_000_000_000
        self.state = {"host": self.space["make_host"](os.environ), "lease": FOREVER, "alive": alive, "asked": None}

    def run(self, name: str, **given: object) -> dict:
        return self.space["COMMANDS"]["probe " + name]["run"](self.state, given)


@contextlib.contextmanager
def ours(kind: str, place: str, **arguments: object) -> Iterator[None]:
    """A probe whose limits do not end it meanwhile."""
    room = Room()
    given = {"rate": 1, "share": 1e9, "hits": 100_000, "seconds": FOREVER, **arguments}
    room.run("insert", kind=kind, place=place, number=1, **given)
    yield
    found = room.run("results", number=1)["probe"]
    assert found["ended"] is None, found
    assert room.run("stop", number=1)["isOut"]


FUNCTION = "probe_sample:pay"
AT_LINE = f"probe_sample.py:{LINE}"
FALSE = {"condition": ["cmp", "==", ["name", "fee"], ["const", -1]]}
FALSE_OF_CALL = {"condition": ["cmp", "==", ["name", "amount"], ["const", -1]]}
EVERY = {"rate": 10**9}

FIGURES: dict[str, tuple[Probe, int]] = {
    "none": (contextlib.nullcontext, 20_000),
    "elsewhere watch": (lambda: ours("watch", "probe_sample:other"), 20_000),
    "elsewhere line": (lambda: ours("snapshot", f"probe_sample.py:{line_of('return amount')}"), 20_000),
    "line false": (lambda: ours("snapshot", AT_LINE, trees=FALSE), 20_000),
    "line skipped": (lambda: ours("snapshot", AT_LINE), 20_000),
    "watch false": (lambda: ours("watch", FUNCTION, trees=FALSE_OF_CALL), 20_000),
    "watch skipped": (lambda: ours("watch", FUNCTION), 20_000),
    "before skipped": (lambda: ours("watch", FUNCTION, when="before"), 20_000),
    "count": (lambda: ours("count", FUNCTION), 20_000),
    "time": (lambda: ours("time", FUNCTION), 20_000),
    "exceptions": (lambda: ours("exceptions", FUNCTION), 20_000),
    "trace passed": (lambda: ours("trace", FUNCTION), 20_000),
    "watch capture": (lambda: ours("watch", FUNCTION, **EVERY), 1500),
    "line capture": (lambda: ours("snapshot", AT_LINE, **EVERY), 1500),
}


# MARK: As fast as can be


def calls_for(seconds: float) -> int:
    order = probe_sample.Order(70)
    calls, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in repeat(None, 10_000):
            probe_sample.pay(3, order)
        calls += 10_000
    return calls


def rush() -> None:
    """`run SECONDS` says how many calls that were; `insert` puts a probe in, `stop` says how it ended and what it
    counted."""
    room = Room()
    number = 0
    for line in sys.stdin:
        words = line.split()
        if words[0] == "run":
            print(calls_for(float(words[1])), flush=True)
        elif words[0] == "insert":
            number += 1
            room.run("insert", kind="time", place=FUNCTION, number=number, share=0.01, seconds=FOREVER)
            print("inserted", flush=True)
        else:
            found = room.run("results", number=number)
            ended = found["probe"]["ended"]
            room.run("stop", number=number)
            print(ended["how"] if ended else "nothing", sum(one["calls"] for one in found["series"]), flush=True)


def main() -> None:
    if sys.argv[1] == "rush":
        rush()
        return
    print(json.dumps(measured(*{**FIGURES, **probe_peers.peers(LINE)}[sys.argv[1]])), flush=True)
    # Threads of the peers' may wait for a server that is not there.
    os._exit(0)


if __name__ == "__main__":
    main()
