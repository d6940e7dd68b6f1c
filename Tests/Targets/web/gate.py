"""Where requests stay in flight for as long as a test wants.

`hold` tells the test, over a connection to the address in GATE (`127.0.0.1:PORT`), that this request has come to its
handler, and returns once the test answers or closes the connection. Nothing is timed: the test knows that the request
is inside, and says when it may leave.
"""

import asyncio
import os
import socket
import threading
from typing import Tuple

# The end of a request that a test forgot.
SECONDS = 300


def _address() -> Tuple[str, int]:
    host, _, port = os.environ["GATE"].rpartition(":")
    return host, int(port)


def _greeting(label: str) -> bytes:
    return "{} {} {}\n".format(os.getpid(), threading.get_ident(), label).encode()


def hold(label: str) -> str:
    """Blocks the calling thread, or greenlet where sockets are patched."""
    with socket.create_connection(_address(), timeout=SECONDS) as connection:
        connection.sendall(_greeting(label))
        connection.recv(1)
    return label


async def hold_async(label: str) -> str:
    """Suspends the calling task."""
    reader, writer = await asyncio.open_connection(*_address())
    try:
        writer.write(_greeting(label))
        await writer.drain()
        await asyncio.wait_for(reader.read(1), SECONDS)
    finally:
        writer.close()
    return label
