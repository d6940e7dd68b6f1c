"""database_pools.py: engines of SQLAlchemy, with connections that are out: by a thread, by a thread's session, by a
greenlet that waits where there are greenlets; and with these words

    lost        by nothing but a list
    passing     by a thread that gives something else away when it is told `pass`, and says whether that has gone
    profiled    by a thread that is in its profile function until it is told `pass`, and says whether its variables
                are as they were
    scoped      by a session that a registry keeps for a thread
    coroutine   by a coroutine that waits
"""

import asyncio
import os
import sys
import threading
import weakref
from typing import Any, List

import target
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import NullPool, QueuePool

target.begin()


def no_driver() -> Any:
    import sqlite3

    return sqlite3.connect(":memory:", check_same_thread=False)


class ShopDialect(SQLiteDialect_pysqlite):
    """SQLite behind a URL as that of a server is."""

    supports_statement_cache = True

    def create_connect_args(self, url: Any) -> Any:
        return [], {}


registry.impls["shopdb"] = lambda: ShopDialect
engine = create_engine(
    "shopdb://shop:hush-password-4711@db.internal:5432/orders?password=hush-query-4711",
    creator=no_driver,
    poolclass=QueuePool,
    pool_size=3,
    max_overflow=2,
    pool_timeout=7,
)
held: List[Any] = []
hidden = [create_engine("sqlite:///", creator=no_driver, poolclass=NullPool)]
stay = threading.Event()
here = threading.Semaphore(0)


def reserve_stock() -> None:
    connection = engine.connect()
    connection.execute(text("select 1")).fetchall()
    here.release()
    stay.wait()


def place_order() -> None:
    with Session(engine) as session:
        session.execute(text("select 1")).fetchall()
        here.release()
        stay.wait()


# One that was given back, so that the pool has one.
returned = [engine.connect() for _ in range(3)]
for connection in returned:
    connection.close()
del returned, connection
target.start("stock", reserve_stock)
target.start("orders", place_order)
for _ in range(2):
    here.acquire()

try:
    import greenlet

    def wait_in_greenlet() -> None:
        own = hidden[0].connect()
        greenlet.getcurrent().parent.switch()
        own.close()

    waiting = greenlet.greenlet(wait_in_greenlet)
    waiting.switch()
except ImportError:
    waiting = None


class Parcel:
    """What can be seen to go."""


turn = threading.Event()
outcome: List[str] = []


def pass_parcel() -> None:
    own = engine.connect()
    parcel: Any = Parcel()
    reference = weakref.ref(parcel)
    here.release()
    turn.wait()
    parcel = own
    outcome.append("gone" if reference() is None else "kept")
    here.release()
    stay.wait()
    parcel.close()


def be_profiled() -> None:
    own = engine.connect()
    numbers = [7]

    def profile(frame: Any, event: str, function: Any) -> None:
        if function is len:
            here.release()
            turn.wait()

    sys.setprofile(profile)
    len(numbers)
    sys.setprofile(None)
    outcome.append("whole" if numbers == [7] and own is not None else "spoilt")
    here.release()
    stay.wait()


def use_scoped() -> None:
    registry = scoped_session(sessionmaker(engine), scopefunc=threading.get_ident)
    held.append(registry)
    registry.execute(text("select 1"))
    del registry
    here.release()
    stay.wait()


async def wait_for_stock() -> None:
    here.release()
    await asyncio.Event().wait()


async def handle() -> None:
    with engine.connect():
        await wait_for_stock()


def run_loop() -> None:
    asyncio.run(handle())


if "lost" in sys.argv:
    held.append([engine.connect()])
for name, body in (
    ("passing", pass_parcel),
    ("profiled", be_profiled),
    ("scoped", use_scoped),
    ("coroutine", run_loop),
):
    if name in sys.argv:
        target.start(name, body)
        here.acquire()
target.ready(int(waiting is not None))
for line in sys.stdin:
    if line.strip() == "checkedout":
        print(engine.pool.checkedout(), flush=True)  # type: ignore[attr-defined]
    elif line.strip() == "pass":
        turn.set()
        here.acquire()
        print(outcome[0], flush=True)
os._exit(0)
