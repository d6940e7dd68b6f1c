"""The same in Flask."""

import gate
from flask import Flask

app = application = Flask(__name__)


@app.route("/")
def index() -> str:
    return "ok"


@app.route("/hold/<what>", methods=["GET", "POST"])
def hold(what: str) -> str:
    card_number = "4111 1111 1111 1111"
    order = {"id": 17, "customer": "ada"}
    held = gate.hold(what)
    return "{} {} {}".format(held, order["id"], len(card_number))
