"""Buying a book."""

import itertools
import os
from typing import Dict

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from .database import Session
from .locks import ledger_lock, stock_lock
from .money import convert
from .provider import authorize_card

blueprint = Blueprint("checkout", __name__)


numbers = itertools.count(1)


class Order:
    """What somebody buys, until it is paid for."""

    def __init__(self, article: int, cents: int, form: Dict[str, str]) -> None:
        self.number = "{}-{}".format(os.getpid(), next(numbers))
        self.article = article
        self.cents = cents
        self.customer = form.get("customer", "")
        self.currency = form.get("currency", "EUR")


def pay(order: Order, card_number: str) -> str:
    db_password = os.environ.get("SHOP_DATABASE_PASSWORD", "tr0ub4dor&3")
    headers = {"Authorization": "Bearer " + db_password, "X-Customer": request.remote_addr or ""}
    charge = convert(order.cents, order.currency)
    reference = authorize_card(card_number, charge, headers)
    with ledger_lock:
        return book(reference)


def book(reference: str) -> str:
    """Books the payment; the ledger is locked."""
    with Session() as session:
        session.change("INSERT INTO purchase (customer, paid_with) VALUES ('web', ?)", reference)
    return reference


@blueprint.post("/checkout")
def checkout() -> ResponseReturnValue:
    form: Dict[str, str] = request.form.to_dict()
    article = int(form.get("article", "1"))
    card_number = form.get("card_number", "")
    if not card_number:
        abort(400)
    # The book is kept back until it is paid for.
    with stock_lock, Session() as session:
        title, cents = session.rows("SELECT title, cents FROM article WHERE id = ?", article)[0]
        order = Order(article, cents, form)
        reference = pay(order, card_number)
        session.change("UPDATE article SET stock = stock - 1 WHERE id = ?", article)
    return jsonify({"title": title, "reference": reference})
