"""The agent: what runs inside of a target while something is attached to it.

One thread, one socket, lines of JSON-RPC 2.0. It holds a lease, which every message renews; when the lease ends, or
the other end of the socket goes, everything that it changed is undone and the thread ends. It waits in `recv` and in
nothing else, so that it costs nothing while nobody asks.

Nothing of the application is called: no `repr`, no property, no method of an object that the application made. There is
no class in here: one would stay until the collector finds it, and some processes never collect. The files beside this
one are parts of the same text.
"""

from __future__ import annotations

import _socket
import json
import os
import sys
import time

PROTOCOL = 1
# Bytes of one message, and seconds that the other end may take to read one.
MESSAGE_LIMIT = 1 << 20
SEND_SECONDS = 5.0
LEASE_SECONDS = 10.0
RUNGS = ("observe", "inspect", "probe", "change", "console")


def serve(connection: _socket.socket) -> None:
    """Answers over `connection` until it is told to go, or nobody renews the lease."""
    state: dict = {
        "started": time.monotonic(),
        "lease": LEASE_SECONDS,
        "ceiling": ceiling(os.environ),
        "isLeaving": False,
        "changes": [],
        "ended": [],
        "lastChange": 0,
    }
    try:
        attend(connection, state)
    finally:
        revert_all(state, "the agent went")


def attend(connection: _socket.socket, state: dict) -> None:
    send(connection, {"method": "arrived", "params": status(state, {})})
    renewed = time.monotonic()
    text = b""
    while not state["isLeaving"]:
        now = time.monotonic()
        if now >= renewed + state["lease"]:
            return
        revert_due(state, now)
        until = min([renewed + state["lease"]] + [change["until"] for change in state["changes"]])
        connection.settimeout(max(until - now, 0.001))
        try:
            piece = connection.recv(65536)
        except _socket.timeout:
            continue
        if not piece:
            return
        *lines, text = (text + piece).split(b"\n")
        if len(text) > MESSAGE_LIMIT:
            return
        for line in lines:
            answer(connection, state, line)
        renewed = time.monotonic()


def answer(connection: _socket.socket, state: dict, line: bytes) -> None:
    reply: dict = {"id": None}
    try:
        message = json.loads(line)
        reply["id"] = message.get("id")
        method = METHODS.get(message.get("method"))
        if method is None:
            reply["error"] = {"code": -32601, "message": "the agent has no method of that name"}
        else:
            reply["result"] = method(state, message.get("params") or {})
    except LookupError as error:
        if error.args[:1] == (REFUSED,):
            reply["error"] = {"code": -32000, "message": error.args[1]}
        else:
            reply["error"] = {"code": -32603, "message": type(error).__name__}
    except Exception as error:
        # Its words may hold a value.
        reply["error"] = {"code": -32603, "message": type(error).__name__}
    send(connection, reply)


def send(connection: _socket.socket, message: dict) -> None:
    message["jsonrpc"] = "2.0"
    connection.settimeout(SEND_SECONDS)
    connection.sendall(json.dumps(message).encode() + b"\n")


def status(state: dict, parameters: dict) -> dict:
    """What the agent says of itself."""
    return {
        "protocol": PROTOCOL,
        "pid": os.getpid(),
        "python": sys.hexversion,
        "ceiling": state["ceiling"],
        "lease": state["lease"],
        "seconds": time.monotonic() - state["started"],
    }


def renew(state: dict, parameters: dict) -> dict:
    """Renews the lease, as every message does, and may say for how many seconds it is from now on."""
    lease = parameters.get("lease")
    if type(lease) in (int, float) and 0.1 <= lease <= 3600:
        state["lease"] = float(lease)
    return {"lease": state["lease"]}


def detach(state: dict, parameters: dict) -> dict:
    state["isLeaving"] = True
    return {}


def ceiling(environment: os._Environ[str]) -> str:
    """The highest rung that the owner of the process allows, whatever a gateway says: `console` unless it is set, and
    `observe`, which allows nothing here, where it is set to what is no rung."""
    name = environment.get("ISPYD_CEILING")
    if name is None:
        return "console"
    return name if name in RUNGS else "observe"


def run(state: dict, parameters: dict) -> object:
    """Carries out a command: of a plugin, or one of the agent's own."""
    command = COMMANDS.get(parameters.get("command"))
    if command is None:
        raise refusal("the agent has no command of that name")
    if RUNGS.index(command["rung"]) > RUNGS.index(state["ceiling"]):
        raise refusal("the owner of this process allows nothing above %s (ISPYD_CEILING)" % state["ceiling"])
    return command["run"](state, parameters.get("arguments") or {})


def refusal(words: str) -> LookupError:
    """Why something is not done, in words for whoever asked."""
    return LookupError(REFUSED, words)


REFUSED = "refused"
METHODS = {"status": status, "renew": renew, "detach": detach, "run": run}
# By title: the name of the plugin, where there is one, and its own. What stands beside the function that carries it out
# is what every face shows, and what a policy decides by (Scripts/agent-commands writes commands.json from it).
COMMANDS: dict = {}
