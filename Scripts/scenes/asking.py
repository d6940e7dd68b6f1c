"""How the demo asks `ispy` and looks at what it answers. All that is shown is kept, to be searched at the end."""

import os
import re
import shlex
import subprocess
import sys
import time
from typing import Callable, List, Sequence

CHECKOUT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ISPY = os.environ.get("ISPY", os.path.join(CHECKOUT, ".build", "ispy"))

# What `ispy` exits with where its answer is not whole (`ispy help exit-codes`).
PARTIAL = 72

# Values of frameworks are long: a line of an excerpt is cut here.
WIDTH = 160

COLOURED = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
BOLD, DIM, PLAIN = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if COLOURED else ("", "", "")

# What was shown, and what `ispy` answered where only a part of it was.
transcript: List[str] = []


class DemoError(Exception):
    """What keeps the demo from going on."""


class PartialAnswer(DemoError):
    """What was read changed meanwhile, so that a part of the answer is missing."""


def say(text: str) -> None:
    transcript.append(text)
    print(text, flush=True)


def heading(question: str, comment: str = "") -> None:
    say("\n{}=== {}{}".format(BOLD, question, PLAIN))
    if comment:
        say(DIM + comment + PLAIN)


def display(words: Sequence[object], text: str, program: str = "ispy") -> None:
    say("\n$ {} {}\n{}".format(program, shlex.join(str(word) for word in words), text.rstrip("\n")))


def ask(*words: object, show: bool = True) -> str:
    """Runs `ispy` with these words, shows command and output; the output."""
    arguments = [str(word) for word in words]
    done = subprocess.run(
        [ISPY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60
    )
    text = done.stdout.decode("utf-8", "replace")
    transcript.append(text)
    if show:
        display(arguments, text)
    if done.returncode != 0:
        error = PartialAnswer if done.returncode == PARTIAL else DemoError
        raise error("ispy {} exited {}:\n{}".format(shlex.join(arguments), done.returncode, text))
    return text


def ask_until(found: Callable[[str], bool], *words: object) -> str:
    """Asks until the answer is whole and shows what comes and goes, and shows that answer."""
    end = time.monotonic() + 30
    while True:
        try:
            text = ask(*words, show=False)
        except PartialAnswer:
            if time.monotonic() > end:
                raise
            continue
        if found(text) or time.monotonic() > end:
            display(words, text)
            return text
        time.sleep(0.1)


def short(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def shortened(text: str, isShown: Callable[[str], bool]) -> str:
    """Of an answer the lines that are meant, each cut; what was left out is said where it stood."""
    shown: List[str] = []
    hidden = 0
    for line in [*text.rstrip("\n").split("\n"), None]:
        if line is not None and not isShown(line):
            hidden += 1
            continue
        if hidden:
            shown.append("    … {} more lines".format(hidden))
        hidden = 0
        if line is not None:
            shown.append(short(line))
    return "\n".join(shown)


def expect(text: str, *findings: str) -> None:
    """Each finding is a regular expression that must be in the output, in whatever case."""
    for finding in findings:
        if not re.search(finding, text, re.IGNORECASE | re.DOTALL):
            raise DemoError("the output above does not show: " + finding)


def refuse(text: str, *secrets: str) -> None:
    for secret in secrets:
        if secret in text:
            raise DemoError("the output above shows a secret: " + secret)
