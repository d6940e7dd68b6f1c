"""An event loop with a task for each thing that a task can wait for: task_states.py [SLEEPERS].

The words behind `ready`: NAME=ADDRESS of the objects that the test asks for.
"""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from typing import Any, AsyncIterator, List, Set

from target import begin, ready, wait_for_end

KEPT: List[Any] = []
WAITING: Set["asyncio.Task[Any]"] = set()


def start(coroutine: Any, name: str, factory: Any = None) -> "asyncio.Task[Any]":
    loop = asyncio.get_running_loop()
    task = factory(coroutine, loop=loop, name=name) if factory else loop.create_task(coroutine, name=name)
    WAITING.add(task)
    return task


async def innermost(delay: float) -> None:
    await asyncio.sleep(delay)


async def middle(delay: float) -> None:
    await innermost(delay)


async def outermost(delay: float) -> None:
    await middle(delay)


async def await_lock(lock: asyncio.Lock) -> None:
    async with lock:
        raise AssertionError("the lock is held for ever")


async def hold_lock(lock: asyncio.Lock) -> None:
    async with lock:
        await asyncio.sleep(500)


async def await_event(event: asyncio.Event) -> None:
    await event.wait()


async def await_condition(condition: asyncio.Condition) -> None:
    async with condition:
        await condition.wait()


async def await_semaphore(semaphore: asyncio.Semaphore) -> None:
    await semaphore.acquire()


async def hold_condition(condition: asyncio.Condition) -> None:
    async with condition:
        await asyncio.sleep(510)


async def want_condition(condition: asyncio.Condition) -> None:
    async with condition:
        raise AssertionError("the condition is held for ever")


async def await_item(queue: "asyncio.Queue[int]") -> None:
    await queue.get()


async def await_other(other: Any) -> None:
    await other


async def await_gather() -> None:
    await asyncio.gather(start(outermost(501), "child-1"), start(outermost(502), "child-2"), asyncio.sleep(0))


async def shield() -> None:
    await asyncio.shield(start(outermost(511), "shielded"))


async def await_any() -> None:
    await asyncio.wait({start(outermost(503), "any-1"), start(outermost(504), "any-2")})


async def await_group() -> None:
    async with asyncio.TaskGroup() as group:  # type: ignore[attr-defined]
        group.create_task(outermost(505), name="group-1")


async def await_bytes(end: socket.socket) -> None:
    await asyncio.get_running_loop().sock_recv(end, 1)


async def await_stream(end: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=end)
    KEPT.append(writer)
    await reader.readexactly(1)


async def await_thread(event: threading.Event) -> None:
    await asyncio.get_running_loop().run_in_executor(None, event.wait)


async def await_process() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import sys; sys.stdin.read()", stdin=subprocess.PIPE
    )
    KEPT.append(process)
    await process.wait()


async def numbers() -> AsyncIterator[int]:
    yield 1
    await asyncio.sleep(506)
    yield 2


async def await_generator() -> None:
    async for number in numbers():
        KEPT.append(number)


class Awaitable:
    def __await__(self) -> Any:
        return innermost(507).__await__()


def other_loop(started: threading.Event) -> None:
    async def main() -> None:
        task = asyncio.current_task()
        if task is not None and hasattr(task, "set_name"):
            task.set_name("other-loop")
        asyncio.get_running_loop().call_soon(started.set)
        await outermost(508)

    asyncio.run(main())


async def main() -> None:
    loop = asyncio.get_running_loop()
    asyncio.current_task().set_name("main")  # type: ignore[union-attr]
    lock = asyncio.Lock()
    event = asyncio.Event()
    condition = asyncio.Condition()
    semaphore = asyncio.Semaphore(0)
    queue: "asyncio.Queue[int]" = asyncio.Queue()
    release = threading.Event()
    future = loop.create_future()
    left, right = socket.socketpair()
    for end in (left, right):
        end.setblocking(False)
    first, second = socket.socketpair()
    KEPT.extend([right, second])

    start(hold_lock(lock), "holder")
    start(await_lock(lock), "lock")
    start(await_event(event), "event")
    start(await_condition(condition), "condition")
    start(await_semaphore(semaphore), "semaphore")
    # In that order: the first has given the condition's lock up when the second takes it.
    start(hold_condition(condition), "condition-holder")
    start(want_condition(condition), "condition-waiter")
    start(shield(), "shield")
    start(await_item(queue), "queue")
    sleeper = start(outermost(500), "sleep")
    start(await_other(sleeper), "task")
    start(await_other(future), "future")
    start(await_gather(), "gather")
    start(await_any(), "wait")
    start(await_bytes(left), "socket")
    start(await_stream(first), "stream")
    start(await_thread(release), "executor")
    if sys.version_info >= (3, 9):
        start(await_other(asyncio.to_thread(release.wait)), "to_thread")
    if sys.version_info >= (3, 11):
        start(await_group(), "group")
    start(await_process(), "process")
    start(await_generator(), "generator")
    start(await_other(Awaitable()), "wrapper")
    python_task = asyncio.tasks._PyTask  # type: ignore[attr-defined]
    start(outermost(509), "python", python_task)
    finished = start(asyncio.sleep(0), "finished")
    await finished
    for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 0):
        start(outermost(1000 + number), "sleeper-%d" % number)

    started = threading.Event()
    threading.Thread(target=other_loop, args=(started,), daemon=True).start()
    started.wait()
    # Long enough for each task to come to its wait, and for the child process to be there.
    while len(KEPT) < 5 or not all(has_started(task) for task in WAITING):
        await asyncio.sleep(0.01)
    start(asyncio.sleep(0), "fresh")
    ready(
        "lock=%d" % id(lock),
        "queue=%d" % id(queue),
        "future=%d" % id(future),
        "socket=%d" % left.fileno(),
        "stream=%d" % first.fileno(),
        "pid=%d" % next(kept.pid for kept in KEPT if hasattr(kept, "pid")),
        "thread=%d" % threading.get_ident(),
        "native=%d" % os.getpid(),
    )
    wait_for_end()


def has_started(task: "asyncio.Task[Any]") -> bool:
    return task.done() or task._fut_waiter is not None  # type: ignore[attr-defined]


if __name__ == "__main__":
    begin()
    asyncio.run(main())
