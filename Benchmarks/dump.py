"""`ispy dump` beside py-spy and austin: prints ratios and writes BENCHMARKS.md.

    Benchmarks/dump.py ISPY PEERS [--runs N] [--python PATH]

ISPY is the release executable, PEERS the folder with py-spy and austin (`Scripts/setup/peers`).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import Runs, Target, in_turn  # noqa: E402

HERE = Path(__file__).parent
DEPTH = 33
STOPS = 300


def commands(ispy: str, peers: Path, pid: int) -> dict[str, list[str]]:
    """Every tool on the same target. `ispy again` is the same command as `ispy`: the noise of the machine (A/A)."""
    found = {
        "ispy": [ispy, "dump", str(pid)],
        "ispy again": [ispy, "dump", str(pid)],
        "ispy --locals": [ispy, "dump", "--locals", str(pid)],
        "py-spy": [str(peers / "bin/py-spy"), "dump", "--pid", str(pid)],
        "py-spy --nonblocking": [str(peers / "bin/py-spy"), "dump", "--nonblocking", "--pid", str(pid)],
        "py-spy --locals": [str(peers / "bin/py-spy"), "dump", "--locals", "--pid", str(pid)],
        "austin 4 --where": [str(peers / "austin-4"), "--where", str(pid)],
        "austin 3.7 --where": [str(peers / "bin/austin"), "--where", str(pid)],
    }
    return {name: command for name, command in found.items() if os.access(command[0], os.X_OK)}


def stopped_us(ispy: str, pid: int) -> list[float]:
    """How long `--stop` held each thread, as it says itself."""
    output = subprocess.run([ispy, "dump", "--stop", "--json", str(pid)], capture_output=True, text=True, check=True)
    threads = json.loads(output.stdout)["processes"][0]["threads"]
    return [thread["stoppedMicroseconds"] for thread in threads if thread.get("stoppedMicroseconds") is not None]


def table(title: str, results: dict[str, Runs]) -> str:
    base = results["ispy"]
    lines = [f"### {title}", "", "| command | CPU ms | CPU / ispy | wall ms | peak MB |", "|---|---:|---:|---:|---:|"]
    for name, runs in results.items():
        note = f" ({runs.failures} of {len(runs.cpu)} failed)" if runs.failures else ""
        ratio = runs.cpu_ms() / base.cpu_ms()
        lines.append(
            f"| {name}{note} | {runs.cpu_ms():.2f} | {ratio:.2f} | {runs.wall_ms():.2f} | {runs.memory_mb:.1f} |"
        )
    return "\n".join(lines) + "\n"


class Bars:
    """What was promised, beside what was measured."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def add(self, what: str, measured: float, unit: str, bar: float, at_least: bool = False) -> None:
        reached = measured >= bar if at_least else measured <= bar
        sign = "at least" if at_least else "at most"
        self.rows.append(f"| {what} | {measured:.2f}{unit} | {sign} {bar:g}{unit} | {'yes' if reached else '**no**'} |")

    def add_dump(self, title: str, results: dict[str, Runs]) -> None:
        # `ispy` and `ispy again` are the same: both count.
        own = statistics.median(results["ispy"].cpu + results["ispy again"].cpu)
        if "austin 4 --where" in results:
            austin = statistics.median(results["austin 4 --where"].cpu)
            self.add(f"{title}: CPU of ispy / austin 4", own / austin, "", 1)
        self.add(f"{title}: CPU of py-spy / ispy", statistics.median(results["py-spy"].cpu) / own, "", 10, True)
        self.add(f"{title}: peak memory", results["ispy"].memory_mb, " MB", 12)

    def table(self) -> str:
        head = ["## Against the bars", "", "| what | measured | bar | reached |", "|---|---:|---:|---|"]
        return "\n".join([*head, *self.rows]) + "\n"


def publish(text: str, path: Path | None) -> None:
    """Prints a section, and adds it to a file where there is one to add to."""
    print(text)
    if path:
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ispy")
    parser.add_argument("peers", type=Path)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--write", type=Path, help="the file to write")
    options = parser.parse_args()
    version = subprocess.run(
        [options.python, "-c", "import platform; print(platform.python_version())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    machine = f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} CPUs"
    parts = [
        "# Benchmarks",
        "",
        "Written by `make bench`: a section's figures are of one run, all tools in turn on the same targets, whole",
        f"commands as the kernel accounts for them, medians of {options.runs} rounds after one that does not count.",
        "Quote the ratios: the milliseconds are this machine's. `ispy again` is `ispy` once more: what its ratio",
        "differs from 1 is noise.",
        "",
        f"{time.strftime('%Y-%m-%d')}, {machine}, load {os.getloadavg()[0]:.1f};",
        f"targets: CPython {version}, {DEPTH} frames a thread, waiting.",
        "",
        "## Dump",
        "",
    ]
    stops: list[str] = []
    bars = Bars()
    for count in (1, 10, 50):
        with Target([options.python, str(HERE / "stacks.py"), str(count), str(DEPTH)]) as target:
            title = f"{count} thread{'s' if count > 1 else ''} of {DEPTH} frames"
            results = in_turn(commands(options.ispy, options.peers, target.pid), options.runs)
            parts.append(table(title, results))
            print(parts[-1], flush=True)
            # As many stops of each target, so that their longest can be compared.
            held = sorted(us for _ in range(-(-STOPS // count)) for us in stopped_us(options.ispy, target.pid))
            median, p99, most = statistics.median(held), held[int(len(held) * 0.99)], held[-1]
            stops.append(f"| {title} | {len(held)} | {median:.0f} | {p99:.0f} | {most:.0f} |")
            bars.add_dump(title, results)
            bars.add(f"{title}: 99 of 100 times --stop held a thread for", p99, " us", 100)
            bars.add(f"{title}: longest that --stop held a thread", most, " us", 100)
    locals_ratio = results["py-spy --locals"].cpu_ms() / results["ispy --locals"].cpu_ms()
    bars.add(f"{title}, with locals: CPU of py-spy / ispy", locals_ratio, "", 20, True)
    parts += [
        "### How long `--stop` holds a thread",
        "",
        "| target | stops | median us | p99 us | max us |",
        "|---|---:|---:|---:|---:|",
    ]
    parts += [
        *stops,
        "",
        "Without `--stop` no thread is stopped at all: a test traces the system calls and finds no ptrace.",
        "",
    ]
    start = in_turn(
        {
            name: command
            for name, command in {
                "ispy": [options.ispy, "--version"],
                "ispy again": [options.ispy, "--version"],
                "py-spy": [str(options.peers / "bin/py-spy"), "--version"],
                "austin 4": [str(options.peers / "austin-4"), "--version"],
            }.items()
            if os.access(command[0], os.X_OK)
        },
        4 * options.runs,
    )
    parts.append(table("`--version`: start and end", start))
    size = os.path.getsize(options.ispy) / 1e6
    parts.append(f"The executable: {size:.1f} MB, static.\n")
    bars.add("`--version`, wall", start["ispy"].wall_ms(), " ms", 3)
    bars.add("the executable", size, " MB", 25)
    parts.append(bars.table())
    print("\n".join(parts[-3:]))
    if options.write:
        options.write.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
