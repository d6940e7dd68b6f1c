"""A target that works, 33 frames deep: `busy` without end; `fixed` a fixed piece each time it reads a line, and prints
the CPU seconds that it took.

work.py busy|fixed
"""

import os
import signal
import sys
import time


def step() -> int:
    return sum(range(20_000))


def sixty() -> None:
    for _ in range(6):
        step()


def thirty() -> None:
    for _ in range(3):
        step()


def ten() -> None:
    step()


def work(rounds: int) -> None:
    while rounds:
        rounds -= 1
        sixty()
        thirty()
        ten()


def fixed() -> None:
    for _ in sys.stdin:
        begin = time.process_time()
        work(400)
        print(time.process_time() - begin, flush=True)


def descend(depth: int) -> None:
    if depth:
        descend(depth - 1)
    elif sys.argv[1] == "busy":
        work(-1)
    else:
        fixed()


signal.alarm(3600)
print(os.getpid(), flush=True)
descend(28)
