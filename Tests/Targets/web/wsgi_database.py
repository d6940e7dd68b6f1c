"""The same in Flask, where the request stays in flight within an SQL statement, of SQLAlchemy's or of Django's."""

import database
from flask import Flask

app = application = Flask(__name__)


@app.route("/")
def index() -> str:
    return "ok"


@app.route("/hold/<what>")
def hold(what: str) -> str:
    return database.hold(what)


@app.route("/hold-django/<what>")
def hold_with_django(what: str) -> str:
    return database.hold_with_django(what)
