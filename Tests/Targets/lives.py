"""A program that at SIGUSR1 becomes another one (`exec`), or makes a child that works on (`fork`)."""

from __future__ import annotations

import os
import signal
import sys
import time


def work() -> None:
    while True:
        sum(range(100))


def turn(number: int, frame: object) -> None:
    if sys.argv[1] == "exec":
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(3600)"])
    if os.fork() == 0:
        signal.alarm(60)
        time.sleep(3600)


def main() -> None:
    signal.signal(signal.SIGUSR1, turn)
    print("ready", flush=True)
    work()


main()
