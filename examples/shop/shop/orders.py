"""The page with all orders."""

import logging
from typing import Any, Dict, List

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from .database import Session

blueprint = Blueprint("orders", __name__)
log = logging.getLogger(__name__)


def lines_of(session: Session, order: int) -> List[Dict[str, Any]]:
    lines = []
    for article, pieces in session.rows("SELECT article, pieces FROM line WHERE purchase = ?", order):
        title, cents = session.rows("SELECT title, cents FROM article WHERE id = ?", article)[0]
        lines.append({"title": title, "pieces": pieces, "cents": pieces * cents})
    return lines


@blueprint.get("/orders")
def orders() -> ResponseReturnValue:
    with Session() as session:
        page = []
        for order, customer in session.rows("SELECT id, customer FROM purchase ORDER BY id LIMIT 250"):
            page.append({"order": order, "customer": customer, "lines": lines_of(session, order)})
            log.debug("order %s has %d lines", order, len(page[-1]["lines"]))
    return jsonify(page)
