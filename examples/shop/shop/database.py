"""The shop's database: SQLite, which stands in for a database across the network."""

import os
import sqlite3
import tempfile
import time
from typing import Any, List, Tuple

PATH = os.environ.get("SHOP_DATABASE", os.path.join(tempfile.gettempdir(), "shop.sqlite"))

# What one statement would take to cross the network and come back.
ROUND_TRIP = 0.002

ARTICLES = 40
ORDERS = 250

SCHEMA = """
CREATE TABLE IF NOT EXISTS article (id INTEGER PRIMARY KEY, title TEXT, cents INTEGER, stock INTEGER);
CREATE TABLE IF NOT EXISTS purchase (id INTEGER PRIMARY KEY, customer TEXT, paid_with TEXT);
CREATE TABLE IF NOT EXISTS line (purchase INTEGER, article INTEGER, pieces INTEGER);
"""


class Session:
    """A connection for one request, which counts its statements."""

    def __init__(self) -> None:
        self.statements = 0
        self.connection = sqlite3.connect(PATH, timeout=30)

    def rows(self, statement: str, *values: Any) -> List[Tuple[Any, ...]]:
        self.statements += 1
        time.sleep(ROUND_TRIP)
        return self.connection.execute(statement, values).fetchall()

    def change(self, statement: str, *values: Any) -> int:
        self.statements += 1
        time.sleep(ROUND_TRIP)
        with self.connection:
            return int(self.connection.execute(statement, values).lastrowid or 0)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *error: object) -> None:
        self.connection.close()


def create() -> None:
    """Creates and fills the tables, unless another worker has."""
    connection = sqlite3.connect(PATH, timeout=30, isolation_level=None)
    connection.executescript(SCHEMA)
    connection.execute("BEGIN IMMEDIATE")
    if not connection.execute("SELECT 1 FROM article").fetchone():
        articles = [(number, "Book {}".format(number), 900 + 35 * number, 500) for number in range(1, ARTICLES + 1)]
        connection.executemany("INSERT INTO article VALUES (?, ?, ?, ?)", articles)
        purchases = [(number, "customer-{}".format(number % 50), "invoice") for number in range(1, ORDERS + 1)]
        connection.executemany("INSERT INTO purchase VALUES (?, ?, ?)", purchases)
        lines = [(number, number % ARTICLES + 1, number % 3 + 1) for number in range(1, ORDERS + 1)]
        connection.executemany("INSERT INTO line VALUES (?, ?, ?)", lines)
    connection.execute("COMMIT")
    connection.close()
