"""A target to measure with: N threads of D frames each, all waiting, each frame with five locals.

stacks.py THREADS DEPTH
"""

import os
import signal
import sys
import threading


def descend(depth: int, gate: threading.Event, unit: str = "text", pair: tuple = (1, 2)) -> None:
    double = depth * 2
    label = "frame %d of %s" % (depth, double)
    items = [depth, double, label]
    if depth:
        descend(depth - 1, gate, unit, pair)
    else:
        gate.wait()
    assert items and label


def main() -> None:
    signal.alarm(3600)
    gate = threading.Event()
    count, depth = int(sys.argv[1]), int(sys.argv[2])
    # `Thread._bootstrap`, `_bootstrap_inner`, `run`, `Event.wait` and `Condition.wait` belong to the depth.
    for _ in range(count - 1):
        threading.Thread(target=descend, args=(depth - 6, gate), daemon=True).start()
    print(os.getpid(), flush=True)
    descend(depth - 4, gate)


if __name__ == "__main__":
    main()
