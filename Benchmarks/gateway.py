"""`ispyd`: what its gate and its audit cost, and what it takes when nobody asks; adds it to BENCHMARKS.md.

    Benchmarks/gateway.py ISPYD ISPY [--folder PATH] [--seconds N] [--append FILE]

The client is this program: it speaks the protocol of Documentation/Protocol.md over as many sockets as it is told.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from dump import Bars, publish  # noqa: E402
from measure import Runs, Target, run_once  # noqa: E402

SLEEPER = "import os, signal; signal.alarm(3600); print(os.getpid(), flush=True); signal.pause()"
# So many processes that share what they can, and end with the first (prctl(PR_SET_PDEATHSIG, SIGKILL)).
FAMILY = """
import ctypes, os, signal, sys
end_with_parent = ctypes.CDLL(None).prctl
for _ in range(int(sys.argv[1]) - 1):
    if os.fork() == 0:
        end_with_parent(1, 9)
        signal.pause()
signal.alarm(3600)
print(os.getpid(), flush=True)
signal.pause()
"""
HELLO = {"version": 1, "client": "benchmark", "isInteractive": False}


def line(number: int, method: str, parameters: dict) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}).encode() + b"\n"


def command(*words: str) -> bytes:
    return line(2, "run", {"command": words[0], "words": words[1:], "values": "redacted"})


def policy(rules: int) -> str:
    """So many bindings, all of them for who asks and each for targets of its own; the last alone is for this one."""
    targets = [f"  t{number}: {{unit: 'service-{number}-*.service', user: www-data}}" for number in range(rules - 1)]
    bindings = [f"  - {{users: [root], role: developer, on: t{number}}}" for number in range(rules - 1)]
    return "\n".join(
        ["version: 1", "targets:", *targets, "  own: {user: root}", "roles:", "  developer: {rung: inspect}"]
        + ["bindings:", *bindings, "  - {users: [root], role: developer, on: own}"]
        + ["limits: {rate: 1000000/s, concurrent: 1000}", "target-limits: {rate: 1000000/s}", ""]
    )


class Client:
    """One connection, one request after the other."""

    def __init__(self, path: str, hello: dict = HELLO) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.ask(line(1, "hello", hello))

    def ask(self, request: bytes) -> bytes:
        self.socket.sendall(request)
        answer = self.socket.recv(1 << 20)
        while not answer.endswith(b"\n"):
            answer += self.socket.recv(1 << 20)
        return answer

    def median(self, request: bytes, count: int, *, isError: bool = False) -> float:
        """Microseconds of the wall clock for one answer."""
        found = self.ask(request)
        assert (b'"error"' in found) == isError, found
        times = []
        for _ in range(count):
            begin = time.perf_counter()
            self.ask(request)
            times.append(time.perf_counter() - begin)
        return statistics.median(times) * 1e6


class Gateway:
    """An `ispyd` of this benchmark's own; ended with the block."""

    def __init__(self, program: str, folder: Path, rules: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gateway-", dir=folder))
        self.socket = str(self.folder / "run/s.sock")
        (self.folder / "policy.yaml").write_text(policy(rules))
        (self.folder / "ispyd.yaml").write_text(
            f"socket: {self.socket}\nstate: {self.folder}/state\npolicy: {self.folder}/policy.yaml\nconnections: 2048\n"
        )
        self.log = (self.folder / "log").open("w+")
        self.process = subprocess.Popen([program, "--config", self.folder / "ispyd.yaml"], stderr=self.log)
        while "listening" not in (self.folder / "log").read_text():
            if self.process.poll() is not None:
                raise SystemExit((self.folder / "log").read_text())
            time.sleep(0.01)
        assert "the policy is in force" in (self.folder / "log").read_text(), (self.folder / "log").read_text()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder)

    def cpu(self) -> float:
        """Seconds of CPU of all its threads, ended ones too: the clock of the process (clock_getcpuclockid)."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def throughput(self, clients: int, seconds: float) -> tuple[float, float]:
        """Commands in a second, of clients with one request each at any time; and microseconds of CPU for one."""
        selector = selectors.DefaultSelector()
        request = command("whoami")
        for _ in range(clients):
            client = Client(self.socket)
            client.socket.sendall(request)
            selector.register(client.socket, selectors.EVENT_READ)
        answers = 0
        begin, cpu = time.perf_counter(), self.cpu()
        while time.perf_counter() < begin + seconds:
            for key, _ in selector.select():
                found = key.fileobj.recv(1 << 16)
                assert found.endswith(b"\n") and b'"result"' in found, found
                answers += 1
                key.fileobj.sendall(request)
        elapsed, cpu = time.perf_counter() - begin, self.cpu() - cpu
        for key in list(selector.get_map().values()):
            key.fileobj.close()
        return answers / elapsed, cpu / answers * 1e6


def disk_us(folder: Path, count: int = 500) -> float:
    """Microseconds of the disk for an entry of the audit alone: 400 bytes more, and fdatasync."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        times = []
        for _ in range(count):
            begin = time.perf_counter()
            os.write(file.fileno(), b"x" * 400)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e6


