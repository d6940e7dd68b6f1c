"""Suspended greenlets: greenlets.py [plain|gevent|unused]. Needs the packages of Scripts/setup/servers.

plain   three greenlets of two frames each (outer, inner), suspended by switching to the main one
gevent  named greenlets: sleeper (gevent.sleep), waiter (Event), locker (a lock that holder holds), holder (Event),
        getter (Queue), receiver (a socket); two frames each (work, wait_for_NAME) below gevent's own
unused  the module is imported, as by celery, but there is no greenlet: only bytes that look like one
"""

import os
import sys
from typing import Any, Callable, List

from target import begin, ready, wait_for_end


def run_plain() -> None:
    import greenlet

    main = greenlet.getcurrent()

    def inner(number: int) -> None:
        secret_token = "token-{}".format(number)
        main.switch()
        print(secret_token)

    def outer(number: int) -> None:
        label = "greenlet {}".format(number)
        inner(number)
        print(label)

    kept = [greenlet.greenlet(outer) for _ in range(3)]
    for number, one in enumerate(kept):
        one.switch(number)
    ready(len(kept))
    wait_for_end()


def run_unused() -> None:
    import ctypes

    import greenlet

    # The collector's head, a reference count and the type; no fields behind them.
    words = [1, 1, 1, id(greenlet.greenlet)] + [0] * 28
    kept = [(ctypes.c_uint64 * len(words))(*words) for _ in range(8)]
    ready(len(kept))
    wait_for_end()


def run_gevent() -> None:
    from gevent import monkey

    monkey.patch_all()
    import gevent
    import gevent.event
    import gevent.lock
    import gevent.queue
    import gevent.socket

    event = gevent.event.Event()
    lock = gevent.lock.BoundedSemaphore(1)
    queue = gevent.queue.Queue()
    near, far = gevent.socket.socketpair()
    marks: List[str] = []

    def wait_for_sleeper() -> None:
        gevent.sleep(3600)

    def wait_for_waiter() -> None:
        event.wait()

    def wait_for_holder() -> None:
        with lock:
            event.wait()

    def wait_for_locker() -> None:
        with lock:
            print("never reached")

    def wait_for_getter() -> None:
        queue.get()

    def wait_for_receiver() -> None:
        near.recv(1)

    def work(name: str, wait: Callable[[], Any]) -> None:
        order = {"name": name, "card_number": "4111111111111111"}
        marks.append(name)
        wait()
        print(order)

    kept = []
    for wait in (
        wait_for_sleeper,
        wait_for_waiter,
        wait_for_holder,
        wait_for_locker,
        wait_for_getter,
        wait_for_receiver,
    ):
        name = wait.__name__.rsplit("_", 1)[1]
        one = gevent.spawn(work, name, wait)
        one.name = name
        kept.append(one)
    while len(marks) < len(kept):
        gevent.sleep(0)
    ready(len(kept), far.fileno())
    while True:
        gevent.socket.wait_read(0)
        if not os.read(0, 4096):
            os._exit(0)


if __name__ == "__main__":
    begin()
    {"plain": run_plain, "gevent": run_gevent, "unused": run_unused}[sys.argv[1] if len(sys.argv) > 1 else "plain"]()
