"""Asks a C compiler for numbers: the constants of an object file that is compiled and read, never run."""

from __future__ import annotations

import re
import shlex
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

# In the order in which they can be included; what a version does not have is left out.
HEADERS = [
    "Python.h",
    "frameobject.h",
    "structmember.h",
    "datetime.h",
    "internal/pycore_pystate.h",
    "internal/pycore_runtime.h",
    "internal/pycore_interp.h",
    "internal/pycore_tstate.h",
    "internal/pycore_frame.h",
    "internal/pycore_interpframe.h",
    "internal/pycore_interpframe_structs.h",
    "internal/pycore_code.h",
    "internal/pycore_dict.h",
    "internal/pycore_gc.h",
    "internal/pycore_gil.h",
    "internal/pycore_llist.h",
    "internal/pycore_lock.h",
    "internal/pycore_moduleobject.h",
    "internal/pycore_object.h",
    "internal/pycore_pymem.h",
    "internal/pycore_stackref.h",
    "internal/pycore_traceback.h",
    "internal/pycore_debug_offsets.h",
]


class ProbeError(Exception):
    """The compiler did not do what was asked."""


class Build(NamedTuple):
    """The headers of a CPython, and the build of it that is asked about."""

    include: Path
    free_threaded: bool
    compiler: str

    def command(self, *more: str) -> list[str]:
        flags = ["-w", "-DPy_BUILD_CORE=1", f"-I{self.include}", f"-I{self.include}/internal"]
        # Debian's pyconfig.h includes <x86_64-linux-gnu/python3.13/pyconfig.h>, beside the include folder. That
        # comes after the system's own folders, so that nothing of another distribution's libc is taken from there.
        flags += ["-idirafter", str(self.include.parent)]
        if self.free_threaded:
            flags.append("-DPy_GIL_DISABLED=1")
        return [*shlex.split(self.compiler), *flags, *more]


class Probe:
    """Numbers of one build, by C expressions."""

    def __init__(self, build: Build, declarations: list[str]) -> None:
        self.build = build
        includes = [f"#include <{header}>" for header in HEADERS if (build.include / header).exists()]
        self.preamble = "\n".join([*includes, "#include <stddef.h>", *declarations, ""])

    def known(self, expressions: list[str]) -> list[str]:
        """Those of the expressions that this version can compile: the others name what it does not have."""
        first_line = self.preamble.count("\n") + 1
        lines = [f"long long ispy_{n}(void) {{ return (long long)({text}); }}" for n, text in enumerate(expressions)]
        source = self.preamble + "\n".join(lines) + "\n"
        limit = "-ferror-limit=0" if "clang" in self._run(self.build.command("--version")).stdout else "-fmax-errors=0"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "probe.c"
            path.write_text(source)
            messages = self._run(self.build.command("-fsyntax-only", limit, str(path)), may_fail=True).stderr
        bad: set[int] = set()
        for file, line, text in re.findall(r"^(\S+?):(\d+):\d+: (?:fatal )?error: (.*)$", messages, re.MULTILINE):
            number = int(line) - first_line
            if Path(file).name != "probe.c" or number < 0:
                raise ProbeError(f"the headers do not compile: {file}:{line}: {text}")
            bad.add(number)
        return [text for n, text in enumerate(expressions) if n not in bad]

    def values(self, expressions: list[str]) -> dict[str, int]:
        """The values of constant expressions."""
        if not expressions:
            return {}
        rows = "".join(f"  (long long)({text}),\n" for text in expressions)
        section = self._section(
            f'const long long ispy_values[] __attribute__((section(".ispy"), used)) = {{\n{rows}}};\n'
        )
        return dict(zip(expressions, struct.unpack(f"<{len(expressions)}q", section), strict=True))

    def initial_bytes(self, type_name: str, initializer: str) -> bytes:
        """What an object with this initializer looks like in memory."""
        return self._section(
            f'{type_name} ispy_object __attribute__((section(".ispy"), used, aligned(8))) = {initializer};\n'
        )

    def _section(self, code: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            source, compiled = Path(folder) / "probe.c", Path(folder) / "probe.o"
            source.write_text(self.preamble + code)
            self._run(self.build.command("-O0", "-fno-pie", "-c", "-o", str(compiled), str(source)))
            return section(compiled.read_bytes(), ".ispy")

    @staticmethod
    def _run(command: list[str], *, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        if done.returncode and not may_fail:
            raise ProbeError(f"{shlex.join(command)} failed:\n{done.stderr}")
        return done


def section(image: bytes, wanted: str) -> bytes:
    """The bytes of a section of a 64-bit little-endian ELF file, of whatever machine."""
    if image[:6] != b"\x7fELF\x02\x01":
        raise ProbeError("not a 64-bit little-endian object file")
    (table,) = struct.unpack_from("<Q", image, 0x28)
    entry_size, count, names_index = struct.unpack_from("<HHH", image, 0x3A)
    entries = [struct.unpack_from("<IIQQQQIIQQ", image, table + n * entry_size) for n in range(count)]
    names = entries[names_index][4]
    for entry in entries:
        start = names + entry[0]
        if image[start : image.index(b"\0", start)] == wanted.encode():
            return image[entry[4] : entry[4] + entry[5]]
    raise ProbeError(f"no section {wanted} in the object file")
