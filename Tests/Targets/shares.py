"""Work of known shares: three functions that use the CPU 60 : 30 : 10, on a thread called `worker`, beside an idle one.

Each measures its own CPU time, so that the shares hold however busy the machine is. `calls` makes a program of very
short calls instead, the hardest to look at while it runs: no stack has functions of both chains. `shares A B C`
makes the shares A : B : C.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator


def spend(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(100))


SHARES = [float(word) for word in sys.argv[2:]] or [60.0, 30.0, 10.0]


def sixty() -> None:
    spend(SHARES[0] * 0.0001)


def thirty() -> None:
    spend(SHARES[1] * 0.0001)


def ten() -> None:
    spend(SHARES[2] * 0.0001)


def work() -> None:
    while True:
        sixty()
        thirty()
        ten()


def left3() -> None:
    pass


def left2() -> None:
    left3()


def left1() -> None:
    left2()


def right3() -> None:
    pass


def right2() -> None:
    right3()


def right1() -> None:
    right2()


def left_steps() -> Iterator[int]:
    left1()
    yield 1
    left2()


def right_steps() -> Iterator[int]:
    right1()
    yield 1
    right2()


def flutter() -> None:
    while True:
        left1()
        right1()
        for _ in left_steps():
            pass
        for _ in right_steps():
            pass


def main() -> None:
    body = {"shares": work, "calls": flutter}[sys.argv[1]]
    threading.Thread(target=body, name="worker", daemon=True).start()
    threading.Thread(target=time.sleep, args=(3600,), name="idle", daemon=True).start()
    print("ready", flush=True)
    time.sleep(3600)


main()
