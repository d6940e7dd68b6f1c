"""Starts a real web server with one of the applications beside it: serve.py SERVER APPLICATION [PORT].

Prints one line of JSON, then becomes the server, so that the server has this process's pid:

    port     where it listens, on 127.0.0.1
    marker   what a line of the server's output holds once it takes requests
    scratch  a folder to be removed after its end, or null

Where this interpreter lacks a package for it, the line holds only `missing`, the package's name.

`serve.py` alone lists the servers, each with the applications that it can run.
"""

import importlib.util
import json
import os
import socket
import sys
import tempfile
from typing import Any, Callable, Dict, List, Optional, Tuple

import apache

HERE = os.path.dirname(os.path.abspath(__file__))
WSGI = ["wsgi_plain", "wsgi_flask", "wsgi_django", "wsgi_database"]
UWSGI = os.path.join(os.path.dirname(sys.executable), "uwsgi")
ASGI = ["asgi_plain", "asgi_starlette", "asgi_fastapi", "asgi_django", "asgi_database"]

# What replaces this process: its words, the marker, its scratch folder.
Plan = Tuple[List[str], str, Optional[str]]


def module(name: str, *arguments: str) -> List[str]:
    return [sys.executable, "-m", name, *arguments]


def gunicorn(*arguments: str) -> Callable[[str, int], Plan]:
    def plan(application: str, port: int) -> Plan:
        words = module("gunicorn", "--bind", "127.0.0.1:{}".format(port), *arguments, application)
        if importlib.util.find_spec("gunicorn.ctl"):
            # A control socket would lie in the home folder, one for all that run at the same time.
            words.insert(-1, "--no-control-socket")
        return words, "Booting worker with pid", None

    return plan


def uvicorn(*arguments: str) -> Callable[[str, int], Plan]:
    def plan(application: str, port: int) -> Plan:
        # Nobody reads a line for each request, and a server whose output is full stands still.
        words = module("uvicorn", "--port", str(port), "--lifespan", "off", "--no-access-log", *arguments)
        words.append(application + ":app")
        return words, "Uvicorn running on", None

    return plan


def hypercorn(application: str, port: int) -> Plan:
    return module("hypercorn", "--bind", "127.0.0.1:{}".format(port), application + ":app"), "Running on http", None


def daphne(application: str, port: int) -> Plan:
    words = module("daphne", "-b", "127.0.0.1", "-p", str(port), application + ":app")
    return words, "Listening on TCP address", None


def in_process(server: str) -> Callable[[str, int], Plan]:
    def plan(application: str, port: int) -> Plan:
        words = [sys.executable, os.path.join(HERE, "in_process.py"), server, application, str(port)]
        return words, server + " listens", None

    return plan


def own_server(marker: str) -> Callable[[str, int], Plan]:
    def plan(application: str, port: int) -> Plan:
        return [sys.executable, os.path.join(HERE, application + ".py"), str(port)], marker, None

    return plan


def uwsgi(*arguments: str) -> Callable[[str, int], Plan]:
    def plan(application: str, port: int) -> Plan:
        words = [UWSGI, "--http-socket", "127.0.0.1:{}".format(port)]
        words += ["--master", "--die-on-term", "--need-app", "--module", application + ":application"]
        words += ["--disable-logging", "--virtualenv", sys.prefix, "--pythonpath", HERE, *arguments]
        return words, "spawned uWSGI worker 1", None

    return plan


def celery(pool: str) -> Callable[[str, int], Plan]:
    def plan(application: str, port: int) -> Plan:
        scratch = os.environ["QUEUE"] = tempfile.mkdtemp(prefix="celery-")
        # No mingle and no gossip: there is no second worker to look for.
        words = module("celery", "-A", application, "worker", "--pool", pool, "-c", "2", "-l", "INFO")
        return words + ["--without-gossip", "--without-mingle", "--without-heartbeat"], "ready.", scratch

    return plan


