"""The same in Starlette: /hold/NAME in a task, /hold-sync/NAME in a worker thread, /ws/NAME as a web socket."""

import gate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket


async def index(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def hold(request: Request) -> PlainTextResponse:
    card_number = "4111 1111 1111 1111"
    held = await gate.hold_async(request.path_params["what"])
    return PlainTextResponse("{} {}".format(held, len(card_number)))


def hold_sync(request: Request) -> PlainTextResponse:
    card_number = "4111 1111 1111 1111"
    held = gate.hold(request.path_params["what"])
    return PlainTextResponse("{} {}".format(held, len(card_number)))


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await gate.hold_async(socket.path_params["what"])
    await socket.close()


app = application = Starlette(
    routes=[
        Route("/", index),
        Route("/hold/{what}", hold, methods=["GET", "POST"]),
        Route("/hold-sync/{what}", hold_sync),
        WebSocketRoute("/ws/{what}", talk),
    ]
)
