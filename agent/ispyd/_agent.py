"""The agent, put together once from its parts, which are those that the programs attach to a process.

In git they lie in Sources/Attaching/Agent; Scripts/agent-package lays them into `parts` beside this file.
"""

from __future__ import annotations

import os
import pkgutil

# In the order in which they are laid one behind the other (Sources/Attaching/Bootstrap.swift); what plugins have in
# common follows, and then they.
CORE = ("agent.py", "objects.py", "changes.py", "work.py", "foreign.py")


def text() -> str:
    here = os.path.dirname(os.path.abspath(__file__))
    others = [name for name in os.listdir(os.path.join(here, "parts")) if name.endswith(".py") and name not in CORE]
    others.sort(key=lambda name: (name.endswith("_plugin.py"), name))
    parts = [pkgutil.get_data("ispyd", "parts/" + name) or b"" for name in [*CORE, *others]]
    return b"".join(parts).decode()


def put_together() -> dict:
    # Not the name by which an attached one is known from outside (`<ispyd-`): both may be in one process.
    space: dict = {"__name__": "ispyd"}
    exec(compile(text(), "<ispyd>", "exec"), space)
    return space


agent = put_together()
