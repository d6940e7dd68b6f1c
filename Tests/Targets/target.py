"""What every program in this folder shares: how it says that it is ready, what it answers, and how it ends.

A program prints `ready` once all that a test wants to see is in place, and ends when its standard input closes,
so that none outlives the test that started it. In between it answers one question, `stacks`, with what Python itself
says of its threads: the truth that a reader from outside is held to.
"""

import json
import os
import signal
import sys
import threading
import time
from types import CodeType, FrameType
from typing import Callable, Dict, List, Optional


def begin() -> None:
    """Gives the process an end by the kernel, for the case that nobody closes its standard input."""
    signal.alarm(int(os.environ.get("TARGET_SECONDS", "600")))


def ready(*facts: object) -> None:
    """Says that everything is in place."""
    print("ready", *facts, flush=True)


def wait_for_end() -> None:
    """Blocks the calling thread until standard input closes, then ends the process at once.

    At once, since some programs hold threads that could never be joined. A line `stacks` is answered by `stacks()`.
    """
    pending = b""
    while True:
        data = os.read(0, 4096)
        if not data:
            os._exit(0)
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            if line == b"stacks":
                print(json.dumps(stacks()), flush=True)


def stacks() -> List[Dict[str, object]]:
    """Every thread with its frames, innermost first, each as [file, line, name, qualified name].

    The qualified name is None before 3.11, where code objects have none. Frames of this module's own answer are left
    out, so that the asking thread shows what it shows while it waits.
    """
    threads = {thread.ident: thread for thread in threading.enumerate()}
    answer: List[Dict[str, object]] = []
    for ident, top in sys._current_frames().items():
        frame: Optional[FrameType] = top
        while frame is not None and frame.f_code is stacks.__code__:
            frame = frame.f_back
        frames = []
        while frame is not None:
            code: CodeType = frame.f_code
            line = frame.f_lineno
            if code is wait_for_end.__code__:
                # While it waits, it stands at the read.
                line = _line_of_read()
            frames.append([code.co_filename, line, code.co_name, getattr(code, "co_qualname", None)])
            frame = frame.f_back
        thread = threads.get(ident)
        answer.append(
            {
                "ident": ident,
                "native_id": thread.native_id if thread else None,
                "name": thread.name if thread else None,
                "daemon": thread.daemon if thread else None,
                "frames": frames,
            }
        )
    return answer


def _line_of_read() -> int:
    with open(__file__, encoding="utf-8") as source:
        for number, text in enumerate(source, 1):
            if "data = os.read(0, 4096)" in text:
                return number
    raise LookupError("the read of wait_for_end")


class Settling:
    """Waits until threads have all come to the call that they stay in.

    Each says `about_to_block` right before that call. While the switch interval is huge, a thread gives the GIL up
    only by blocking, so once another thread runs again and sees the mark, the call has been made. (Without a GIL the
    mark alone has to do: what follows it is a few instructions.)
    """

    def __init__(self) -> None:
        self._interval = sys.getswitchinterval()
        self._marks: List[int] = []
        sys.setswitchinterval(100)

    def about_to_block(self) -> None:
        self._marks.append(threading.get_ident())

    def wait(self, count: int, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while len(self._marks) < count:
            if time.monotonic() > end:
                raise TimeoutError("{} of {} threads came to their place".format(len(self._marks), count))
            time.sleep(0.001)
        sys.setswitchinterval(self._interval)


def start(name: str, body: Callable[..., None], *arguments: object) -> threading.Thread:
    """Starts a daemon thread."""
    thread = threading.Thread(target=body, args=arguments, name=name, daemon=True)
    thread.start()
    return thread
