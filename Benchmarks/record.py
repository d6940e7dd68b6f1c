"""`ispy record` beside py-spy, austin and CPython 3.15's own sampler: what a sample costs, and what the target feels.

    Benchmarks/record.py ISPY PEERS [--runs N] [--python PATH] [--append FILE] [--root ROOT] [--gunicorn PATH]

All tools in turn on the same target. A sample's cost is the CPU of the whole command at 1000 Hz less that at 100 Hz,
for the samples that it took more: starting up is not part of it. ISPY is the release executable, PEERS the folder with
the others (`Scripts/setup/peers`), ROOT a Debian with CPython 3.15, whose sampler only knows its own version. The
gunicorn, with Flask beside it, serves what throughput is measured with.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from dump import Bars, publish  # noqa: E402
from measure import Target  # noqa: E402
from throughput import is_there, throughputs  # noqa: E402

HERE = Path(__file__).parent
SECONDS = 3


@dataclass
class Sampling:
    """What one recording took and gave."""

    cpu: float
    wall: float
    memory_mb: float
    samples: int


def run(
    command: list[str],
    count: Callable[[str], int],
    seconds: float | None = None,
    environment: dict[str, str] | None = None,
) -> Sampling:
    """Runs a sampler to its end, or interrupts it, and counts its samples in what it says."""
    begin = time.perf_counter()
    with Path(os.devnull).open() as null, Path("/tmp/ispy-bench-output").open("w+", encoding="utf-8") as output:
        process = subprocess.Popen(
            ["/usr/bin/time", "-o", "/tmp/ispy-bench-time", "-f", "%U %S %M", *command],
            stdin=null,
            stdout=output,
            stderr=output,
            env=os.environ | (environment or {}),
        )
        try:
            process.wait(timeout=seconds or 60)
        except subprocess.TimeoutExpired:
            # `time` ignores it; the command below it does not.
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8")
            for child in children.split():
                os.kill(int(child), signal.SIGINT)
            process.wait()
        wall = time.perf_counter() - begin
        output.seek(0)
        text = output.read()
    user, system, memory = Path("/tmp/ispy-bench-time").read_text(encoding="utf-8").split()[-3:]
    return Sampling(float(user) + float(system), wall, int(memory) / 1024, count(text))


def first_number(pattern: str) -> Callable[[str], int]:
    def count(text: str) -> int:
        found = re.search(pattern, text)
        return int(found.group(1).replace(",", "")) if found else 0

    return count


def samplers(ispy: str, peers: Path, root: Path, pid: int, rate: int) -> dict[str, tuple[list[str], Callable]]:
    """Every sampler at a rate. `ispy again` is the same command as `ispy`: the noise of the machine (A/A)."""
    own = [ispy, "record", str(pid), "-d", f"{SECONDS}s", "-r", str(rate)]
    number = first_number(r"([\d,]+) samples in")
    spy = [str(peers / "bin/py-spy"), "record", "-p", str(pid), "-d", str(SECONDS), "-r", str(rate), "-f", "raw"]
    spy += ["-o", "/tmp/ispy-bench-spy"]
    austin = [str(peers / "austin-4"), "-i", f"{1_000_000 // rate}us", "-x", str(SECONDS), "-p", str(pid)]
    found = {
        "ispy": (own, number),
        "ispy again": (own, number),
        "ispy --stop": ([*own, "--stop"], number),
        "py-spy": (spy, first_number(r"Samples: (\d+)")),
        "py-spy --nonblocking": ([*spy, "--nonblocking"], first_number(r"Samples: (\d+)")),
        # In its own statistics, wrong stacks of all: `Error rate . . . 0/2552`, in colours.
        "austin 4": ([*austin, "-o", "/tmp/ispy-bench-austin"], first_number(r"Error rate.*?\d/(\d+)")),
    }
    return {name: entry for name, entry in found.items() if os.access(entry[0][0], os.X_OK)}


def costs(options: argparse.Namespace, pid: int) -> dict[str, dict[str, float]]:
    """Of each sampler: CPU of a sample, share of the rate reached, and memory; medians."""
    rows: dict[str, dict[str, list[float]]] = {}
    for _ in range(options.runs):
        slow = samplers(options.ispy, options.peers, options.root, pid, 100)
        fast = samplers(options.ispy, options.peers, options.root, pid, 1000)
        for name in fast:
            few, many = run(*slow[name]), run(*fast[name])
            more = max(many.samples - few.samples, 1)
            row = rows.setdefault(name, {"us": [], "share": [], "mb": []})
            row["us"].append((many.cpu - few.cpu) / more * 1e6)
            row["share"].append(many.samples / (1000 * SECONDS))
            row["mb"].append(many.memory_mb)
    return {name: {key: statistics.median(values) for key, values in row.items()} for name, row in rows.items()}


def flat_out(options: argparse.Namespace, pid: int) -> tuple[float, float]:
    """Stacks that a second of CPU gives at the highest rate, and what a tick of all threads takes in us."""
    best, ticks = 0.0, []
    for _ in range(options.runs):
        output = subprocess.run(
            [options.ispy, "record", str(pid), "-d", f"{SECONDS}s", "-r", "1000000", "--json"],
            capture_output=True,
            text=True,
            check=True,
        )
        about = json.loads(output.stdout)["profile"]["about"]
        best = max(best, about["samples"] / about["ownCPU"])
        ticks.append(about["ownCPU"] / about["ticks"] * 1e6)
    return best, statistics.median(ticks)


def calls_of_a_tick(options: argparse.Namespace, pid: int) -> float:
    """Readings of the target's memory that a tick makes, by strace: what two lengths differ by."""
    counts = []
    for seconds in (1, 2):
        command = [options.ispy, "record", str(pid), "-d", f"{seconds}s", "-r", "200", "--json"]
        traced = subprocess.run(
            ["strace", "-f", "-e", "trace=process_vm_readv", "-o", "/tmp/ispy-bench-trace", *command],
            capture_output=True,
            text=True,
            check=True,
        )
        ticks = json.loads(traced.stdout)["profile"]["about"]["ticks"]
        with Path("/tmp/ispy-bench-trace").open(encoding="utf-8") as trace:
            counts.append((sum("process_vm_readv" in line for line in trace), ticks))
    (few, short), (many, long) = counts
    return (many - few) / max(long - short, 1)


