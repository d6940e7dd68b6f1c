"""The accountants' page: what was sold, in dollars."""

from typing import Any, Dict, List

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from .database import Session
from .money import convert

blueprint = Blueprint("report", __name__)

SOLD = """
SELECT title, SUM(pieces * cents) FROM line JOIN article ON article.id = line.article
GROUP BY article.id ORDER BY article.id
"""


def table(session: Session) -> List[Dict[str, Any]]:
    rows = []
    for title, cents in session.rows(SOLD):
        rows.append({"title": title, "cents": convert(cents, "USD")})
    return rows


@blueprint.get("/report")
def report() -> ResponseReturnValue:
    with Session() as session:
        return jsonify(table(session))
