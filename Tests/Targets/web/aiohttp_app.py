"""The same in aiohttp, which is server and framework: aiohttp_app.py PORT."""

import sys

import gate
from aiohttp import web


async def index(request: web.Request) -> web.Response:
    return web.Response(text="ok")


async def hold(request: web.Request) -> web.Response:
    card_number = "4111 1111 1111 1111"
    held = await gate.hold_async(request.match_info["what"])
    return web.Response(text="{} {}".format(held, len(card_number)))


app = web.Application()
app.add_routes([web.get("/", index), web.get("/hold/{what}", hold)])

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
