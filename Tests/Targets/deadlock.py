"""Threads that wait for each other's locks: deadlock.py [KIND].

    lock       two threads, `with stock_lock: with ledger_lock` against the other order (default)
    rlock      the same with threading.RLock, which knows its owner
    acquire    the same with acquire() calls instead of `with`
    attribute  the same, the locks being attributes of an object
    three      a ring of three threads
    condition  a notifier that wants a condition whose lock is held by one that wants what the notifier holds
    waiting    no deadlock: one thread waits for a lock whose holder sleeps
    notified   no deadlock: a thread waits in Condition.wait for a notification

Threads are named `checkout`, `restock` and, in the ring, `refund`.
"""

import sys
import threading
import time
from typing import Callable, Dict, List

from target import Settling, begin, ready, start, wait_for_end

stock_lock = threading.Lock()
ledger_lock = threading.Lock()
refund_lock = threading.Lock()
stock_rlock = threading.RLock()
ledger_rlock = threading.RLock()
condition = threading.Condition()


class Shop:
    """Locks where applications have them."""

    def __init__(self) -> None:
        self.stock = threading.Lock()
        self.ledger = threading.Lock()


shop = Shop()


def with_locks(settling: Settling, meeting: threading.Barrier, first: threading.Lock, second: threading.Lock) -> None:
    with first:
        meeting.wait()
        settling.about_to_block()
        with second:
            print("never reached")


def checkout(settling: Settling, meeting: threading.Barrier) -> None:
    with stock_lock:
        meeting.wait()
        settling.about_to_block()
        with ledger_lock:
            print("never reached")


def restock(settling: Settling, meeting: threading.Barrier) -> None:
    with ledger_lock:
        meeting.wait()
        settling.about_to_block()
        with stock_lock:
            print("never reached")


def checkout_rlock(settling: Settling, meeting: threading.Barrier) -> None:
    with stock_rlock, stock_rlock:
        meeting.wait()
        settling.about_to_block()
        with ledger_rlock:
            print("never reached")


def restock_rlock(settling: Settling, meeting: threading.Barrier) -> None:
    with ledger_rlock:
        meeting.wait()
        settling.about_to_block()
        with stock_rlock:
            print("never reached")


def checkout_acquire(settling: Settling, meeting: threading.Barrier) -> None:
    stock_lock.acquire()
    try:
        meeting.wait()
        settling.about_to_block()
        ledger_lock.acquire()
    finally:
        stock_lock.release()


def restock_acquire(settling: Settling, meeting: threading.Barrier) -> None:
    ledger_lock.acquire()
    try:
        meeting.wait()
        settling.about_to_block()
        stock_lock.acquire()
    finally:
        ledger_lock.release()


def checkout_attribute(settling: Settling, meeting: threading.Barrier) -> None:
    with shop.stock:
        meeting.wait()
        settling.about_to_block()
        with shop.ledger:
            print("never reached")


def restock_attribute(settling: Settling, meeting: threading.Barrier) -> None:
    with shop.ledger:
        meeting.wait()
        settling.about_to_block()
        with shop.stock:
            print("never reached")


def notifier(settling: Settling, meeting: threading.Barrier) -> None:
    with stock_lock:
        meeting.wait()
        settling.about_to_block()
        with condition:
            condition.notify()


def holder_of_condition(settling: Settling, meeting: threading.Barrier) -> None:
    with condition:
        meeting.wait()
        settling.about_to_block()
        with stock_lock:
            print("never reached")


def hold_and_sleep(settling: Settling, meeting: threading.Barrier) -> None:
    with stock_lock:
        meeting.wait()
        settling.about_to_block()
        time.sleep(3600)


def want(settling: Settling, meeting: threading.Barrier) -> None:
    meeting.wait()
    settling.about_to_block()
    with stock_lock:
        print("never reached")


def wait_for_notification(settling: Settling, meeting: threading.Barrier) -> None:
    with condition:
        meeting.wait()
        settling.about_to_block()
        condition.wait()


def sleep(settling: Settling, meeting: threading.Barrier) -> None:
    meeting.wait()
    settling.about_to_block()
    time.sleep(3600)


Body = Callable[[Settling, threading.Barrier], None]

KINDS: Dict[str, Dict[str, Body]] = {
    "lock": {"checkout": checkout, "restock": restock},
    "rlock": {"checkout": checkout_rlock, "restock": restock_rlock},
    "acquire": {"checkout": checkout_acquire, "restock": restock_acquire},
    "attribute": {"checkout": checkout_attribute, "restock": restock_attribute},
    "three": {
        "checkout": lambda s, m: with_locks(s, m, stock_lock, ledger_lock),
        "restock": lambda s, m: with_locks(s, m, ledger_lock, refund_lock),
        "refund": lambda s, m: with_locks(s, m, refund_lock, stock_lock),
    },
    "condition": {"checkout": notifier, "restock": holder_of_condition},
    "waiting": {"checkout": hold_and_sleep, "restock": want},
    "notified": {"checkout": wait_for_notification, "restock": sleep},
}


def main(arguments: List[str]) -> None:
    bodies = KINDS[arguments[0] if arguments else "lock"]
    meeting = threading.Barrier(len(bodies))
    settling = Settling()
    for name, body in bodies.items():
        start(name, body, settling, meeting)
    settling.wait(len(bodies))
    ready(len(bodies))
    wait_for_end()


if __name__ == "__main__":
    begin()
    main(sys.argv[1:])
