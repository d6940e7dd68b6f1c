"""hashing.py: every thread, the main one too, computes in C without the GIL nearly all of the time, until SIGTERM."""

import hashlib
import signal
import sys

import target

DATA = bytes(64 << 20)
is_over = False


def finish(number: int, frame: object) -> None:
    global is_over
    is_over = True


def compute() -> None:
    while not is_over:
        hashlib.sha256(DATA)


target.begin()
signal.signal(signal.SIGTERM, finish)
threads = [target.start("hash", compute) for _ in range(2)]
target.ready()
compute()
for thread in threads:
    thread.join()
print("done", flush=True)
sys.stdin.read()
