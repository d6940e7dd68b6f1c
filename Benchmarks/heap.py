"""`ispy heap` on a million objects: prints what a look takes, and adds it to BENCHMARKS.md.

    Benchmarks/heap.py ISPY [--runs N] [--python PATH] [--append FILE]

No peer looks at the objects of a live process from outside and without stopping it: there is nothing to stand beside.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from dump import Bars, publish, table  # noqa: E402
from measure import Target, in_turn  # noqa: E402

OBJECTS = 1_000_000
TARGET = f"""
import os, signal
class Order:
    def __init__(self, number): self.number = number; self.lines = []
signal.alarm(3600)
orders = [Order(number) for number in range({OBJECTS // 2})]
print(os.getpid(), flush=True)
signal.pause()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ispy")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--append", type=Path, help="the file to add to")
    options = parser.parse_args()
    with Target([options.python, "-c", TARGET]) as target:
        look = [options.ispy, "heap", str(target.pid)]
        results = in_turn({"ispy": look, "ispy again": look}, options.runs)
        found = subprocess.run(look, capture_output=True, text=True, check=True).stdout
    assert "Order" in found, found
    bars = Bars()
    bars.add("heap: a look at 1,000,000 objects, wall", results["ispy"].wall_ms() / 1000, " s", 2)
    text = "\n".join(["## Heap", "", table(f"{OBJECTS:,} objects", results), bars.table()])
    publish(text, options.append)


if __name__ == "__main__":
    main()