def decision_us(program: str, folder: Path, rules: int, pid: int, count: int = 2000) -> float:
    """Microseconds of the gateway's CPU for `can dump PID`, which decides once."""
    with Gateway(program, folder, rules) as gateway:
        client = Client(gateway.socket)
        request = command("can", "dump", str(pid))
        assert b'"allowed"' in client.ask(request)
        cpu = gateway.cpu()
        for _ in range(count):
            client.ask(request)
        return (gateway.cpu() - cpu) / count * 1e6


def redaction(ispy: str, folder: Path) -> list[tuple[int, float]]:
    """Bytes of a log, and the milliseconds of CPU that redacting it takes beyond starting the program."""
    entry = "2026-11-26 12:00:0{0} INFO shop.checkout order {0}17 of customer {0} took 12.5 ms, 3 articles, 99.90 EUR\n"
    secret = "2026-11-26 12:00:01 ERROR shop.pay card 4111 1111 1111 1111 refused, password=hunter2 token=abc{0}\n"
    block = "".join((secret if number == 9 else entry).format(number) for number in range(10))
    found = []
    for size in (1, 100_000, 200_000, 400_000, 800_000):
        path = folder / f"log-{size}"
        path.write_text((block * (size // len(block) + 1))[:size])
        runs = Runs()
        for _ in range(9):
            run_once([ispy, "redact", "test", str(path)], runs)
        assert runs.failures == 0
        found.append((size, runs.cpu_ms()))
    base = found[0][1]
    return [(size, took - base) for size, took in found[1:]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ispyd")
    parser.add_argument("ispy")
    parser.add_argument("--folder", type=Path, default=Path.cwd() / ".build", help="on the disk to be measured")
    parser.add_argument("--seconds", type=float, default=10, help="for each of the longer measurements")
    parser.add_argument("--append", type=Path, help="the file to add to")
    options = parser.parse_args()
    bars = Bars()
    rows: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=options.folder))
    try:
        medians = {}
        for name, place in (("disk", folder), ("memory", Path("/dev/shm"))):
            with Gateway(options.ispyd, place, 3) as gateway:
                client = Client(gateway.socket)
                medians["answer"] = client.median(line(2, "nothing", {}), 2000, isError=True)
                cpu = gateway.cpu()
                medians[name] = client.median(command("whoami"), 2000)
                medians[name + " CPU"] = (gateway.cpu() - cpu) / 2001 * 1e6
                if name == "disk":
                    rate, cpu_us = gateway.throughput(100, options.seconds)
        rows += [
            f"| an answer without a command: socket, framing, JSON | {medians['answer']:.0f} us |",
            f"| `whoami`, audit in memory (tmpfs) | {medians['memory']:.0f} us |",
            f"| `whoami`, audit on disk | {medians['disk']:.0f} us |",
            f"| CPU of the gateway for that | {medians['disk CPU']:.0f} us |",
            f"| the disk alone: 400 bytes and fdatasync | {disk_us(folder):.0f} us |",
            f"| 100 clients: CPU of the gateway for a command | {cpu_us:.0f} us |",
        ]
        bars.add("gateway: gate and audit add, median", medians["disk"] - medians["answer"], " us", 300)
        bars.add("gateway: 100 clients, commands/s", rate, "", 2000, at_least=True)
        with Target([sys.executable, "-c", SLEEPER]) as target:
            few = decision_us(options.ispyd, folder, 3, target.pid)
            many = decision_us(options.ispyd, folder, 1000, target.pid)
        rows.append(f"| `can dump PID`: CPU of the gateway, 3 rules | {few:.0f} us |")
        rows.append(f"| the same, 1,000 rules | {many:.0f} us |")
        bars.add("gateway: a decision by 1,000 rules, CPU beyond 3 rules", many - few, " us", 50)
        sizes = redaction(options.ispy, folder)
        rows += [f"| redaction of {size:,} bytes of a log, CPU | {took:.2f} ms |" for size, took in sizes]
        (small, short), (large, long) = sizes[0], sizes[-1]
        bars.add("redaction of text", (large - small) / (long - short) / 1000, " MB/s", 100, at_least=True)
        with Gateway(options.ispyd, folder, 3) as gateway:
            idle = Client(gateway.socket)
            cpu, begin = gateway.cpu(), time.perf_counter()
            time.sleep(options.seconds * 3)
            share = (gateway.cpu() - cpu) / (time.perf_counter() - begin) * 100
            bars.add("gateway: idle, CPU of one core", share, " %", 0.1)
            bars.add("gateway: idle, memory", gateway.memory_mb(), " MB", 40)
            with Target([sys.executable, "-c", FAMILY, "1000"]) as family:
                processes = Path(f"/proc/{family.pid}/task/{family.pid}/children").read_text().split()
                assert len(processes) == 999
                for pid in [str(family.pid), *processes]:
                    found = idle.ask(command("peek", pid, "x"))
                    assert b'"cause":"notFound"' in found, found
            sessions = [Client(gateway.socket, HELLO | {"isInteractive": True}) for _ in range(200)]
            for client in sessions:
                client.ask(command("whoami"))
            bars.add("gateway: 1,000 targets looked at and 200 sessions, memory", gateway.memory_mb(), " MB", 100)
            idle.socket.close()
    finally:
        shutil.rmtree(folder)
    text = "\n".join(["## Gateway", "", "| what | measured |", "|---|---:|", *rows, "", bars.table()])
    publish(text, options.append)


if __name__ == "__main__":
    main()
