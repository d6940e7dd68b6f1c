"""A server that keeps itself busy: one client posts to /checkout/N, another one gets /orders/N, over and over.

A request for a checkout spends its time in `checkout`, one for orders in `orders`, and no request in both.
"""

from __future__ import annotations

import http.client
import threading
import time
from socketserver import ThreadingMixIn
from typing import Any, Callable
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def spend(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(100))


def checkout() -> None:
    spend(0.09)


def orders() -> None:
    spend(0.03)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    if environ["PATH_INFO"].startswith("/checkout"):
        checkout()
    else:
        orders()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]


def ask(port: int, method: str, path: str) -> None:
    for number in range(1_000_000):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request(method, path + str(number % 10))
        connection.getresponse().read()
        connection.close()


def main() -> None:
    server = make_server("127.0.0.1", 0, application, Server, Quiet)
    threading.Thread(target=server.serve_forever, name="server", daemon=True).start()
    for method, path in (("POST", "/checkout/"), ("GET", "/orders/")):
        threading.Thread(target=ask, args=(server.server_port, method, path), name="client", daemon=True).start()
    print("ready", flush=True)
    time.sleep(3600)


main()
