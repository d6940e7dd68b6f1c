"""The catalog page."""

import time
from typing import Dict

from flask import Blueprint, request

from .database import Session

blueprint = Blueprint("catalog", __name__)


class Page:
    """A page as it was sent, and when it was made."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.made_at = time.time()


# Rendered pages, by the address that they were asked for with.
rendered: Dict[str, Page] = {}


def render(page: int) -> str:
    with Session() as session:
        articles = session.rows("SELECT id, title, cents FROM article LIMIT 10 OFFSET ?", page * 10)
    rows = ["<li>{} {}: {:.2f}</li>".format(number, title, cents / 100) for number, title, cents in articles]
    return "<ul>{}</ul>".format("".join(rows))


@blueprint.get("/catalog")
def catalog() -> str:
    # The whole address, with whatever campaign or visitor it carries.
    address = request.full_path
    if address not in rendered:
        rendered[address] = Page(render(request.args.get("page", 0, type=int)))
    return rendered[address].text
