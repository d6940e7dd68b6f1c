"""Names the wheel by what its programs need, not by the interpreter that builds it (Scripts/wheel-tag says what)."""

import os
from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Tag(BuildHookInterface):
    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        build_data["pure_python"] = False
        build_data["tag"] = "py3-none-" + os.environ["ISPYD_WHEEL_TAG"]
