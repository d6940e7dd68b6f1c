"""waiting.py KIND: a thread that waits, or computes, in the one way that KIND names, until a line `go` comes.

Its native id is the first fact. Once it has gone on and done what it waited for, it prints `done`.
"""

import asyncio
import os
import queue
import select
import signal
import socket
import sys
import threading
import time
from typing import Callable, Dict, Tuple

import target

Pair = Tuple[Callable[[], object], Callable[[], object]]


def waits() -> Dict[str, Callable[[], Pair]]:
    """How to wait, and how to end that, by kind; made when asked for."""

    def lock() -> Pair:
        held = threading.Lock()
        held.acquire()
        return held.acquire, held.release

    def event() -> Pair:
        flag = threading.Event()
        return flag.wait, flag.set

    def timed_event() -> Pair:
        flag = threading.Event()
        return lambda: flag.wait(1000), flag.set

    def epoll() -> Pair:
        ours, theirs = os.pipe()
        poller = select.epoll()
        poller.register(ours, select.EPOLLIN)
        return lambda: poller.poll(1000), lambda: os.write(theirs, b"x")

    def poll() -> Pair:
        ours, theirs = os.pipe()
        poller = select.poll()
        poller.register(ours, select.POLLIN)
        return lambda: poller.poll(1000000), lambda: os.write(theirs, b"x")

    def selecting() -> Pair:
        ours, theirs = os.pipe()
        return lambda: select.select([ours], [], [], 1000), lambda: os.write(theirs, b"x")

    def read() -> Pair:
        ours, theirs = os.pipe()
        return lambda: os.read(ours, 1), lambda: os.write(theirs, b"x")

    def recv() -> Pair:
        ours, theirs = socket.socketpair()
        return lambda: ours.recv(1), lambda: theirs.send(b"x")

    def accept() -> Pair:
        server = socket.socket()
        server.bind(("127.0.0.1", 0))
        server.listen()
        return server.accept, lambda: socket.create_connection(server.getsockname())

    def sleep() -> Pair:
        return lambda: time.sleep(4), lambda: None

    def queued() -> Pair:
        items: "queue.Queue[int]" = queue.Queue()
        return items.get, lambda: items.put(1)

    def simple_queue() -> Pair:
        items: "queue.SimpleQueue[int]" = queue.SimpleQueue()
        return items.get, lambda: items.put(1)

    def join() -> Pair:
        flag = threading.Event()
        other = threading.Thread(target=flag.wait)
        other.start()
        return other.join, flag.set

    def child() -> Pair:
        pid = os.fork()
        if pid == 0:
            signal.pause()
            os._exit(0)
        return lambda: os.waitpid(pid, 0), lambda: os.kill(pid, signal.SIGKILL)

    def loop() -> Pair:
        flag = threading.Event()

        def spin() -> None:
            while not flag.is_set():
                pass

        return spin, flag.set

    def builtins() -> Pair:
        flag = threading.Event()

        def compute() -> None:
            while not flag.is_set():
                sum(range(2000))

        return compute, flag.set

    def tasks() -> Pair:
        loop = asyncio.new_event_loop()
        return loop.run_forever, lambda: loop.call_soon_threadsafe(loop.stop)

    return {
        "lock": lock,
        "event": event,
        "timed-event": timed_event,
        "epoll": epoll,
        "poll": poll,
        "select": selecting,
        "read": read,
        "recv": recv,
        "accept": accept,
        "sleep": sleep,
        "queue": queued,
        "simple-queue": simple_queue,
        "join": join,
        "child": child,
        "loop": loop,
        "builtins": builtins,
        "asyncio": tasks,
    }


def main() -> None:
    target.begin()
    wait, end = waits()[sys.argv[1]]()

    def run() -> None:
        wait()
        print("done", flush=True)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    # It is on its way; what it waits for does not come before `go`.
    time.sleep(0.1)
    target.ready(thread.native_id)
    for line in sys.stdin:
        if line == "go\n":
            end()
    os._exit(0)


main()
