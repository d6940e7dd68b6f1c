"""What a probe costs a call, beside the peers' probes: prints it, and adds it to BENCHMARKS.md.

    Benchmarks/probes.py PEERS [--append FILE]

PEERS has an environment for each Python, with ddtrace, hunter and wrapt (`Scripts/setup/peers`). Each figure is made in
processes of its own by probe_work.py, with the agent's own text; all are of one run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from dump import Bars, publish  # noqa: E402

WORK = Path(__file__).parent / "probe_work.py"
VERSIONS = ["3.11", "3.13"]
PROCESSES = 3


class Row(NamedTuple):
    """A figure of ours, and what of the peers comes next to it."""

    title: str
    figure: str
    peers: list[str] = []


ROWS = [
    Row("no probe (A/A)", "none"),
    Row("another function has a `watch`", "elsewhere watch", ["cProfile", "hunter, matches nothing"]),
    Row("another function has a line probe", "elsewhere line"),
    Row("a line, its condition false", "line false", ["ddtrace line, condition false"]),
    Row("a line, skipped by the limiter", "line skipped", ["ddtrace line, skipped", "ddtrace line log"]),
    Row("`watch`, its condition false", "watch false", ["ddtrace function, condition false"]),
    Row("`watch`, skipped by the limiter", "watch skipped", ["ddtrace function, skipped"]),
    Row("`watch --before`, skipped by the limiter", "before skipped"),
    Row("`count`", "count", ["hunter, counts calls"]),
    Row("`time`", "time", ["wrapt, counts and times"]),
    Row("`exceptions`, the call returns", "exceptions"),
    Row("`trace`, the call is not followed", "trace passed", ["cProfile"]),
    Row("`watch`, one capture", "watch capture", ["ddtrace function snapshot"]),
    Row("a line, one capture (`snapshot`)", "line capture", ["ddtrace line snapshot"]),
]


class Figure(NamedTuple):
    """Nanoseconds of a call: what the probe added, what the same without it differed by, and the call itself."""

    added: float
    again: float
    base: float


# MARK: Added to a call


def figure(python: Path, name: str) -> Figure | str:
    """The median of some processes; or why there is none."""
    found = []
    for _ in range(PROCESSES):
        try:
            run = subprocess.run([python, WORK, name], capture_output=True, text=True, timeout=120)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if run.returncode != 0:
            return (run.stderr.strip().splitlines() or ["it ended with %d" % run.returncode])[-1]
        took = json.loads(run.stdout.splitlines()[-1])
        base = min(took["base"], took["again"])
        found.append((took["with"] - base, took["again"] - took["base"], base))
    return Figure(*(statistics.median(part) for part in zip(*found)))


def cell(found: Figure | str, ours: Figure | str) -> str:
    if isinstance(found, str):
        return "not measured | -"
    ratio = "-" if isinstance(ours, str) or ours.added < 20 else f"{found.added / ours.added:.1f}"
    return f"{found.added:+.0f} ({found.again:+.0f}) | {ratio}"


def table(found: dict[tuple[str, str], Figure | str]) -> Iterator[str]:
    yield "| what | with | " + " | ".join(f"{version}, ns (A/A) | / ispy" for version in VERSIONS) + " |\n"
    yield "|---|---|" + "---:|---:|" * len(VERSIONS) + "\n"
    for row in ROWS:
        for name in [row.figure, *row.peers]:
            own = name == row.figure
            cells = [cell(found[version, name], found[version, row.figure]) for version in VERSIONS]
            yield f"| {row.title if own else ''} | {'ispy' if own else name} | " + " | ".join(cells) + " |\n"
    for (version, name), one in found.items():
        if isinstance(one, str):
            yield f"\nNot measured on {version}: {name}: {one}\n"


# MARK: Called as fast as can be


class Rush(NamedTuple):
    """Calls in a second of CPU against those without a probe, and again without one; and how the probes fared."""

    ratio: float
    again: float
    calls: float
    reasons: list[str]


class Caller:
    """A process that calls the sample all the time that it is told to."""

    def __init__(self, python: Path) -> None:
        words = [str(python), str(WORK), "rush"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, words: str) -> str:
        assert self.process.stdin and self.process.stdout
        print(words, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def cpu_seconds(self) -> float:
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def rate(self, seconds: float) -> float:
        """Calls in a second of CPU, as the kernel accounts for it."""
        before = self.cpu_seconds()
        calls = int(self.ask(f"run {seconds}"))
        return calls / (self.cpu_seconds() - before)

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def rush(python: Path, seconds: float, rounds: int) -> Rush:
    ratios, agains, calls, reasons = [], [], [], []
    caller = Caller(python)
    caller.rate(1)
    for _ in range(rounds):
        none, again = caller.rate(seconds), caller.rate(seconds)
        caller.ask("insert")
        ratios.append(caller.rate(seconds) / none)
        agains.append(again / none)
        reason, counted = caller.ask("stop").split()
        reasons.append(reason)
        calls.append(int(counted))
    caller.end()
    return Rush(statistics.median(ratios), statistics.median(agains), statistics.median(calls), reasons)


# MARK: All of it


def add_bars(bars: Bars, found: dict[tuple[str, str], Figure | str], rushes: dict[str, Rush]) -> None:
    def add(version: str, title: str, name: str, bar: float) -> None:
        one = found[version, name]
        bars.add(f"{version}: {title}, added", float("nan") if isinstance(one, str) else one.added, " ns", bar)

    for version in VERSIONS:
        # Before 3.12 a line is told by code of ours, and its variables are copied.
        add(version, "a line, its condition false", "line false", 500 if version == "3.13" else 1000)
        add(version, "a line, skipped by the limiter", "line skipped", 200)
        add(version, "`watch`, skipped by the limiter", "watch skipped", 200)
        add(version, "`time`, which counts and times", "time", 500)
        for name in ("elsewhere watch", "elsewhere line"):
            one, none = found[version, name], found[version, "none"]
            if isinstance(one, Figure) and isinstance(none, Figure):
                # Unchanged within what two runs without any differ by.
                noise = max(abs(one.again), abs(none.added), abs(none.again), one.base * 0.04)
                bars.add(f"{version}: code without a probe ({name})", one.added, " ns", round(noise))
    for version, one in rushes.items():
        lost = (1 - one.ratio) * 100
        bars.add(f"{version}: `time` at full speed, lost of a core", lost, " %", 1 + abs(1 - one.again) * 100)
        out = sum(reason == "budget" for reason in one.reasons)
        bars.add(f"{version}: it went for its budget", out, "", len(one.reasons), at_least=True)


def report(options: argparse.Namespace) -> Iterator[str]:
    pythons = {version: options.peers / version / "bin/python" for version in VERSIONS}
    names = dict.fromkeys(name for row in ROWS for name in [row.figure, *row.peers])
    found = {(version, name): figure(pythons[version], name) for name in names for version in VERSIONS}
    bases = [one.base for one in found.values() if isinstance(one, Figure)]
    yield f"What a probe adds to a call of {statistics.median(bases):.0f} ns: CPU of the thread, best of 5 in each of "
    yield f"{PROCESSES} processes, their median. In parentheses what the same without a probe differed by.\n\n"
    yield from table(found)
    rushes = {}
    yield f"\nA function called as fast as can be for {options.seconds:.0f} s, at whose beginning a `time` of 1 % of a "
    yield "core is put in: calls in a second of CPU against none (none again against none).\n\n"
    yield "| on | calls | counted until it went | went for |\n|---|---:|---:|---|\n"
    for version, python in pythons.items():
        try:
            one = rush(python, options.seconds, options.rounds)
        except (OSError, ValueError) as error:
            yield f"| {version} | not measured: {error} | - | - |\n"
            continue
        rushes[version] = one
        yield f"| {version} | {one.ratio:.4f} ({one.again:.4f}) | {one.calls:.0f} | {', '.join(set(one.reasons))} |\n"
    bars = Bars()
    add_bars(bars, found, rushes)
    yield "\n" + bars.table()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peers", type=Path)
    parser.add_argument("--seconds", type=float, default=10, help="of calls as fast as can be")
    parser.add_argument("--rounds", type=int, default=3, help="of these")
    parser.add_argument("--append", type=Path, help="the file to add to")
    options = parser.parse_args()
    publish("## Probes\n\n" + "".join(report(options)), options.append)


if __name__ == "__main__":
    main()
