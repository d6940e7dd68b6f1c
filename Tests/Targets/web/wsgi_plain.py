"""A WSGI application without a framework: GET /hold/NAME stays in flight, anything else answers at once."""

from typing import Any, Callable, Dict, Iterable, List, Tuple

import gate

StartResponse = Callable[[str, List[Tuple[str, str]]], Any]


def view(environ: Dict[str, Any], what: str) -> str:
    card_number = "4111 1111 1111 1111"
    order = {"id": 17, "customer": "ada"}
    held = gate.hold(what)
    return "{} {} {}".format(held, order["id"], len(card_number))


def application(environ: Dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    body = view(environ, path[len("/hold/") :]) if path.startswith("/hold/") else "ok"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body.encode()]


app = application
