"""The agent: what runs inside of a target while something is attached to it.

One thread for a connection, lines of JSON-RPC 2.0. It holds a lease, which every message renews; when the lease ends,
or the other end of the socket goes, everything that was changed over it is undone and the thread ends. It waits in
`recv` and in nothing else, so that it costs nothing while nobody asks.

Nothing of the application is called: no `repr`, no property, no method of an object that the application made; but by
commands of the rung `console`, and of plugins that the application's owner chose. There is no class in here: one would
stay until the collector finds it, and some processes never collect. The files beside this one are parts of the same
text: objects.py, changes.py and work.py always, a plugin once it is asked for.
"""

from __future__ import annotations

import _socket
import _thread
import json
import os
import sys
import time

PROTOCOL = 2
# Bytes of one message, and seconds that the other end may take to read one.
MESSAGE_LIMIT = 1 << 20
SEND_SECONDS = 5.0
LEASE_SECONDS = 10.0
# Seconds within which somebody must speak to a connection that was asked for.
DOOR_SECONDS = 5.0
CONNECTION_LIMIT = 16
RUNGS = ("observe", "inspect", "probe", "change", "console")


def make_host(environment: os._Environ[str]) -> dict:
    """What all connections to this process share.

    `configuration` is what its owner has set (`ispyd.ini`), by section; None where there is no such file.
    """
    configuration, ceiling = owner_settings(environment)
    return {
        "started": time.monotonic(),
        "configuration": configuration,
        "ceiling": ceiling,
        "changes": [],
        "ended": [],
        "lastChange": 0,
        "connections": [],
        "hooks": [],
        # What is to be done when the last of it goes, by plugins.
        "atEnd": None,
        # Whether the source of plugins comes with whoever attached.
        "isGuest": True,
    }


def serve(connection: _socket.socket, host: dict | None = None, theirs: _socket.socket | None = None) -> None:
    """Answers over `connection` until it is told to go, or nobody renews the lease.

    With `theirs` it is a further one, which somebody takes from outside before he speaks.
    """
    isFirst = host is None
    host = host or make_host(os.environ)
    state: dict = {
        "host": host,
        "connection": connection,
        "theirs": theirs,
        "sending": original("allocate_lock")(),
        "lease": LEASE_SECONDS if theirs is None else DOOR_SECONDS,
        "isLeaving": False,
        "asked": None,
        "work": None,
    }
    host["connections"].append(state)
    try:
        attend(state)
    finally:
        if isFirst:
            # What was opened through it goes with it.
            for other in list(host["connections"]):
                if other is not state:
                    hang_up(other)
        end_work(state)
        revert_all(state, "the agent went", own=True)
        host["connections"].remove(state)
        if isFirst and host["atEnd"] is not None:
            host["atEnd"](host)
        if isFirst:
            end = time.monotonic() + 1
            while host["connections"] and time.monotonic() < end:
                pause(0.002)
        if theirs is not None:
            theirs.close()
            connection.close()
        state.clear()


def hang_up(state: dict) -> None:
    try:
        state["connection"].shutdown(_socket.SHUT_RDWR)
    except (OSError, KeyError):
        # It has gone already.
        pass


def attend(state: dict) -> None:
    connection = state["connection"]
    # Waiting is the kernel's: for reading and for sending apart, since another thread may send.
    connection.settimeout(None)
    set_patience(connection, _socket.SO_SNDTIMEO, SEND_SECONDS)
    if state["theirs"] is None:
        send(state, {"method": "arrived", "params": status(state, {})})
    renewed = time.monotonic()
    text = b""
    # The same moment as threads of the application's see it: what they find overdue they undo themselves.
    state["alive"] = alive_until(state, renewed)
    while not state["isLeaving"]:
        now = time.monotonic()
        if now >= renewed + state["lease"]:
            return
        revert_due(state, now)
        until = min([renewed + state["lease"]] + [change["until"] for change in own_changes(state)])
        set_patience(connection, _socket.SO_RCVTIMEO, until - now)
        try:
            piece = connection.recv(65536)
        except BlockingIOError:
            continue
        if not piece:
            return
        if state["theirs"] is not None and state["lease"] == DOOR_SECONDS:
            state["theirs"].close()
            state["lease"] = LEASE_SECONDS
        *lines, text = (text + piece).split(b"\n")
        if len(text) > MESSAGE_LIMIT:
            return
        for line in lines:
            answer(state, line)
        renewed = time.monotonic()
        state["alive"] = alive_until(state, renewed)


