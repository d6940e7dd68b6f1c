"""Threads that wait for locks and what is built from them, each named for what it does."""

import contextlib
import queue
import threading
from concurrent.futures import Future
from typing import Any, Callable, Iterator, List

from target import begin, ready, wait_for_end

GLOBAL_LOCK = threading.Lock()
STEPS: List[threading.Event] = []


def start(name: str, target: Callable[..., Any], *args: Any) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, args=args, daemon=True)
    thread.start()
    return thread


class Shop:
    """Two locks that two threads take in opposite order."""

    def __init__(self) -> None:
        self.ledger_lock = threading.Lock()
        self.stock_lock = threading.Lock()

    def sell(self, meeting: threading.Barrier) -> None:
        with self.stock_lock:
            meeting.wait()
            with self.ledger_lock:
                pass

    def book(self, meeting: threading.Barrier) -> None:
        with self.ledger_lock:
            meeting.wait()
            with self.stock_lock:
                pass


def recursive(first: Any, second: Any, meeting: threading.Barrier) -> None:
    first.acquire()
    meeting.wait()
    second.acquire()


def nested(first: Any, second: Any, meeting: threading.Barrier) -> None:
    with first:
        meeting.wait()
        try:
            with contextlib.ExitStack():
                with second:
                    pass
        finally:
            pass


def twice(lock: Any) -> None:
    with lock:
        with lock:
            pass


@contextlib.contextmanager
def held(lock: Any) -> Iterator[None]:
    with lock:
        yield


def hold_through_generator(lock: Any, inside: threading.Event, forever: threading.Event) -> None:
    with held(lock):
        inside.set()
        forever.wait()


def hold_global(inside: threading.Event, forever: threading.Event) -> None:
    with GLOBAL_LOCK:
        inside.set()
        forever.wait()


def want(lock: Any) -> None:
    with lock:
        pass


def want_global() -> None:
    with GLOBAL_LOCK:
        pass


def acquire(lock: Any) -> None:
    lock.acquire()


def acquire_in_time(lock: Any) -> None:
    lock.acquire(timeout=1000)


def await_condition(condition: threading.Condition, inside: threading.Event) -> None:
    with condition:
        inside.set()
        condition.wait()


def hold_condition(condition: threading.Condition, inside: threading.Event, forever: threading.Event) -> None:
    with condition:
        inside.set()
        forever.wait()


def main() -> None:
    forever = threading.Event()

    shop = Shop()
    meeting = threading.Barrier(2)
    start("sell", shop.sell, meeting)
    start("book", shop.book, meeting)

    one, two, meeting = threading.RLock(), threading.RLock(), threading.Barrier(2)
    start("recursive-1", recursive, one, two, meeting)
    start("recursive-2", recursive, two, one, meeting)

    ring = [threading.Lock(), threading.RLock(), threading.Lock()]
    meeting = threading.Barrier(3)
    for number in range(3):
        start("ring-%d" % number, nested, ring[number], ring[(number + 1) % 3], meeting)

    start("twice", twice, threading.Lock())

    taken = threading.Lock()
    taken.acquire()
    start("acquire", acquire, taken)
    start("in-time", acquire_in_time, taken)

    inside = threading.Event()
    start("holds-global", hold_global, inside, forever)
    inside.wait()
    start("wants-global", want_global)

    inside = threading.Event()
    generator_lock = threading.Lock()
    start("holds-generator", hold_through_generator, generator_lock, inside, forever)
    inside.wait()
    start("wants-generator", want, generator_lock)

    inside = threading.Event()
    condition = threading.Condition(threading.Lock())
    start("condition", await_condition, condition, inside)
    inside.wait()
    inside = threading.Event()
    start("holds-condition", hold_condition, condition, inside, forever)
    inside.wait()
    start("wants-condition", want, condition)

    python_lock = threading._PyRLock()  # type: ignore[attr-defined]
    python_lock.acquire()
    start("python-rlock", acquire, python_lock)

    full: "queue.Queue[int]" = queue.Queue(1)
    full.put(1)
    start("get", queue.Queue().get)
    start("put", lambda: full.put(2))
    jobs: "queue.SimpleQueue[int]" = queue.SimpleQueue()
    start("simple", lambda: jobs.get())
    start("semaphore", lambda: threading.Semaphore(0).acquire())
    start("barrier", lambda: threading.Barrier(2).wait())
    future: "Future[int]" = Future()
    start("future", lambda: future.result())
    joined = start("event", forever.wait)
    start("join", lambda: joined.join())

    ready()
    wait_for_end()


if __name__ == "__main__":
    begin()
    main()
