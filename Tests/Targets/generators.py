"""Suspended and running generators, coroutines and closures, as globals and on one stack.

Globals: `fresh` (not started), `suspended` (at its first yield), `delegating` (inside `yield from`), `finished`,
`coroutine` (suspended, never awaited by a loop), `asynchronous` (an async generator, not started).
The main thread waits inside `running`, a generator that a comprehension inside a method drives.
"""

import types
from typing import Any, AsyncIterator, Generator, Iterator, List

from target import begin, ready, wait_for_end


def count(limit: int) -> Iterator[int]:
    doubled = limit * 2
    for number in range(limit):
        yield number
    print(doubled)


def delegate(limit: int) -> Iterator[int]:
    label = "outer"
    yield from count(limit)
    print(label)


@types.coroutine
def pause() -> Generator[str, None, None]:
    yield "paused"


async def inner(depth: int) -> None:
    note = "innermost"
    await pause()
    print(note, depth)


async def outer(depth: int) -> None:
    if depth:
        await outer(depth - 1)
    else:
        await inner(depth)


async def letters() -> AsyncIterator[str]:
    yield "a"


fresh = count(1)
suspended = count(3)
next(suspended)
delegating = delegate(3)
next(delegating)
finished = count(0)
list(finished)
coroutine = outer(3)
coroutine.send(None)
asynchronous = letters()


def running(captured: str) -> Iterator[int]:
    def closure() -> None:
        print(captured, flush=True)
        ready()
        wait_for_end()

    yield 1
    closure()
    yield 2


class Driver:
    """A method, a comprehension and a generator on one stack."""

    def drive(self) -> List[Any]:
        return [number for number in running("captured")]


if __name__ == "__main__":
    begin()
    Driver().drive()
