"""Many objects of known types, held in known places.

On a line `grow` it makes 1,000 more of one type; on `counts` it prints what `gc.get_objects()` has by type, with
`sys.getsizeof` of each, and how many are in the permanent generation.
"""

import collections
import gc
import json
import os
import sys
from typing import Any, Dict, List

from target import begin, ready


class Page:
    """Attributes in a dict, or in values beside it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.words = [number]


class Slotted:
    __slots__ = ("left", "right")

    def __init__(self, left: Any, right: Any) -> None:
        self.left = left
        self.right = right


class Shelf:
    """Holds as an attribute."""

    kept: List[Slotted] = []

    def __init__(self, page: Page) -> None:
        self.page = page


class Nested:
    pass


class Lonely:
    pass


PAGES: Dict[int, Page] = {number: Page(number) for number in range(5000)}
SHELVES = [Shelf(PAGES[number]) for number in range(100)]
Shelf.kept.extend(Slotted(PAGES[0], None) for _ in range(300))
DEEP = {"a": [{"b": [Nested() for _ in range(7)]}]}
DEQUE = collections.deque(Nested() for _ in range(5))
SETS = {frozenset({number, str(number)}) for number in range(50)}
GROWN: List[Page] = []


def counts() -> Dict[str, List[int]]:
    result: Dict[str, List[int]] = {"frozen": [gc.get_freeze_count(), 0]}
    for thing in gc.get_objects():
        kind = type(thing)
        module = kind.__module__
        name = kind.__qualname__ if module == "builtins" else module + "." + kind.__qualname__
        row = result.setdefault(name, [0, 0])
        row[0] += 1
        row[1] += sys.getsizeof(thing)
    return result


def hold() -> None:
    lonely = Lonely()
    lonely.itself = lonely  # type: ignore[attr-defined]
    gc.collect()
    gc.disable()
    ready()
    pending = b""
    while True:
        data = os.read(0, 4096)
        if not data:
            os._exit(0)
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            if line == b"grow":
                GROWN.extend(Page(number) for number in range(1000))
                print("grown", flush=True)
            elif line == b"counts":
                print(json.dumps(counts()), flush=True)


if __name__ == "__main__":
    begin()
    hold()
