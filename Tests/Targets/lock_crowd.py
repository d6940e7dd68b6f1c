"""Threads that wait each for a lock of its own, which has a name in the module: as many as the argument says."""

import sys
import threading
from typing import Callable

from target import begin, ready, wait_for_end

COUNT = int(sys.argv[1])


def waiter(number: int) -> Callable[[], None]:
    lock = threading.Lock()
    lock.acquire()
    globals()["lock_{}".format(number)] = lock
    # Each has code of its own, which names its lock.
    source = "def wait():\n    with lock_{}:\n        pass\n".format(number)
    names = globals()
    exec(source, names)
    wait: Callable[[], None] = names["wait"]
    return wait


begin()
threading.stack_size(256 * 1024)
for index in range(COUNT):
    threading.Thread(target=waiter(index), name=str(index), daemon=True).start()
ready()
wait_for_end()
