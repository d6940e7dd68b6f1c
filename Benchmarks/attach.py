"""Attaching to busy servers, and what is left when whoever attached is killed: prints it, and adds it to BENCHMARKS.md.

    Benchmarks/attach.py ISPY ATTACHER PEERS [--cycles N] [--append FILE]

ATTACHER is Tests/OutsideAttacher in release: it attaches as `ispy` does, says how long that took, and kills itself at a
step that it is told. PEERS is a virtual environment with pyrasite and hypno. The servers are those of the tests; the
load is wrk's.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from attach_targets import Load, Program, Server, interpreter  # noqa: E402
from dump import Bars, publish  # noqa: E402

VERSIONS = ["3.8", "3.11", "3.12", "3.13", "3.14", "3.15"]
PEERS_ON = ["3.11", "3.13"]
KILLED_ON = ["3.8", "3.11", "3.13", "3.15"]
STEPS = ["claimed", "stopped", "written", "committed", "diverted", "arrived", "taken", "attached"]
# Those of the way that 3.14 brought.
SCRIPT_STEPS = ["scriptWritten", "armed"]
MASTERS = ["gunicorn-gthread", "gunicorn-sync"]
OURS = "attach and detach"


class Outcome(NamedTuple):
    """Of one attachment: nil times where there was none."""

    words: str
    acknowledged_ms: float | None = None
    stopped_ms: float | None = None


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] if values else float("nan")


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} / {percentile(values, 0.99):.2f}" if values else "-"


# MARK: Cycles


def cycle(attacher: str, pid: int) -> Outcome:
    with subprocess.Popen([attacher, str(pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        words = process.stdout.readline().split()
        if words[:1] != ["attached"]:
            process.stdin.close()
            return Outcome(" ".join(words))
        print("detach", file=process.stdin, flush=True)
        last = process.stdout.readline().strip()
    stopped = float(words[3]) / 1000 if len(words) > 3 else None
    return Outcome("" if last == "detached true" else last, float(words[2]) / 1000, stopped)


class Cycles(NamedTuple):
    name: str
    done: list[Outcome]
    deaths: int
    deadlocks: int
    load: Load
    plain: tuple[Load, Load]

    def row(self) -> str:
        refused = [outcome.words for outcome in self.done if outcome.words]
        acknowledged = [outcome.acknowledged_ms for outcome in self.done if outcome.acknowledged_ms is not None]
        stopped = [outcome.stopped_ms for outcome in self.done if outcome.stopped_ms is not None]
        first, second = self.plain
        return (
            f"| {self.name} | {len(self.done) - len(refused)}/{len(self.done)} | {self.deaths} | {self.deadlocks} "
            f"| {self.load.failures} | {self.load.rate / first.rate:.2f} ({second.rate / first.rate:.2f}) "
            f"| {spread(stopped)} ({len(stopped)}) | {spread(acknowledged)} |"
        )


def cycles(attacher: str, version: str, kind: str, count: int) -> Cycles:
    with Server(version, kind) as server:
        plain = (server.load(2), server.load(2))
        worker = server.worker()
        with server.under_load() as load:
            done = [cycle(attacher, worker.pid) for _ in range(count)]
            death = int(not worker.is_alive())
            deadlock = int(not death and not worker.works())
        return Cycles(f"{version} {kind}", done, death, deadlock, load, plain)


# MARK: Peers


def peer(name: str, words: Callable[[int], list[str]], version: str, seconds: float) -> str:
    """Injects a no-op again and again; after a deadlock the workers are made anew."""
    done = failed = deaths = deadlocks = dropped = 0
    took: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with Server(version, "gunicorn-gthread") as server, server.under_load() as load:
            worker = server.worker()
            while time.monotonic() < end:
                begin = time.perf_counter()
                try:
                    code = subprocess.run(words(worker.pid), capture_output=True, timeout=10).returncode
                except subprocess.TimeoutExpired:
                    code = -1
                took.append((time.perf_counter() - begin) * 1000)
                dead = not worker.is_alive()
                stuck = not dead and not worker.works()
                done, failed = done + 1, failed + (code != 0)
                deaths, deadlocks = deaths + dead, deadlocks + stuck
                if dead or stuck:
                    break
        dropped += load.failures
    return f"| {name} on {version} | {done} | {failed} | {deaths} | {deadlocks} | {dropped} | {spread(took)} |"


def remote_exec(version: str, count: int) -> str:
    """Python's own way, from a Python of the same version; acknowledged when the script has run."""
    _, environment, root = interpreter(version)
    # It asks /proc for files, which there are in our root alone: there the same Python runs by its own linker.
    linker, libraries = f"{root}/usr/lib64/ld-linux-x86-64.so.2", f"{root}/usr/lib/x86_64-linux-gnu"
    words = [linker, "--library-path", libraries, f"{root}/usr/bin/python{version}", "-S", "-c"]
    took: list[float] = []
    # It looks for the script in our root, and the worker in its own.
    with tempfile.TemporaryDirectory() as folder, Server(version, "gunicorn-gthread") as server:
        done = Path(f"{root}{folder}/done")
        script = f"open('{folder}/done', 'w').close()"
        for place in (folder, root + folder):
            os.makedirs(place, exist_ok=True)
            Path(place + "/script.py").write_text(script)
        asks = f"import sys\nfor line in sys.stdin: sys.remote_exec(int(line), '{folder}/script.py')"
        with server.under_load() as load:
            worker = server.worker()
            with subprocess.Popen(
                [*words, asks], stdin=subprocess.PIPE, text=True, env=environment | {"PYTHONHOME": root + "/usr"}
            ) as python:
                for _ in range(count):
                    begin = time.perf_counter()
                    print(worker.pid, file=python.stdin, flush=True)
                    while not done.exists() and time.perf_counter() < begin + 2:
                        time.sleep(0.0005)
                    if done.exists():
                        took.append((time.perf_counter() - begin) * 1000)
                        done.unlink()
            dead = not worker.is_alive()
            stuck = not dead and not worker.works()
        shutil.rmtree(root + folder)
    name = f"`sys.remote_exec` on {version}, which makes no thread"
    return f"| {name} | {count} | {count - len(took)} | {int(dead)} | {int(stuck)} | {load.failures} | {spread(took)} |"


