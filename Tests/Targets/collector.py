"""collector.py: an application that answers a line `state` with what its collector is set to, makes garbage that holds
itself for `garbage N`, with a finalizer that counts (and with the word `failing` raises), says for `finalized` how
many ran, and freezes for `freeze`."""

import gc
import os
import sys

import target

target.begin()
finalized = [0]
kept = []


class Knot:
    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        finalized[0] += 1
        if "failing" in sys.argv:
            raise RuntimeError("a finalizer")


sys.unraisablehook = lambda problem: None
gc.collect()
target.ready()
for line in sys.stdin:
    words = line.split()
    if words[0] == "state":
        # 3.12 freezes some of its own.
        state = [gc.isenabled(), gc.get_freeze_count() > 1000, *gc.get_threshold()]
        print(*state, flush=True)
    elif words[0] == "garbage":
        gc.disable()
        for _ in range(int(words[1])):
            Knot()
        print("made", flush=True)
    elif words[0] == "finalized":
        print(finalized[0], flush=True)
    elif words[0] == "freeze":
        gc.freeze()
        # Something to freeze beyond what is frozen already.
        kept.append([[number] for number in range(1000)])
        gc.freeze()
        print("frozen", flush=True)
os._exit(0)
