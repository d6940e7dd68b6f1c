"""owned.py: waits, and answers a line `counts` with how many names its main module and its builtins have, and how many
modules are called ispyd."""

import builtins
import os
import sys

import target


def counts() -> str:
    ours = [name for name in sys.modules if name.startswith("ispyd")]
    return "{} {} {}".format(len(globals()), len(vars(builtins)), len(ours))


target.begin()
_ = ""
target.ready()
for _ in sys.stdin:
    print(counts(), flush=True)
os._exit(0)
