"""forks.py: answers a line `fork`, `subprocess`, `multiprocessing` or `long` by making a child of that kind, and prints
how it ended. `long` is one that lives until this process ends."""

import multiprocessing
import os
import signal
import subprocess
import sys
from typing import Callable, Dict

import target


def work() -> None:
    """Takes what a fork in the middle of something would leave locked: the heap, the import system."""
    import colorsys  # not yet imported
    import json

    assert json.loads(json.dumps(list(range(10000))))[-1] == 9999 and colorsys
    os._exit(7)


def fork() -> int:
    pid = os.fork()
    if pid == 0:
        work()
    return os.waitpid(pid, 0)[1] >> 8


def run() -> int:
    return subprocess.run([sys.executable, "-S", "-c", "raise SystemExit(7)"]).returncode


def multiprocess() -> int:
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    return child.exitcode or 0


def stay() -> int:
    pid = os.fork()
    if pid == 0:
        signal.alarm(600)
        signal.pause()
        os._exit(0)
    return 7


KINDS: Dict[str, Callable[[], int]] = {
    "fork": fork,
    "subprocess": run,
    "multiprocessing": multiprocess,
    "long": stay,
}

target.begin()
target.ready()
for line in sys.stdin:
    print(line.strip(), KINDS[line.strip()](), flush=True)
os._exit(0)
