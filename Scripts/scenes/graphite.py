"""A real Graphite for the demo: carbon takes lines, whisper keeps them, graphite-web tells what there is."""

import json
import os
import time
import urllib.parse
import urllib.request
from typing import Dict, List

from .asking import CHECKOUT, DemoError
from .processes import Processes, free_port

# Scripts/setup/monitoring makes it.
MONITORING = os.path.join(CHECKOUT, ".cache", "venvs", "monitoring")

CARBON = """[cache]
STORAGE_DIR = {folder}/
LOCAL_DATA_DIR = {folder}/whisper/
CONF_DIR = {folder}/
LOG_DIR = {folder}/
PID_DIR = {folder}/
LINE_RECEIVER_INTERFACE = 127.0.0.1
LINE_RECEIVER_PORT = {port}
PICKLE_RECEIVER_PORT = 0
CACHE_QUERY_INTERFACE = 127.0.0.1
CACHE_QUERY_PORT = {queries}
MAX_CREATES_PER_MINUTE = inf
CARBON_METRIC_INTERVAL = 0
ENABLE_TAGS = False
"""

PAGES = """SECRET_KEY = "of the demo"
ALLOWED_HOSTS = ["127.0.0.1"]
STORAGE_DIR = LOG_DIR = "{folder}"
WHISPER_DIR = "{folder}/whisper"
STANDARD_DIRS = [WHISPER_DIR]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "{folder}/graphite.db"}}}}
CARBONLINK_HOSTS = ["127.0.0.1:{queries}:a"]
DEFAULT_CACHE_DURATION = FIND_CACHE_DURATION = 0
"""


class Graphite(Processes):
    """Carbon's daemon and graphite-web, with a storage of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.port = free_port()
        self.page = free_port()

    def open(self) -> None:
        if not os.access(os.path.join(MONITORING, ".complete"), os.R_OK):
            raise DemoError("there is no Graphite: Scripts/setup/monitoring says why")
        values = {"folder": self.folder, "port": self.port, "queries": free_port()}
        for name, text in (
            ("carbon.conf", CARBON.format(**values)),
            ("storage-schemas.conf", "[all]\npattern = .*\nretentions = 1s:1h\n"),
            ("graphite_here.py", PAGES.format(**values)),
        ):
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        programs = os.path.join(MONITORING, "bin")
        python = os.path.join(programs, "python")
        carbon = [os.path.join(programs, "carbon-cache.py"), "--config", os.path.join(self.folder, "carbon.conf")]
        self.start([python, *carbon, "--nodaemon", "start"], "carbon.log")
        pages = [os.path.join(programs, "gunicorn"), "--no-control-socket", "--bind", "127.0.0.1:{}".format(self.page)]
        self.start([python, *pages, "graphite.wsgi:application"], "pages.log")
        self.wait("carbon.log", "CarbonReceiverFactory starting on {}".format(self.port))
        self.wait("pages.log", "Listening at")

    def start(self, words: List[str], log: str) -> None:
        self.spawn(
            words,
            log,
            self.folder,
            GRAPHITE_ROOT=self.folder,
            GRAPHITE_STORAGE_DIR=self.folder,
            GRAPHITE_SETTINGS_MODULE="graphite_here",
            PYTHONPATH=self.folder,
            PYTHONUNBUFFERED="1",
            # carbon's messages were made for an older protobuf.
            PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION="python",
        )

    def wait(self, log: str, words: str) -> None:
        end = time.monotonic() + 60
        while words not in self.log(log, 1000):
            if time.monotonic() > end:
                raise DemoError("Graphite does not open:\n" + self.log(log))
            time.sleep(0.05)

    def address(self, target: str) -> str:
        words = {"target": target, "format": "json", "from": "-5min", "until": "+1min"}
        return "http://127.0.0.1:{}/render?{}".format(self.page, urllib.parse.urlencode(words, safe="*(),+-"))

    def values(self, target: str) -> Dict[str, List[float]]:
        """What there is of the last minutes, by name, the oldest first."""
        address = self.address(target).replace("until=+", "until=%2B")
        with urllib.request.urlopen(address, timeout=30) as answer:
            found = json.loads(answer.read())
        return {one["target"]: [value for value, _ in one["datapoints"] if value is not None] for one in found}
