"""What attach.py attaches to: servers under the load of wrk, and programs of the tests, on any of their Pythons."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Iterator

CHECKOUT = Path(__file__).resolve().parent.parent
CACHE = CHECKOUT / ".cache"
TICKS = os.sysconf("SC_CLK_TCK")


def interpreter(version: str) -> tuple[list[str], dict[str, str], str]:
    """The words that start it with the web servers, their environment, and the root that it sees, empty for our own."""
    own = CACHE / "venvs" / version / "bin/python"
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "GATE": "127.0.0.1:1"}
    if own.exists():
        return [str(own)], environment, ""
    root = str(CACHE / "roots/forky")
    shutil.copytree(CHECKOUT / "Tests/Targets", root + "/opt/targets", dirs_exist_ok=True)
    return ["chroot", root, f"/usr/bin/python{version}"], environment | {"PYTHONPATH": f"/opt/site-{version}"}, root


def start(version: str, path: str, *words: str) -> subprocess.Popen[str]:
    command, environment, root = interpreter(version)
    folder = "/opt/targets" if root else str(CHECKOUT / "Tests/Targets")
    return subprocess.Popen(
        [*command, f"{folder}/{path}", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    )


class Process:
    """What /proc says of a process that is there now."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.began = self.stat()[19]

    def stat(self) -> list[str]:
        """The fields of /proc/PID/stat from the third on."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()

    def status(self, field: str) -> str:
        return re.search(rf"^{field}:\s*(\S+)", Path(f"/proc/{self.pid}/status").read_text(), re.M)[1]

    def is_alive(self) -> bool:
        try:
            stat = self.stat()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return stat[19] == self.began and stat[0] != "Z"

    def cpu_seconds(self) -> float:
        """Of all its threads, ended ones too: the clock of the process (clock_getcpuclockid)."""
        return time.clock_gettime(~self.pid << 3 | 2)

    def works(self) -> bool:
        """Whether it does anything under load: within three seconds it has had to."""
        before = self.cpu_seconds()
        for _ in range(30):
            time.sleep(0.1)
            if self.cpu_seconds() > before + 0.01:
                return True
        return False

    def memory_mb(self) -> float:
        return int(self.status("VmRSS")) / 1024


class Program(Process):
    """A program of Tests/Targets; killed when the block ends."""

    def __init__(self, version: str, *words: str) -> None:
        self.process = start(version, *words)
        while not (line := self.process.stdout.readline()).startswith("ready"):
            assert line, words
        super().__init__(self.process.pid)

    def ask(self, line: str) -> str:
        print(line, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclasses.dataclass
class Load:
    """What wrk said."""

    rate: float = 0
    requests: int = 0
    # Broken connections, time-outs, and answers that are not 2xx.
    failures: int = 0

    def read(self, text: str) -> None:
        self.rate = float(re.search(r"Requests/sec:\s*([\d.]+)", text)[1])
        self.requests = int(re.search(r"(\d+) requests in", text)[1])
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
        other = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        self.failures = sum(map(int, errors.groups() if errors else ())) + (int(other[1]) if other else 0)


class Server:
    """Two workers of gunicorn; killed when the block ends."""

    def __init__(self, version: str, kind: str) -> None:
        self.process = start(version, "web/serve.py", kind, "wsgi_plain")
        facts: dict[str, object] = {}
        booted = 0
        while booted < 2:
            line = self.process.stdout.readline()
            assert line, (version, kind, facts)
            if line.startswith("{"):
                facts = json.loads(line)
            booted += bool(facts) and str(facts["marker"]) in line
        self.url = f"http://127.0.0.1:{facts['port']}/"
        # A server whose output is full stands still.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        time.sleep(0.5)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def workers(self) -> list[Process]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [Process(int(pid)) for pid in children.split()]

    def worker(self) -> Process:
        return self.workers()[0]

    def load(self, seconds: int) -> Load:
        load = Load()
        load.read(subprocess.run(self.wrk(seconds), capture_output=True, text=True, check=True).stdout)
        return load

    @contextlib.contextmanager
    def under_load(self) -> Iterator[Load]:
        """The load is read when the block ends."""
        load = Load()
        with subprocess.Popen(self.wrk(3600), stdout=subprocess.PIPE, text=True) as wrk:
            time.sleep(0.3)
            try:
                yield load
            finally:
                # It then says what it has seen.
                wrk.send_signal(signal.SIGINT)
                load.read(wrk.communicate()[0])

    def wrk(self, seconds: int) -> list[str]:
        # A connection for each request: those that are kept may all be with the other worker.
        return ["wrk", "-t1", "-c8", "-H", "Connection: close", "--timeout", "5", f"-d{seconds}", self.url]
