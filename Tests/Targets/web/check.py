"""Starts every server with every application that it can run, and holds one request in each: check.py [PYTHON...].

PYTHON is the words of one interpreter with the servers' packages, by default this one. Says of each whether the
request came to its handler, in which process, and whether it was answered after its release. Exits 1 if one was not.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import IO, List, Tuple

import serve

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 60


def wait_for(marker: str, output: IO[str], seen: List[str]) -> None:
    for line in output:
        seen.append(line)
        if marker in line:
            return
    raise RuntimeError("ended early:\n" + "".join(seen[-20:]))


def drain(output: IO[str], seen: List[str]) -> None:
    seen.extend(output)


def ask(port: int, path: str, answer: List[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    end = time.monotonic() + SECONDS
    while connection.sock is None:
        # Some servers say that they run before they listen.
        try:
            connection.connect()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                return
            time.sleep(0.005)
    connection.request("GET", path, headers={"Authorization": "Bearer abc"})
    answer.append(connection.getresponse().status)
    connection.close()


class MissingError(Exception):
    """The interpreter lacks a package."""


def check(python: List[str], server: str, application: str) -> Tuple[int, int]:
    """The pid that was started and the pid that holds the request."""
    gate = socket.create_server(("127.0.0.1", 0))
    gate.settimeout(SECONDS)
    variables = dict(os.environ, GATE="127.0.0.1:{}".format(gate.getsockname()[1]), PYTHONUNBUFFERED="1")
    child = subprocess.Popen(
        [*python, os.path.join(HERE, "serve.py"), server, application],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=variables,
        start_new_session=True,
    )
    assert child.stdout is not None
    facts = {"scratch": None}
    seen: List[str] = []
    try:
        timer = threading.Timer(SECONDS, os.killpg, (child.pid, signal.SIGKILL))
        timer.start()
        first = child.stdout.readline()
        try:
            facts = json.loads(first)
        except ValueError:
            raise RuntimeError(first + child.stdout.read()) from None
        if "missing" in facts:
            raise MissingError(facts["missing"])
        wait_for(facts["marker"], child.stdout, seen)
        timer.cancel()
        threading.Thread(target=drain, args=(child.stdout, seen), daemon=True).start()
        answer: List[int] = []
        if server.startswith("celery"):
            sender = [*python, os.path.join(HERE, "celery_app.py"), "one"]
            subprocess.run(sender, env=dict(variables, QUEUE=str(facts["scratch"])), check=True)
            asking = None
        else:
            asking = threading.Thread(target=ask, args=(facts["port"], "/hold/one?token=abc", answer), daemon=True)
            asking.start()
        try:
            held, _ = gate.accept()
        except socket.timeout:
            raise RuntimeError("never came:\n" + "".join(seen[-20:])) from None
        pid = int(held.recv(100).split()[0])
        held.close()
        if asking is not None:
            asking.join(SECONDS)
            if answer != [200]:
                raise RuntimeError("answered {}:\n{}".format(answer, "".join(seen[-20:])))
        return child.pid, pid
    finally:
        timer.cancel()
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        gate.close()
        if facts.get("scratch"):
            shutil.rmtree(facts["scratch"], ignore_errors=True)


def main(python: List[str]) -> int:
    failed = 0
    for server, (_, applications) in serve.SERVERS.items():
        for application in applications:
            begun = time.monotonic()
            try:
                started, holder = check(python, server, application)
                print(
                    "{:18} {:15} held in {} of {}, {:.1f} s".format(
                        server,
                        application,
                        "itself" if started == holder else "a child",
                        started,
                        time.monotonic() - begun,
                    ),
                    flush=True,
                )
            except MissingError as error:
                print("{:18} {:15} not here: {}".format(server, application, error), flush=True)
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                failed += 1
                print("{:18} {:15} FAILED: {}".format(server, application, error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [sys.executable]))
