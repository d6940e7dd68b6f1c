"""Buying a book."""

import os
from typing import Dict

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from .database import Session
from .locks import ledger_lock, stock_lock
from .provider import authorize_card

blueprint = Blueprint("checkout", __name__)


def pay(card_number: str, cents: int) -> str:
    db_password = os.environ.get("SHOP_DATABASE_PASSWORD", "tr0ub4dor&3")
    headers = {"Authorization": "Bearer " + db_password, "X-Customer": request.remote_addr or ""}
    reference = authorize_card(card_number, cents, headers)
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
        reference = pay(card_number, cents)
        session.change("UPDATE article SET stock = stock - 1 WHERE id = ?", article)
    return jsonify({"title": title, "reference": reference})
