"""What was measured of one version and build: the numbers between the probe and the Swift that is written of them."""

from __future__ import annotations

from typing import NamedTuple

from shapes import Version


class Published(NamedTuple):
    """The numbers of `_Py_DebugOffsets`: where they stand in it, and how wide the members are that they are for."""

    size: int
    positions: dict[str, int]
    widths: dict[str, int]
    source: str


class Number(NamedTuple):
    """A field's number and where it is from."""

    value: int
    spelling: str


class Table(NamedTuple):
    """All numbers of one version and build."""

    version: Version
    hex_version: int
    free_threaded: bool
    fields: dict[str, Number]
    published: Published | None
    sources: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.version[0]}.{self.version[1]}{'t' if self.free_threaded else ''}"
