"""The shop of examples/shop with its visitors, as the demo runs it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from typing import List

from .asking import CHECKOUT, DemoError, ask
from .processes import Processes, free_port

SHOP = os.path.join(CHECKOUT, "examples", "shop")
GUNICORN = os.path.join(CHECKOUT, ".cache", "venvs", "shop", "bin", "gunicorn")


class Shop(Processes):
    """The shop and its visitors."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.master = 0

    def start(self, words: List[str], log: str) -> int:
        return self.spawn(
            words, log, SHOP, SHOP_PORT=str(self.port), SHOP_DATABASE=os.path.join(self.folder, "shop.sqlite")
        )

    def open(self) -> None:
        listed = json.loads(ask("ps", "--json", show=False))["processes"]
        others = [process["pid"] for process in listed if process["application"].get("name") == "shop"]
        if others:
            raise DemoError(
                "there is a shop already, and every scene means all there are: end it first: kill "
                + " ".join(map(str, others))
            )
        self.master = self.start([GUNICORN, "shop:app"], "shop.log")
        end = time.monotonic() + 60
        while True:
            try:
                self.check()
                break
            except OSError as error:
                if time.monotonic() > end or os.waitpid(self.master, os.WNOHANG)[0]:
                    raise DemoError("the shop does not open: {}\n{}".format(error, self.log("shop.log"))) from error
                time.sleep(0.05)
        self.workers()

    def workers(self, count: int = 2) -> List[int]:
        """The pids of gunicorn's workers, once there are as many."""
        end = time.monotonic() + 60
        while True:
            with open("/proc/{0}/task/{0}/children".format(self.master), encoding="ascii") as children:
                pids = [int(pid) for pid in children.read().split()]
            if len(pids) >= count:
                return pids
            if time.monotonic() > end:
                raise DemoError("the shop has {} of {} workers".format(len(pids), count))
            time.sleep(0.05)

    def visitors(self, kind: str, seconds: float) -> None:
        self.start([sys.executable, "traffic.py", kind, str(self.port), str(seconds)], kind + ".log")

    def traffic(self, *words: str) -> str:
        """What traffic.py says to these words."""
        done = subprocess.run(
            [sys.executable, "traffic.py", *words],
            cwd=SHOP,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=240,
        )
        if done.returncode:
            raise DemoError("traffic.py {} failed: {}".format(words[0], done.stdout))
        return done.stdout.strip()

    def collide(self) -> str:
        return self.traffic("collide", str(self.port))

    def cards(self) -> List[str]:
        """The numbers of all cards that anybody pays with."""
        return self.traffic("cards").splitlines()

    def replace(self, worker: int) -> None:
        """Ends a worker that hangs; gunicorn starts another one."""
        os.kill(worker, signal.SIGKILL)
        end = time.monotonic() + 60
        while worker in self.workers():
            if time.monotonic() > end:
                raise DemoError("worker {} does not end".format(worker))
            time.sleep(0.05)
        self.workers()
        self.check()

    def check(self) -> str:
        """What the shop says of its health."""
        with urllib.request.urlopen("http://127.0.0.1:{}/health".format(self.port), timeout=10) as answer:
            return str(answer.read().decode().strip())
