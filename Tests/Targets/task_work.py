"""Tasks of asyncio of which it is known what they do: `spinner` uses the CPU, `reader` waits for a queue, `sleeper`
sleeps, and three without a name wait for a lock that a fourth holds.

task_work.py [uvloop]
"""

from __future__ import annotations

import asyncio
import sys
import time


def spend(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(100))


async def spin() -> None:
    while True:
        spend(0.02)
        await asyncio.sleep(0)


async def read(queue: asyncio.Queue[int]) -> None:
    await queue.get()


async def doze() -> None:
    await asyncio.sleep(3600)


async def want(lock: asyncio.Lock) -> None:
    async with lock:
        pass


async def main() -> None:
    lock = asyncio.Lock()
    await lock.acquire()
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(want(lock)) for _ in range(3)]
    for name, coroutine in (("reader", read(asyncio.Queue())), ("sleeper", doze()), ("spinner", spin())):
        task = loop.create_task(coroutine)
        task.set_name(name)
        tasks.append(task)
    await asyncio.sleep(0)
    print("ready", flush=True)
    await asyncio.gather(*tasks)


if "uvloop" in sys.argv:
    import uvloop

    uvloop.install()
asyncio.run(main())
