"""Timing of whole commands as the kernel accounts for them, in turn, so that drift of the machine hits all alike."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field


@dataclass
class Runs:
    """What the runs of one command took: seconds of CPU and of the wall clock, and the peak memory in MB."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    failures: int = 0

    def cpu_ms(self) -> float:
        return statistics.median(self.cpu) * 1000

    def wall_ms(self) -> float:
        return statistics.median(self.wall) * 1000

    def memory_mb(self) -> float:
        return max(self.memory)


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
    runs.memory.append(usage.ru_maxrss / 1024)


def in_turn(commands: dict[str, list[str]], count: int) -> dict[str, Runs]:
    """Runs the commands one after another, `count` times around, after one round that does not count."""
    results = {name: Runs() for name in commands}
    for name, command in commands.items():
        run_once(command, Runs())
        del name
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
