"""An event loop with tasks in every kind of wait: asyncio_tasks.py [asyncio|uvloop [COUNT]].

COUNT (default 0) further tasks only sleep. The tasks that have names, and what each waits for:

    sleeper        asyncio.sleep, three coroutines deep (nested, nested, leaf)
    future-waiter  a bare future
    lock-holder    holds `lock`, waits for `event`
    lock-waiter    `lock`
    queue-getter   `queue`
    gatherer       asyncio.gather of the tasks gathered-0 and gathered-1
    shielded       asyncio.shield of the task behind-shield
    timed          asyncio.wait_for of a future
    thread-waiter  a function in the executor's thread
    iterator       an async generator
    group          (3.11 and later) a TaskGroup with the tasks grouped-0 and grouped-1
"""

import asyncio
import os
import sys
import threading
from typing import Any, AsyncIterator, Awaitable, List

from target import begin, ready

marks: List[str] = []
blocked = threading.Event()


async def leaf(label: str) -> None:
    marks.append(label)
    await asyncio.sleep(3600)


async def nested(depth: int, label: str) -> None:
    level = "level {}".format(depth)
    if depth:
        await nested(depth - 1, label)
    else:
        await leaf(label)
    print(level)


async def wait_future(future: "asyncio.Future[None]") -> None:
    marks.append("future")
    await future


async def hold_lock(lock: asyncio.Lock, event: asyncio.Event) -> None:
    async with lock:
        marks.append("holder")
        await event.wait()


async def want_lock(lock: asyncio.Lock) -> None:
    marks.append("waiter")
    async with lock:
        print("never reached")


async def get(queue: "asyncio.Queue[int]") -> None:
    marks.append("queue")
    await queue.get()


async def gather() -> None:
    marks.append("gather")
    tasks = [named(leaf("gathered"), "gathered-{}".format(number)) for number in range(2)]
    await asyncio.gather(*tasks)


async def shield() -> None:
    marks.append("shield")
    await asyncio.shield(named(leaf("behind"), "behind-shield"))


async def timed(future: "asyncio.Future[None]") -> None:
    marks.append("timed")
    await asyncio.wait_for(future, 3600)


async def in_thread() -> None:
    marks.append("thread")
    await asyncio.get_running_loop().run_in_executor(None, blocked.wait)


async def ticks() -> AsyncIterator[int]:
    marks.append("ticks")
    await asyncio.sleep(3600)
    yield 1


async def iterate() -> None:
    async for tick in ticks():
        print(tick)


async def group() -> None:
    marks.append("group")
    async with asyncio.TaskGroup() as members:  # type: ignore[attr-defined]
        for number in range(2):
            members.create_task(leaf("grouped"), name="grouped-{}".format(number))


def named(work: Awaitable[Any], name: str) -> "asyncio.Task[Any]":
    return asyncio.get_running_loop().create_task(work, name=name)  # type: ignore[arg-type]


async def main(count: int) -> None:
    loop = asyncio.get_running_loop()
    lock, event = asyncio.Lock(), asyncio.Event()
    queue: "asyncio.Queue[int]" = asyncio.Queue()
    kept = [
        named(nested(2, "sleeper"), "sleeper"),
        named(wait_future(loop.create_future()), "future-waiter"),
        named(hold_lock(lock, event), "lock-holder"),
        named(want_lock(lock), "lock-waiter"),
        named(get(queue), "queue-getter"),
        named(gather(), "gatherer"),
        named(shield(), "shielded"),
        named(timed(loop.create_future()), "timed"),
        named(in_thread(), "thread-waiter"),
        named(iterate(), "iterator"),
    ]
    # Each task marks its last step before it waits, with the steps of those that it starts itself.
    expected = len(kept) + 3
    if hasattr(asyncio, "TaskGroup"):
        kept.append(named(group(), "group"))
        expected += 3
    kept += [named(leaf("bulk"), "bulk-{}".format(number)) for number in range(count)]
    expected += count
    while len(marks) < expected:
        await asyncio.sleep(0)
    ended = loop.create_future()
    loop.add_reader(0, lambda: None if os.read(0, 4096) else ended.done() or ended.set_result(None))
    # wait_for starts its own inner steps one turn later on some versions.
    for _ in range(3):
        await asyncio.sleep(0)
    ready(len(asyncio.all_tasks()))
    await ended
    os._exit(0)


if __name__ == "__main__":
    begin()
    kind = sys.argv[1] if len(sys.argv) > 1 else "asyncio"
    if kind == "uvloop":
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(main(int(sys.argv[2]) if len(sys.argv) > 2 else 0))
