"""Threads that stay each in another kind of call: threads.py [COUNT [DEPTH [KIND,KIND...]]].

COUNT threads (default one of each kind) named `KIND-NUMBER` stand DEPTH frames (default 3) of `descend` deep, with
locals of every builtin type in the innermost one, `stay`. Kinds: sleeping, locked, receiving, event, queue, joining,
selecting and busy.
"""

import queue
import select
import socket
import sys
import threading
import time
from typing import Callable, Dict, List

from target import Settling, begin, ready, start, wait_for_end

held = threading.Lock()
never = threading.Event()
empty: "queue.Queue[object]" = queue.Queue()
near, far = socket.socketpair()
forever = threading.Thread(target=never.wait, name="forever", daemon=True)


def spin() -> None:
    number = 0
    while True:
        number = (number + 1) % 1000


CALLS: Dict[str, Callable[[], object]] = {
    "sleeping": lambda: time.sleep(3600),
    "locked": lambda: held.acquire(),
    "receiving": lambda: near.recv(1),
    "event": lambda: never.wait(),
    "queue": lambda: empty.get(),
    "joining": lambda: forever.join(),
    "selecting": lambda: select.select([near], [], []),
    "busy": spin,
}


class Point:
    """An instance among the locals."""

    def __init__(self, x: int, y: int) -> None:
        self.x = x
        self.y = y


def stay(settling: Settling, kind: str) -> None:
    nothing = None
    truth = True
    small = 42
    negative = -7
    big = 2**70
    ratio = 1.5
    imaginary = 2 + 3j
    text = "plain"
    accented = "caf\u00e9"
    greek = "\u03b1\u03b2\u03b3"
    smiling = "\U0001f600"
    raw = b"\x00bytes"
    items = [1, "two", None]
    pair = (1, 2)
    mapping = {"one": 1, "two": 2}
    unique = {1, 2, 3}
    frozen = frozenset({"a"})
    numbers = range(3)
    point = Point(3, 4)
    settling.about_to_block()
    CALLS[kind]()
    # Kept alive to here on every version, and never reached.
    print(nothing, truth, small, negative, big, ratio, imaginary, text, accented, greek, smiling, raw, items, pair)
    print(mapping, unique, frozen, numbers, point)


def descend(settling: Settling, kind: str, depth: int) -> None:
    if depth > 1:
        descend(settling, kind, depth - 1)
    else:
        stay(settling, kind)


def main(arguments: List[str]) -> None:
    kinds = arguments[2].split(",") if len(arguments) > 2 else list(CALLS)
    count = int(arguments[0]) if arguments else len(kinds)
    depth = int(arguments[1]) if len(arguments) > 1 else 3
    held.acquire()
    forever.start()
    never_started = [kinds[number % len(kinds)] for number in range(count)]
    # A busy thread would keep the others from starting while the switch interval is huge.
    never_started.sort(key=lambda kind: kind == "busy")
    settling = Settling()
    calm = [kind for kind in never_started if kind != "busy"]
    for number, kind in enumerate(calm):
        start("{}-{}".format(kind, number), descend, settling, kind, depth)
    settling.wait(len(calm))
    for number, kind in enumerate(never_started[len(calm) :], len(calm)):
        start("{}-{}".format(kind, number), descend, settling, kind, depth)
    settling.wait(count)
    ready(count, depth)
    wait_for_end()


if __name__ == "__main__":
    begin()
    sys.setrecursionlimit(10000)
    main(sys.argv[1:])
