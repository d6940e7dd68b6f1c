"""An ASGI application without a framework: GET /hold/NAME stays in flight, and so does a web socket there."""

from typing import Any, Awaitable, Callable, Dict

import gate

Scope = Dict[str, Any]
Receive = Callable[[], Awaitable[Dict[str, Any]]]
Send = Callable[[Dict[str, Any]], Awaitable[None]]


async def view(scope: Scope, what: str) -> str:
    card_number = "4111 1111 1111 1111"
    held = await gate.hold_async(what)
    return "{} {}".format(held, len(card_number))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    path = scope["path"]
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await view(scope, path[len("/hold/") :])
        await send({"type": "websocket.close", "code": 1000})
        return
    body = await view(scope, path[len("/hold/") :]) if path.startswith("/hold/") else "ok"
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


app = application