def many_processes(options: argparse.Namespace, count: int) -> float:
    """The CPU, as a share of one, of recording so many idle processes at 10 Hz each."""
    targets = [Target([options.python, str(HERE / "stacks.py"), "1", "12"]) for _ in range(count)]
    try:
        command = [options.ispy, "record", *(str(target.pid) for target in targets), "-r", "10", "--json"]
        shares = []
        for seconds in (2, 8):
            output = subprocess.run([*command, "-d", f"{seconds}s"], capture_output=True, text=True, check=True)
            shares.append((json.loads(output.stdout)["profile"]["about"]["ownCPU"], seconds))
        (first, short), (second, long) = shares
        return (second - first) / (long - short)
    finally:
        for target in targets:
            target.__exit__(None, None, None)


def memory_over_time(options: argparse.Namespace, pid: int) -> tuple[float, float]:
    """Peak memory after one second flat out and after ten: more samples must not add to it."""
    peaks = [
        run([options.ispy, "record", str(pid), "-d", f"{seconds}s", "-r", "1000000"], lambda _: 0).memory_mb
        for seconds in (1, 10)
    ]
    return peaks[0], peaks[1]


def fixed_work(options: argparse.Namespace, watched: list[str] | None) -> float:
    """CPU seconds of a fixed piece of work, with a sampler beside it or none."""
    work = subprocess.Popen(
        [options.python, str(HERE / "work.py"), "fixed"], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert work.stdout and work.stdin
    pid = work.stdout.readline().strip()
    sampler = None
    if watched:
        command = [word.replace("PID", pid) for word in watched]
        sampler = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3)
    work.stdin.write("go\n")
    work.stdin.flush()
    seconds = float(work.stdout.readline())
    work.stdin.close()
    work.wait()
    if sampler:
        sampler.terminate()
        sampler.wait()
    return seconds


def slow_downs(options: argparse.Namespace) -> dict[str, float]:
    """What fixed work takes with each sampler, as a ratio to none."""
    taken: dict[str, list[float]] = {}
    for _ in range(options.runs):
        for name, command in samplers_beside(options).items():
            taken.setdefault(name, []).append(fixed_work(options, command))
    base = min(taken["none"])
    return {name: min(values) / base for name, values in taken.items()}


def own_sampler(options: argparse.Namespace) -> dict[str, float] | None:
    """The same of CPython 3.15's own sampler, on a target of its own version. It looks at the main thread alone.

    The target lives in its root. The sampler is started from outside, by the root's loader: it needs `/proc`.
    """
    root = options.root.resolve()
    python = root / "usr/bin/python3.15"
    loaders = sorted((root / "usr").glob("lib*/ld-linux-*")) + sorted((root / "usr/lib").glob("*/ld-linux-*"))
    if not python.exists() or not loaders:
        return None
    place = root / "opt/ispy-bench"
    place.mkdir(parents=True, exist_ok=True)
    (place / "work.py").write_text((HERE / "work.py").read_text(encoding="utf-8"), encoding="utf-8")
    libraries = ":".join(str(path) for path in (root / "usr/lib").glob("*-linux-gnu"))
    sampler = [str(loaders[0]), "--library-path", libraries, str(python), "-m", "profiling.sampling", "attach"]
    # The root has no locales.
    environment = {"PYTHONHOME": str(root / "usr"), "LC_ALL": "C"}
    rows: dict[str, list[float]] = {"us": [], "share": [], "mb": []}
    with Target(["chroot", str(root), "/usr/bin/python3.15", "/opt/ispy-bench/work.py", "busy"]) as target:
        for _ in range(options.runs):
            few, many = (
                run(
                    [*sampler, "-d", str(SECONDS), "-r", str(rate), "--collapsed", "-o", "/tmp/ispy-bench-own"]
                    + [str(target.pid)],
                    first_number(r"Captured ([\d,]+) samples"),
                    environment=environment,
                )
                for rate in (100, 1000)
            )
            rows["us"].append((many.cpu - few.cpu) / max(many.samples - few.samples, 1) * 1e6)
            rows["share"].append(many.samples / (1000 * SECONDS))
            rows["mb"].append(many.memory_mb)
    return {key: statistics.median(values) for key, values in rows.items()}


