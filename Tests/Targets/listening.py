"""listening.py INI [WORD...]: an application that loads the package `ispyd`, as its owner would. It answers each line,
an expression of Python, with its value as JSON.

Words: `gevent` and `eventlet` patch first, `user=UID` becomes that user first, `audited` writes down what the package
has the system do, `wsgi` wraps applications (wrapped.py).
"""

import builtins
import json
import logging
import os
import signal
import socket
import stat
import sys
import threading
from typing import Any, List

import target

words = sys.argv[2:]
if "gevent" in words:
    from gevent import monkey

    monkey.patch_all()
if "eventlet" in words:
    import eventlet

    eventlet.monkey_patch()
for word in words:
    if word.startswith("user="):
        os.setgroups([])
        os.setresgid(*[int(word[5:])] * 3)
        os.setresuid(*[int(word[5:])] * 3)


def state() -> List[Any]:
    """What an application may count on."""
    handlers = [signal.getsignal(number) for number in sorted(signal.valid_signals())]
    names = {name: value for name, value in vars(builtins).items() if name != "_"}
    return [sys.stdin, sys.stdout, sys.stderr, sys.excepthook, sys.displayhook, names, handlers] + [
        signal.pthread_sigmask(signal.SIG_BLOCK, []),
        [thread.name for thread in threading.enumerate()],
        os.umask(os.umask(0o22)),
        os.getcwd(),
        sys.gettrace(),
        sys.getprofile(),
        threading.excepthook,
        sys.unraisablehook,
    ]


def sockets() -> List[str]:
    """Those that this process holds open."""
    if not os.path.exists("/proc/self/fd"):
        return []
    links = ["/proc/self/fd/" + name for name in os.listdir("/proc/self/fd")]
    return [os.readlink(link) for link in links if os.path.islink(link) and os.readlink(link).startswith("socket:")]


class Messages(logging.Handler):
    """What an application's log gets."""

    def emit(self, record: logging.LogRecord) -> None:
        messages.append(record.getMessage())


messages: List[str] = []
logging.getLogger("ispyd").addHandler(Messages())

# What was done, with the rights of the folder and the thing itself, and whether anybody can connect.
done: List[List[Any]] = []


def audit(event: str, arguments: Any) -> None:
    if event not in ("socket.bind", "os.chmod", "os.link"):
        return
    path = arguments[1] if event == "socket.bind" else arguments[0]
    folder = stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode)
    own = stat.S_IMODE(os.lstat(path).st_mode) if os.path.lexists(path) else None
    probe = socket.socket(socket.AF_UNIX)
    listens = probe.connect_ex(path) == 0
    probe.close()
    done.append([event, folder, own, listens])


if "audited" in words:
    os.umask(0)
    sys.addaudithook(audit)

before = state()
sockets_before = sockets()
# Not earlier: as it was before is known by now.
from ispyd.manager import ShellManager  # noqa: E402

manager = ShellManager(sys.argv[1])
after = state()
if "wsgi" in words:
    # For what is asked.
    import wrapped  # noqa: F401


def is_untouched() -> bool:
    """Whether all of it is the very same."""
    return before == after == state()


def level(name: str) -> int:
    return logging.getLogger(name).level


def forked(expression: str) -> Any:
    """What an expression is in a forked child once that has its own listener, or has said why not."""
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(theirs)
        while manager.address is None and manager.problem is None:
            threading.Event().wait(0.01)
        os.write(ours, json.dumps(eval(expression)).encode())
        sys.exit(0)
    os.close(ours)
    with os.fdopen(theirs) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


children: List[Any] = []


def fork_and_stay() -> List[Any]:
    """A child that stays; its pid, and its address or its problem."""
    theirs, ours = os.pipe()
    rest = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(rest[1])
        while manager.address is None and manager.problem is None:
            threading.Event().wait(0.01)
        os.write(ours, json.dumps([os.getpid(), manager.address, manager.problem]).encode() + b"\n")
        os.read(rest[0], 1)
        sys.exit(0)
    children.append((child, rest[1]))
    os.close(ours)
    with os.fdopen(theirs) as answer:
        return json.loads(answer.readline())


def end_children() -> List[int]:
    codes = []
    while children:
        child, rest = children.pop()
        os.close(rest)
        codes.append(os.waitpid(child, 0)[1])
    return codes


def users_of_port() -> List[Any]:
    """Whose a connection is taken for while its other end is open, and once that is closed."""
    from ispyd import _peers

    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    server = listener.accept()[0]
    found = [_peers.user_of_port(server.getsockname(), server.getpeername())]
    # It stays in the kernel, where it is shown as root's.
    address = client.getsockname()
    client.close()
    return found + [_peers.user_of_port(server.getsockname(), address)]


target.begin()
target.ready()
for line in sys.stdin:
    print(json.dumps(eval(line)), flush=True)
