"""owned.py: waits, and answers a line `counts` with how many names its main module and its builtins have, how many
modules are called ispyd, and how many functions and frames of an agent the collector knows. It collects nothing, but
on free-threaded builds, where functions go by collection alone (PEP 703, deferred reference counting)."""

import builtins
import gc
import os
import sys
import sysconfig
from types import FrameType, FunctionType

import target


def counts() -> str:
    ours = [name for name in sys.modules if name.startswith("ispyd")]
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        gc.collect()
    objects = gc.get_objects()
    functions = [o for o in objects if type(o) is FunctionType and o.__code__.co_filename.startswith("<ispyd-")]
    frames = [o for o in objects if type(o) is FrameType and o.f_code.co_filename.startswith("<ispyd-")]
    return "{} {} {} {}".format(len(globals()), len(vars(builtins)), len(ours), len(functions) + len(frames))


gc.disable()
target.begin()
_ = ""
target.ready()
for _ in sys.stdin:
    print(counts(), flush=True)
os._exit(0)
