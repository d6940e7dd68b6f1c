"""The same in FastAPI: /hold/NAME in a task, /hold-sync/NAME in a worker thread."""

import gate
from fastapi import FastAPI

app = application = FastAPI()


@app.get("/")
async def index() -> str:
    return "ok"


@app.get("/hold/{what}")
async def hold(what: str) -> str:
    card_number = "4111 1111 1111 1111"
    held = await gate.hold_async(what)
    return "{} {}".format(held, len(card_number))


@app.get("/hold-sync/{what}")
def hold_sync(what: str) -> str:
    card_number = "4111 1111 1111 1111"
    held = gate.hold(what)
    return "{} {}".format(held, len(card_number))
