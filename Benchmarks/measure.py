"""Timing of whole commands as the kernel accounts for them, in turn, so that drift of the machine hits all alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field


@dataclass
class Runs:
    """What the runs of one command took: seconds of CPU and of the wall clock, and its peak memory in MB."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory_mb: float = 0
    failures: int = 0

    def cpu_ms(self) -> float:
        return statistics.median(self.cpu) * 1000

    def wall_ms(self) -> float:
        return statistics.median(self.wall) * 1000


def peak_mb(command: list[str]) -> float:
    """The peak memory of a command, started from a program smaller than itself.

    The kernel takes the memory of whoever starts a program for the program's own peak, until it exceeds that: from this
    interpreter nothing below 14 MB could be seen.
    """
    done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return int(done.stderr.split()[-1]) / 1024


def run_once(command: list[str], runs: Runs) -> None:
    """Runs a command with its output thrown away and adds what `wait4` says of it."""
    # posix_spawn instead of fork: a fork of this interpreter would be accounted to the command.
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, descriptor) for descriptor in (0, 1, 2)]
    begin = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - begin
    os.close(null)
    if status != 0:
        runs.failures += 1
    runs.cpu.append(usage.ru_utime + usage.ru_stime)
    runs.wall.append(wall)


def in_turn(commands: dict[str, list[str]], count: int) -> dict[str, Runs]:
    """Runs the commands one after another, `count` times around, after one round that does not count."""
    results = {name: Runs() for name in commands}
    for name, command in commands.items():
        run_once(command, Runs())
        results[name].memory_mb = peak_mb(command)
    for _ in range(count):
        for name, command in commands.items():
            run_once(command, results[name])
    return results


class Target:
    """A program that is measured against; killed when the block ends."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the target did not start: {' '.join(command)}")
        self.pid = int(line)

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