def alive_until(state: dict, renewed: float) -> int:
    """In nanoseconds, with a second in which this thread is to be the first."""
    return int((renewed + state["lease"] + 1) * 1e9)


def set_patience(connection: _socket.socket, which: int, seconds: float) -> None:
    """SO_RCVTIMEO or SO_SNDTIMEO, by which the kernel itself gives up; a `struct timeval`."""
    microseconds = max(int(seconds * 1e6), 1000)
    whole, part = divmod(microseconds, 1000000)
    connection.setsockopt(_socket.SOL_SOCKET, which, whole.to_bytes(8, sys.byteorder) + part.to_bytes(8, sys.byteorder))


def answer(state: dict, line: bytes) -> None:
    reply: dict = {"id": None}
    try:
        message = json.loads(line)
        reply["id"] = state["asked"] = message.get("id")
        method = METHODS.get(message.get("method"))
        if method is None:
            reply["error"] = {"code": -32601, "message": "the agent has no method of that name"}
        else:
            reply["result"] = method(state, message.get("params") or {})
    except Exception as error:
        reply["error"] = failure(error)
    # What is done by a thread of its own is answered by that; and a notification has no answer.
    if reply["id"] is not None and reply.get("result") is not LATER:
        send(state, reply)


def failure(error: BaseException) -> dict:
    """How an exception is told. Its words may hold a value: they go no further than its type, unless they are ours."""
    if isinstance(error, LookupError) and error.args[:1] == (REFUSED,):
        return {"code": -32000, "message": error.args[1]}
    return {"code": -32603, "message": type_name(error)}


def send(state: dict, message: dict) -> None:
    message["jsonrpc"] = "2.0"
    text = json.dumps(message).encode() + b"\n"
    with state["sending"]:
        state["connection"].sendall(text)


