"""A small bookshop: a catalog, orders, checkout, restocking and a report. `gunicorn shop:app` serves it.

It works, and it has six faults that are hard to see from outside; README.md tells which, for those who give up.
"""

import logging

from flask import Flask

from . import catalog, checkout, database, orders, report, restock


def create_app() -> Flask:
    # Warnings, as in production: what would say more is not in the log.
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    application = Flask(__name__)
    database.create()
    for part in (catalog, orders, checkout, restock, report):
        application.register_blueprint(part.blueprint)

    @application.get("/health")
    def health() -> str:
        return "ok"

    return application


app = create_app()
