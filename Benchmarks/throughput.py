"""Requests a second of a gunicorn worker with a sampler beside it, as a ratio to none."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

APPLICATION = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def page():
    return {"sum": sum(range(5000))}
"""
CLIENTS = 4


@contextmanager
def server(gunicorn: Path) -> Iterator[tuple[int, int]]:
    """One worker of four threads: its pid and port."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        Path(folder, "bench_app.py").write_text(APPLICATION, encoding="utf-8")
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [str(gunicorn), "-k", "gthread", "-w", "1", "--threads", str(CLIENTS), "-b", f"127.0.0.1:{port}"]
        master = subprocess.Popen(
            [*command, "bench_app:app"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_for(port)
            children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text(encoding="utf-8")
            yield int(children.split()[0]), port
        finally:
            master.terminate()
            master.wait()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("gunicorn did not start")


def rate(port: int, seconds: float) -> float:
    """Requests a second that so many clients, each with a connection of its own, are answered."""
    counts = [0] * CLIENTS
    end = time.monotonic() + seconds

    def ask(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < end:
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            counts[client] += 1
        connection.close()

    begin = time.monotonic()
    clients = [threading.Thread(target=ask, args=(client,)) for client in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(counts) / (time.monotonic() - begin)


def throughputs(gunicorn: Path, beside: dict[str, list[str] | None], runs: int, seconds: float = 3) -> dict[str, float]:
    """With each sampler (`PID` in its command is the worker's) in turn: the median of the ratios to the first, which
    is none, in the same round."""
    ratios: dict[str, list[float]] = {}
    with server(gunicorn) as (pid, port):
        rate(port, 1)
        for _ in range(runs):
            rates = {}
            for name, command in beside.items():
                sampler = None
                if command:
                    words = [word.replace("PID", str(pid)) for word in command]
                    sampler = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    time.sleep(0.3)
                rates[name] = rate(port, seconds)
                if sampler:
                    sampler.terminate()
                    sampler.wait()
            base = next(iter(rates.values()))
            for name, value in rates.items():
                ratios.setdefault(name, []).append(value / base)
    return {name: statistics.median(values) for name, values in ratios.items()}


def is_there(gunicorn: Path) -> bool:
    return os.access(gunicorn, os.X_OK)
