"""What every program in this folder shares: how it says that it is ready, and how it ends.

A program prints `ready` once all that a test wants to see is in place, and ends when its standard input closes,
so that none outlives the test that started it.
"""

import os
import signal
import sys


def begin() -> None:
    """Gives the process an end by the kernel, for the case that nobody closes its standard input."""
    signal.alarm(int(os.environ.get("TARGET_SECONDS", "600")))


def ready(*facts: object) -> None:
    """Says that everything is in place."""
    print("ready", *facts, flush=True)


def wait_for_end() -> None:
    """Blocks the calling thread until standard input closes, then ends the process at once.

    At once, since some programs hold threads that could never be joined.
    """
    while sys.stdin.buffer.raw.read(1):
        pass
    os._exit(0)
