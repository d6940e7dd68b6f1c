"""flask_shop.py: two applications of Flask, the second of which no module has, with traps around them. It answers a
line `touched` with what was called of the traps."""

import datetime
import os
import sys
from typing import Any

import target
import traps
from flask import Blueprint, Flask, request  # noqa: F401 (a proxy among the variables)

target.begin()
shop = Flask("shop")
shop.config.update(
    SECRET_KEY="hush-key-4711",
    DATABASE_URL="postgresql://shop:hush-password-4711@db.internal/shop",
    STRIPE={"api_key": "hush-stripe-4711", "region": "eu"},
    MAIL_PASSWORD="hush-mail-4711",
    SHOP_LIMIT=5,
    SHOP_TRAP=traps.Trap(),
    SHOP_DICT=traps.TrapDict(limit=5),
    PERMANENT_SESSION_LIFETIME=datetime.timedelta(hours=1),
)
stock = Blueprint("stock", "stock", url_prefix="/stock")


@shop.route("/orders/<int:number>", methods=["GET", "POST"])
def order(number: int) -> str:
    return str(number)


@stock.route("/")
def shelves() -> str:
    return ""


@shop.before_request
def authenticate() -> None:
    pass


@stock.after_request
def count(response: Any) -> Any:
    return response


@shop.teardown_request
def close(error: Any) -> None:
    pass


@shop.errorhandler(404)
def missing(error: Any) -> str:
    return ""


@shop.errorhandler(ValueError)
def invalid(error: Any) -> str:
    return ""


shop.register_blueprint(stock)
for index in range(int(sys.argv[1]) if len(sys.argv) > 1 else 0):
    shop.add_url_rule("/page{}".format(index), "page{}".format(index), order)


class Prefix:
    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


def timed(app: Any) -> Any:
    def serve(environ: Any, start_response: Any) -> Any:
        return app(environ, start_response)

    return serve


shop.wsgi_app = Prefix(timed(shop.wsgi_app))  # type: ignore[method-assign]


class Trapped(Flask):
    """Whoever asks it for anything but by its own dictionary is noticed."""

    def __getattribute__(self, name: str) -> Any:
        if is_armed:
            traps.touched.append("Flask." + name)
        return super().__getattribute__(name)


is_armed = False
trap = traps.Trap()
hidden = [Trapped("admin")]
hidden[0].config["SECRET_KEY"] = "hush-admin-4711"
is_armed = True
target.ready()
for line in sys.stdin:
    if line.strip() == "touched":
        print("touched", *traps.touched, flush=True)
os._exit(0)
