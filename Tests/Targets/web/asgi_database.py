"""The same in Starlette: /hold/NAME in a task, and the loop with it, /hold-sync/NAME in a worker thread."""

import database
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def index(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def hold(request: Request) -> PlainTextResponse:
    return PlainTextResponse(database.hold(request.path_params["what"]))


def hold_sync(request: Request) -> PlainTextResponse:
    return PlainTextResponse(database.hold(request.path_params["what"]))


app = application = Starlette(
    routes=[Route("/", index), Route("/hold/{what}", hold), Route("/hold-sync/{what}", hold_sync)]
)