def samplers_beside(options: argparse.Namespace) -> dict[str, list[str] | None]:
    """What runs at 1000 Hz beside what is measured; `PID` stands for its pid. `none again` is the noise (A/A)."""
    spy = [str(options.peers / "bin/py-spy"), "record", "-p", "PID", "-d", "60", "-r", "1000", "-f", "raw"]
    beside = {
        "none": None,
        "none again": None,
        "ispy": [options.ispy, "record", "PID", "-r", "1000"],
        "py-spy": [*spy, "-o", "/tmp/ispy-bench-spy"],
        "austin 4": [str(options.peers / "austin-4"), "-i", "1ms", "-o", "/tmp/ispy-bench-austin", "-p", "PID"],
    }
    return {name: command for name, command in beside.items() if command is None or os.access(command[0], os.X_OK)}


def row_of(name: str, row: dict[str, float], base: float) -> str:
    share = f"{row['share'] * 100:.1f} %"
    return f"| {name} | {row['us']:.1f} | {row['us'] / base:.2f} | {share} | {row['mb']:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ispy")
    parser.add_argument("peers", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--root", type=Path, default=HERE.parent / ".cache/roots/forky")
    parser.add_argument("--gunicorn", type=Path, default=HERE.parent / ".cache/venvs/shop/bin/gunicorn")
    parser.add_argument("--append", type=Path, help="the file to add to")
    options = parser.parse_args()
    bars = Bars()
    lines = [
        "## Record",
        "",
        "One thread that works, 33 frames deep; CPU of the sampler for each sample at 1000 Hz.",
        "",
    ]
    lines += [
        "| sampler | CPU us a sample | / ispy | samples of those asked for | peak MB |",
        "|---|---:|---:|---:|---:|",
    ]
    with Target([options.python, str(HERE / "work.py"), "busy"]) as target:
        rows = costs(options, target.pid)
        base = rows["ispy"]["us"]
        for name, row in rows.items():
            lines.append(row_of(name, row, base))
        best, _ = flat_out(options, target.pid)
        first, last = memory_over_time(options, target.pid)
    own = own_sampler(options)
    if own:
        lines.append(row_of("CPython 3.15's own, on 3.15", own, base))
    with Target([options.python, str(HERE / "stacks.py"), "50", "33"]) as target:
        _, tick = flat_out(options, target.pid)
        calls = calls_of_a_tick(options, target.pid)
    slow = slow_downs(options)
    lines += [
        "",
        "CPU time of fixed work with a sampler at 1000 Hz beside it, as a ratio to none; `none again` is noise:",
        "",
    ]
    lines += [
        "| beside it | CPU of the work |",
        "|---|---:|",
        *(f"| {name} | {ratio:.3f} |" for name, ratio in slow.items()),
    ]
    if is_there(options.gunicorn):
        served = throughputs(options.gunicorn, samplers_beside(options), options.runs)
        lines += ["", "Requests a second of a gunicorn worker with four threads, the same way:", ""]
        lines += [
            "| beside it | requests a second |",
            "|---|---:|",
            *(f"| {name} | {ratio:.3f} |" for name, ratio in served.items()),
        ]
    noise = abs(slow["none again"] - 1)
    bars.add("record: CPU of a sample at 1000 Hz", min(base, rows["ispy again"]["us"]), " us", 20)
    bars.add("record: share of 1000 Hz reached", rows["ispy"]["share"] * 100, " %", 99, True)
    bars.add("record: stacks of a CPU second, flat out", best, "", 120_000, True)
    bars.add("record: a tick of 50 waiting threads", tick, " us", 60)
    bars.add("record: readings of memory in such a tick", calls, "", 2)
    bars.add("record: 200 idle processes at 10 Hz, CPU of one", many_processes(options, 200) * 100, " %", 5)
    bars.add("record: peak memory after ten seconds flat out", last, " MB", 12)
    bars.add("record: what it grew by after the first second", last - first, " MB", 0.5)
    bars.add("record: CPU of fixed work beside it, less 1", slow["ispy"] - 1, "", max(noise, 0.03))
    text = "\n".join([*lines, "", bars.table()])
    publish(text, options.append)


if __name__ == "__main__":
    main()
