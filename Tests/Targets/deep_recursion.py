"""A stack of 900 frames below the module's own: deep_recursion.py [DEPTH]."""

import sys
from typing import List

from target import begin, ready, wait_for_end


def descend(depth: int, path: List[int]) -> None:
    if depth == 0:
        ready(len(path))
        wait_for_end()
        return
    descend(depth - 1, path)


if __name__ == "__main__":
    begin()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 900
    sys.setrecursionlimit(max(1000, wanted + 100))
    # The innermost of them is `wait_for_end`.
    descend(wanted - 2, list(range(wanted)))
