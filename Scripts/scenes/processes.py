"""Processes of the demo that end together."""

import os
import signal
import socket
import subprocess
import tempfile
from typing import List


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Processes:
    """Some processes, each with a group of its own, and a folder of theirs."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="ispy-demo-")
        self.groups: List[int] = []

    def spawn(self, words: List[str], log: str, folder: str, **environment: str) -> int:
        with open(os.path.join(self.folder, log), "ab") as output:
            child = subprocess.Popen(
                words,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1", **environment),
            )
        self.groups.append(child.pid)
        return child.pid

    def log(self, name: str, lines: int = 20) -> str:
        with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    def close(self) -> None:
        """Ends every process and removes every file."""
        for group in self.groups:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass
            try:
                os.waitpid(group, 0)
            except ChildProcessError:
                pass
        self.groups.clear()
        subprocess.run(["rm", "-rf", self.folder], check=False)