# MARK: Whoever attached is killed


def killed_at(attacher: str, version: str, step: str, count: int) -> tuple[int, int]:
    """How often it was killed at that step, and how many targets were dead, stopped or silent afterwards."""
    killed = harmed = 0
    with Program(version, "waiting.py", "lock") as target:
        for _ in range(count):
            while True:
                run = subprocess.run([attacher, str(target.pid), step], stdin=subprocess.DEVNULL, capture_output=True)
                # The agent that the last one left has some moments yet.
                if b"another attachment" not in run.stdout:
                    break
                time.sleep(0.05)
            killed += run.returncode == -signal.SIGKILL
            harmed += not target.is_alive() or target.status("State")[0] in "tT" or target.status("TracerPid") != "0"
        harmed += target.ask("go") != "done"
    return killed, harmed


def undone_ms(ispy: str, target: Program) -> float:
    """From the kill of whoever holds a change until it is undone."""
    words = [ispy, "run", str(target.pid), "logging", "set", "shop.checkout", "DEBUG", "--for", "10m"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as holder:
        seen = ""
        while "is = DEBUG" not in seen:
            line = holder.stdout.readline()
            assert line, seen
            seen += line
        assert target.ask("level shop.checkout") == "DEBUG 10"
        begin = time.perf_counter()
        holder.kill()
        while target.ask("level shop.checkout") != "NOTSET 30":
            if time.perf_counter() > begin + 15:
                break
        return (time.perf_counter() - begin) * 1000


# MARK: While it is there


class Attached:
    """An attachment that asks for nothing, for as long as the block lasts."""

    def __init__(self, attacher: str, pid: int) -> None:
        self.process = subprocess.Popen([attacher, str(pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().startswith("attached")
        print("lease 3600\nstatus", file=self.process.stdin, flush=True)
        assert self.process.stdout.readline()

    def __enter__(self) -> Attached:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()


class Idle(NamedTuple):
    """Ratios of rounds, each of a load without an agent, one without again, and one with an agent in every worker."""

    requests: list[float]
    requests_again: list[float]
    cpu: list[float]
    cpu_again: list[float]
    # Of an agent, when it came first.
    memory_mb: float


def idle(attacher: str, version: str, rounds: int = 9) -> Idle:
    found = Idle([], [], [], [], 0)
    memory = []

    def measure(server: Server) -> tuple[float, float]:
        """Requests a second, and microseconds of CPU for one."""
        begin = sum(worker.cpu_seconds() for worker in server.workers())
        load = server.load(3)
        took = sum(worker.cpu_seconds() for worker in server.workers()) - begin
        return load.requests / 3, took / load.requests * 1e6

    with Server(version, "gunicorn-gthread") as server:
        server.load(2)
        for _ in range(rounds):
            none, again = measure(server), measure(server)
            workers = server.workers()
            before = [worker.memory_mb() for worker in workers]
            attached = [Attached(attacher, worker.pid) for worker in workers]
            memory.append(max(worker.memory_mb() - known for worker, known in zip(workers, before)))
            ours = measure(server)
            for each in attached:
                each.__exit__()
            found.requests.append(ours[0] / none[0])
            found.requests_again.append(again[0] / none[0])
            found.cpu.append(ours[1] / none[1])
            found.cpu_again.append(again[1] / none[1])
    return found._replace(memory_mb=memory[0])


def wake_ups(attacher: str, version: str, body: Callable[[], None]) -> float:
    """Of the agent's thread in 30 seconds, while `body` does something else and at least for so long."""
    with Program(version, "waiting.py", "lock") as target, Attached(attacher, target.pid):
        status = next(
            task / "status"
            for task in Path(f"/proc/{target.pid}/task").iterdir()
            if (task / "comm").read_text() == "ispyd-agent\n"
        )

        def switches() -> int:
            return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status.read_text(), re.M)[1])

        before, begin = switches(), time.monotonic()
        body()
        time.sleep(max(0.0, begin + 30 - time.monotonic()))
        return (switches() - before) / (time.monotonic() - begin) * 30


# MARK: All of it


def report(options: argparse.Namespace) -> Iterator[str]:
    attacher, peers = options.attacher, options.peers
    bars = Bars()
    runs = [cycles(attacher, version, kind, options.cycles) for version in VERSIONS for kind in MASTERS]
    yield f"{options.cycles} times {OURS}, one after the other, on one of two busy workers; times are median / p99.\n\n"
    yield "| gunicorn on | attached | deaths | deadlocks | requests failed | requests/s against none (none again) "
    yield "| one thread stopped, ms (times) | until the agent answers, ms |\n|---|---:|---:|---:|---:|---:|---:|---:|\n"
    yield from (run.row() + "\n" for run in runs)
    everything = [outcome for run in runs for outcome in run.done]
    words = sorted({outcome.words for outcome in everything if outcome.words})
    yield "".join(f"\nNot attached, {[o.words for o in everything].count(each)} times: {each}.\n" for each in words)

    yield f"\nA no-op injected into such a worker, for at most {options.seconds:.0f} s:\n\n"
    yield "| with | tried | failed | deaths | deadlocks | requests failed | ms, median / p99 |\n"
    yield "|---|---:|---:|---:|---:|---:|---:|\n"
    noop = Path(tempfile.mkdtemp()) / "noop.py"
    noop.write_text("pass\n")
    environment = f"PATH={peers}/bin:{os.environ['PATH']}"
    for version in PEERS_ON:
        yield (
            peer(
                "pyrasite", lambda pid: ["env", environment, "pyrasite", str(pid), str(noop)], version, options.seconds
            )
            + "\n"
        )
        yield peer("hypno", lambda pid: [f"{peers}/bin/hypno", str(pid), "pass"], version, options.seconds) + "\n"
    shutil.rmtree(noop.parent)
    for version in ("3.14", "3.15"):
        yield remote_exec(version, 50) + "\n"

    killed: list[tuple[str, tuple[int, int]]] = []
    undone: list[float] = []

    def kill() -> None:
        places = [
            (version, step)
            for version in KILLED_ON
            for step in STEPS + (SCRIPT_STEPS if version in ("3.14", "3.15") else [])
        ]
        with ThreadPoolExecutor(8) as pool:
            found = pool.map(lambda place: killed_at(attacher, *place, options.kills), places)
            killed.extend(zip((version for version, _ in places), found))
        with Program("3.13", "logging_levels.py") as target:
            undone.extend(undone_ms(options.ispy, target) for _ in range(50))

    woken = wake_ups(attacher, "3.13", kill)
    yield f"\nThe attacher killed (SIGKILL) at each of its steps, {options.kills} times each:\n\n"
    yield "| on | kills | targets dead, stopped or silent |\n|---|---:|---:|\n"
    for version in KILLED_ON:
        found = [counts for where, counts in killed if where == version]
        yield f"| {version} | {sum(count for count, _ in found)} | {sum(harmed for _, harmed in found)} |\n"
    quiet = idle(attacher, "3.13")
    median = statistics.median
    yield "\nAttached to every worker and idle, 3.13, gthread, against none (and none again against none), median of "
    yield f"{len(quiet.cpu)} rounds: requests/s {median(quiet.requests):.3f} ({median(quiet.requests_again):.3f}), "
    yield f"CPU for a request {median(quiet.cpu):.3f} ({median(quiet.cpu_again):.3f}). "
    yield f"A change whose holder is killed is undone after {spread(undone)} ms.\n\n"

    acknowledged = [outcome.acknowledged_ms for outcome in everything if outcome.acknowledged_ms is not None]
    stopped = [outcome.stopped_ms for outcome in everything if outcome.stopped_ms is not None]
    bars.add("attach: deaths", sum(run.deaths for run in runs), "", 0)
    bars.add("attach: deadlocks", sum(run.deadlocks for run in runs), "", 0)
    bars.add("attach: requests failed", sum(run.load.failures for run in runs), "", 0)
    bars.add("attach: one thread stopped, median", statistics.median(stopped), " ms", 1)
    bars.add("attach: until the agent answers, median", statistics.median(acknowledged), " ms", 50)
    bars.add("attach: targets harmed by a kill", sum(harmed for _, (_, harmed) in killed), "", 0)
    bars.add(
        "attach: holder killed, undone within 1 s", sum(took < 1000 for took in undone), " of 50", 50, at_least=True
    )
    bars.add("attach: memory of an agent", quiet.memory_mb, " MB", 2)
    bars.add("attach: wake-ups of an idle agent in 30 s", woken, "", 0)
    # Unchanged within what two runs without any differ by.
    noise = statistics.median(abs(1 - ratio) for ratio in quiet.cpu_again)
    bars.add("attach: idle, CPU for a request against none", statistics.median(quiet.cpu), "", 1 + max(noise, 0.02))
    yield bars.table()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ispy")
    parser.add_argument("attacher")
    parser.add_argument("peers", type=Path)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--kills", type=int, default=30, help="at each step")
    parser.add_argument("--seconds", type=float, default=15, help="for each peer on each version")
    parser.add_argument("--append", type=Path, help="the file to add to")
    options = parser.parse_args()
    text = "## Attach\n\n" + "".join(report(options))
    publish(text, options.append)


if __name__ == "__main__":
    main()
