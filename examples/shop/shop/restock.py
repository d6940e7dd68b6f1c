"""Books that the publisher sends."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from .database import Session
from .locks import ledger_lock, stock_lock
from .provider import confirm_delivery

blueprint = Blueprint("restock", __name__)


def shelve(article: int, pieces: int) -> None:
    with stock_lock, Session() as session:
        session.change("UPDATE article SET stock = stock + ? WHERE id = ?", pieces, article)


@blueprint.post("/restock")
def restock() -> ResponseReturnValue:
    article = request.form.get("article", 1, type=int)
    pieces = request.form.get("pieces", 10, type=int)
    # The bill and the books belong together.
    with ledger_lock:
        reference = confirm_delivery(article, pieces)
        shelve(article, pieces)
    return jsonify({"article": article, "reference": reference})