def status(state: dict, parameters: dict) -> dict:
    """What the agent says of itself."""
    host = state["host"]
    return {
        "protocol": PROTOCOL,
        "pid": os.getpid(),
        "python": sys.hexversion,
        "ceiling": host["ceiling"],
        "lease": state["lease"],
        "seconds": time.monotonic() - host["started"],
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


def hooks(state: dict, parameters: dict) -> list:
    """Where code was replaced, so that whoever reads the process from outside can see that it is as it was: the
    addresses of each function and of our code. Or of these only what is to be over by now."""
    host = state["host"]
    if not parameters.get("isOver"):
        return host["hooks"]
    standing = {id(record["installed"]) for record in list(host.get("hooked", {}).values())}
    events = {place["begin"] for place in list(host.get("lines", {}).values()) if "begin" in place}
    return [
        hook
        for hook in list(host["hooks"])
        if hook.get("hooked") not in standing and hook.get("instructions") not in events
    ]


def door(state: dict, parameters: dict) -> dict:
    """Opens a further connection, for something that takes long: one end of it is to be taken from outside."""
    if len(state["host"]["connections"]) >= CONNECTION_LIMIT:
        raise refusal("so many connections are open that no further one is")
    ours, theirs = _socket.socketpair()
    start_thread(serve, (ours, state["host"], theirs))
    return {"door": theirs.fileno()}


def load(state: dict, parameters: dict) -> dict:
    """Takes the source of a plugin from whoever attached, who could have brought it from the beginning."""
    if not state["host"]["isGuest"]:
        raise refusal("the application loads its agent itself, and takes no source from anybody")
    take(parameters["source"])
    return {}


def take(source: object) -> None:
    """Makes a further part one with this text. It is compiled as this is: with annotations that are not evaluated."""
    exec(compile(source, take.__code__.co_filename, "exec"), globals())


def owner_settings(environment: os._Environ[str]) -> tuple:
    """What the owner of the process has set, and the highest rung that he allows, whatever a gateway says: `console`
    unless it is set, and `observe`, which allows nothing here, where it is set to what is no rung or cannot be read."""
    manager = sys.modules.get("ispyd.manager")
    try:
        if manager is not None:
            configuration = fields(manager).get("configuration")
        elif "ISPYD_CONFIG" in environment:
            configuration = read_configuration(environment["ISPYD_CONFIG"])
        else:
            configuration = None
    except Exception:
        return {}, "observe"
    ceilings = [environment.get("ISPYD_CEILING"), ((configuration or {}).get("ispyd") or {}).get("ceiling")]
    allowed = [name if name in RUNGS else "observe" for name in ceilings if name is not None]
    return configuration, min(allowed, key=RUNGS.index, default="console")


def read_configuration(path: str) -> dict:
    """The sections of an `ispyd.ini`, each with its settings as they stand there."""
    import configparser

    parser = configparser.RawConfigParser()
    with open(path, encoding="utf-8") as file:
        parser.read_file(file)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def is_enabled(host: dict, section: str) -> bool:
    """Whether the owner has switched something on that is off by default; where he has set nothing at all, it is for
    the policy of whoever comes to say."""
    if host["configuration"] is None:
        return True
    value = (host["configuration"].get(section) or {}).get("enabled", "")
    return value.lower() in ("1", "on", "yes", "true")


def is_offered(host: dict, plugin: str) -> bool:
    """Whether `plugins` in the owner's configuration, where it is there, names one of ours."""
    listed = ((host["configuration"] or {}).get("ispyd") or {}).get("plugins")
    if listed is None:
        return True
    names = {word.split(":")[0] for word in listed.split()}
    return not names.isdisjoint({"%(builtins)s", plugin, "ispyd.plugins." + plugin})


def run(state: dict, parameters: dict) -> object:
    """Carries out a command: of a plugin, or one of the agent's own."""
    title = parameters.get("command")
    command = COMMANDS.get(title)
    if command is None:
        raise refusal("the agent has no command of that name")
    rung = RUNGS.index(command["rung"])
    # What it was admitted as, by whoever asked about it.
    if rung > RUNGS.index(parameters.get("rung", "observe")):
        raise refusal("it stands on the rung %s, and was not admitted as that" % command["rung"])
    host = state["host"]
    if rung > RUNGS.index(host["ceiling"]):
        raise refusal("the owner of this process allows nothing above %s" % host["ceiling"])
    if " " in title and not command.get("isForeign") and not is_offered(host, title.split(" ")[0]):
        raise refusal("the owner of this process does not offer that plugin (plugins = in its ispyd.ini)")
    if "enabledBy" in command and not is_enabled(host, command["enabledBy"]):
        raise refusal("the owner of this process has not enabled it ([%s] in its ispyd.ini)" % command["enabledBy"])
    arguments = parameters.get("arguments") or {}
    if command.get("isApart"):
        return begin_work(state, command, arguments)
    return command["run"](state, arguments)


def refusal(words: str) -> LookupError:
    """Why something is not done, in words for whoever asked."""
    return LookupError(REFUSED, words)


def original(name: str) -> object:
    """Of `_thread` what gevent may have replaced."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey.get_original("_thread", name) if monkey else getattr(_thread, name)


def start_thread(function: object, arguments: tuple) -> None:
    if "eventlet" in sys.modules and getattr(_thread.start_new_thread, "__module__", None) != "_thread":
        raise refusal("eventlet has replaced the making of threads, and keeps no original")
    try:
        original("start_new_thread")(quietly, (function, arguments))
    except RuntimeError:
        raise refusal("the process can have no more threads") from None


def quietly(function: object, arguments: tuple) -> None:
    try:
        function(*arguments)
    except BaseException:
        # A traceback belongs on nobody's standard error.
        pass


def pause(seconds: float) -> None:
    """Sleeps; `time.sleep` may be gevent's, which would make an event loop in this thread."""
    lock = original("allocate_lock")()
    lock.acquire()
    lock.acquire(True, seconds)


REFUSED = "refused"
LATER = object()
METHODS = {"hooks": hooks, "status": status, "renew": renew, "detach": detach, "door": door, "load": load, "run": run}
# By title: the name of the plugin, where there is one, and its own. What stands beside the function that carries it out
# is what every face shows, and what a policy decides by (Scripts/agent-commands writes commands.json from it).
COMMANDS: dict = {}
