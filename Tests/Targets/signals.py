"""signals.py KIND: the main thread waits, or computes, in the way that KIND names, and counts the signals that come.

Each SIGUSR1 and SIGTERM is answered by its handler with a line: how many there have been.
"""

import os
import select
import signal
import sys
import threading
from typing import Callable, Dict

import target

handled = 0


def count(number: int, frame: object) -> None:
    global handled
    handled += 1
    print(handled, flush=True)


def compute() -> None:
    while True:
        sum(range(200))


def wait_for_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    # A signal that comes before the call is handled after it.
    lock.acquire(timeout=0.02)


def wait_in_select() -> None:
    select.select([ours], [], [])
    os.read(ours, 1000)


WAITS: Dict[str, Callable[[], object]] = {"select": wait_in_select, "loop": compute, "lock": wait_for_lock}

target.begin()
ours, theirs = os.pipe()
os.set_blocking(theirs, False)
signal.set_wakeup_fd(theirs)
for number in (signal.SIGUSR1, signal.SIGTERM):
    signal.signal(number, count)
target.ready()
while True:
    WAITS[sys.argv[1]]()
