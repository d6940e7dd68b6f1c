"""A statement that stays in flight: SQLite calls `hold` in the middle of it."""

from typing import Any

import gate
from django.conf import settings
from django.db import connections
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

if not settings.configured:
    settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})

engine = create_engine("sqlite://", poolclass=NullPool)


def connected(connection: Any, record: Any) -> None:
    connection.create_function("hold", 1, gate.hold)


event.listen(engine, "connect", connected)


def hold(what: str) -> str:
    statement = "SELECT hold('{}') AS held, '4111 1111 1111 1111' AS card, 4111111111111111 AS number".format(what)
    with engine.connect() as connection:
        return str(connection.execute(text(statement)).scalar())


def hold_with_django(what: str) -> str:
    connection = connections["default"]
    with connection.cursor() as cursor:
        connection.connection.create_function("hold", 1, gate.hold)
        cursor.execute("SELECT hold(%s) AS held, '4111 1111 1111 1111' AS card, 4111111111111111 AS number", [what])
        return str(cursor.fetchone()[0])