def mod_wsgi(group: str) -> Callable[[str, int], Plan]:
    def plan(application: str, port: int) -> Plan:
        scratch = tempfile.mkdtemp(prefix="apache-")
        configuration = apache.configure(scratch, port, application, group)
        return ["/usr/sbin/apache2", "-DFOREGROUND", "-f", configuration], "resuming normal operations", scratch

    return plan


SERVERS: Dict[str, Tuple[Callable[[str, int], Plan], List[str]]] = {
    "gunicorn-sync": (gunicorn("--workers", "2"), WSGI),
    "gunicorn-gthread": (gunicorn("--workers", "2", "--worker-class", "gthread", "--threads", "4"), WSGI),
    "gunicorn-gevent": (gunicorn("--worker-class", "gevent"), WSGI),
    "gunicorn-preload": (gunicorn("--workers", "2", "--threads", "4", "--preload"), WSGI),
    "uvicorn": (uvicorn("--loop", "asyncio", "--http", "h11"), ASGI),
    "uvicorn-uvloop": (uvicorn("--loop", "uvloop", "--http", "httptools"), ASGI),
    "uvicorn-workers": (uvicorn("--loop", "asyncio", "--workers", "2"), ASGI),
    "hypercorn": (hypercorn, ASGI),
    "daphne": (daphne, ASGI),
    "waitress": (in_process("waitress"), WSGI),
    "werkzeug": (in_process("werkzeug"), WSGI),
    "wsgiref": (in_process("wsgiref"), WSGI),
    "uwsgi": (uwsgi("--processes", "2"), WSGI),
    "uwsgi-threads": (uwsgi("--threads", "4"), WSGI),
    "mod_wsgi": (mod_wsgi(""), ["wsgi_plain", "wsgi_flask"]),
    "mod_wsgi-main": (mod_wsgi("WSGIApplicationGroup %{GLOBAL}"), ["wsgi_plain", "wsgi_flask"]),
    "tornado": (own_server("tornado listens"), ["tornado_app"]),
    "aiohttp": (own_server("Running on http"), ["aiohttp_app"]),
    "celery-prefork": (celery("prefork"), ["celery_app"]),
    "celery-threads": (celery("threads"), ["celery_app"]),
}


# The packages of a server beside the one of its own name.
NEEDED = {
    "gunicorn-gevent": ["gunicorn", "gevent"],
    "uvicorn-uvloop": ["uvicorn", "uvloop", "httptools"],
    "wsgiref": [],
    "wsgi_plain": [],
    "asgi_plain": [],
    "wsgi_database": ["flask", "sqlalchemy", "django"],
    "asgi_database": ["starlette", "sqlalchemy", "django"],
}


def missing(server: str, application: str) -> Optional[str]:
    """What is not installed here of all that this server and application need."""
    name = server.split("-")[0]
    if name == "uwsgi":
        if not os.path.exists(UWSGI):
            return "uwsgi"
        needed = []
    elif name == "mod_wsgi":
        # Debian builds it for its own Python.
        if not os.path.exists(apache.MODULE) or sys.version_info[:2] != apache.PYTHON:
            return "mod_wsgi"
        needed = []
    else:
        needed = NEEDED.get(server, [name])
    needed = needed + NEEDED.get(application, [application.replace("_app", "").split("_")[-1]])
    return next((package for package in needed if importlib.util.find_spec(package) is None), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: List[str]) -> None:
    if not arguments:
        for name, (_, applications) in SERVERS.items():
            print(name, *applications)
        return
    server, application = arguments[:2]
    lacking = missing(server, application)
    if lacking:
        print(json.dumps({"missing": lacking}), flush=True)
        return
    plan, _ = SERVERS[server]
    port = int(arguments[2]) if len(arguments) > 2 else free_port()
    words, marker, scratch = plan(application, port)
    facts: Dict[str, Any] = {"port": port, "marker": marker, "scratch": scratch}
    print(json.dumps(facts), flush=True)
    os.chdir(HERE)
    path = [HERE] + [entry for entry in os.environ.get("PYTHONPATH", "").split(":") if entry]
    os.environ["PYTHONPATH"] = ":".join(path)
    os.execv(words[0], words)


if __name__ == "__main__":
    main(sys.argv[1:])
