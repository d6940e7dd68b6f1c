"""The same in Tornado, which is server and framework: tornado_app.py PORT."""

import asyncio
import sys

import gate
from tornado.web import Application, RequestHandler


class Index(RequestHandler):
    def get(self) -> None:
        self.write("ok")


class Hold(RequestHandler):
    async def get(self, what: str) -> None:
        card_number = "4111 1111 1111 1111"
        held = await gate.hold_async(what)
        self.write("{} {}".format(held, len(card_number)))


async def main(port: int) -> None:
    Application([("/", Index), ("/hold/(.*)", Hold)]).listen(port, "127.0.0.1")
    print("tornado listens", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
