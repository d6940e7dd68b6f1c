#!/usr/bin/env python3
"""Makes the tables of offsets in Sources/CPython/Layout from CPython's own headers.

    generate.py INCLUDE [--free-threaded]

INCLUDE is the folder with Python.h and internal/, as `pythonX.Y-dev` or a built interpreter ships it. Nothing of it is
run: a C file full of offsetof, sizeof and constants is compiled, and the numbers are read from the object file.

Documentation/AddingAPythonVersion.md has the steps around it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

import swift
from fields import DEBUG_OFFSETS, GROUPS
from probe import Build, Probe, ProbeError
from shapes import NEWEST, Shape, Version, shapes
from table import Number, Published, Table

ROOT = Path(__file__).resolve().parents[2]
TYPES = {
    # Structures that have no typedef.
    "_gil_runtime_state": "struct _gil_runtime_state",
    "gc_generation": "struct gc_generation",
    "_gc_runtime_state": "struct _gc_runtime_state",
    "_dictkeysobject": "struct _dictkeysobject",
    "_dictvalues": "struct _dictvalues",
    "PyMemberDef": "struct PyMemberDef",
    "PyMethodDef": "struct PyMethodDef",
}


# MARK: - Spellings


def applies(limit: str, version: Version) -> bool:
    """Whether `3.8` or `3.8-3.10` has a version."""
    first, _, last = limit.partition("-")
    bounds = [tuple(int(part) for part in bound.split(".")) for bound in (first, last or first)]
    return bounds[0] <= version <= bounds[1]


def of_version(spellings: tuple[str, ...], version: Version) -> list[str]:
    """The spellings that are for a version, without their limits."""
    found = []
    for spelling in spellings:
        limit = re.match(r"(3\.\d+(?:-3\.\d+)?):(.*)", spelling)
        if not limit:
            found.append(spelling)
        elif applies(limit[1], version):
            found.append(limit[2])
    return found


def c_type(name: str, local: set[str]) -> str:
    return name if name in local else TYPES.get(name, name)


def c_expression(spelling: str, local: set[str]) -> str:
    """The C expression for a spelling; that of a bit-field is the offset of the word around it."""
    kind, _, rest = spelling.rpartition(":")
    if kind.startswith("expr"):
        return spelling.removeprefix("expr:")
    if kind == "sizeof":
        return f"sizeof({c_type(rest, local)})"
    if kind == "const":
        return rest
    if kind == "bits":
        rest = rest.rpartition(".")[0]
    structure, _, member = rest.partition(".")
    return f"offsetof({c_type(structure, local)}, {member})"


def mask(probe: Probe, spelling: str, offset: int) -> int:
    """The bits of a bit-field in the 32-bit word at `offset`: set them all, and look."""
    structure, _, member = spelling.removeprefix("bits:").partition(".")
    image = probe.initial_bytes(f"const {structure}", f"{{ .{member} = -1 }}")
    return int.from_bytes(image[offset : offset + 4], "little")


# MARK: - Measuring


def declarations(version: Version, found: list[Shape]) -> list[str]:
    lines = ["#ifdef Py_GIL_DISABLED", "# define FREE_THREADED(x) x", "#else", "# define FREE_THREADED(x)", "#endif"]
    for shape in found:
        # The source that includes the headers knows some of these by their tag only.
        tag = shape.name if shape.name == "_dictkeysobject" else f"ispy_{shape.name}"
        lines.append(f"typedef struct {tag} {{ {shape.members} }} {shape.name};")
    return lines


def measure(build: Build) -> Table:
    hex_version = Probe(build, []).values(["PY_VERSION_HEX"])["PY_VERSION_HEX"]
    version = (hex_version >> 24, hex_version >> 16 & 0xFF)
    found = shapes(version)
    unconfirmed = {shape.name for shape in shapes(NEWEST)} - {shape.name for shape in found}
    if version > NEWEST and unconfirmed:
        raise ProbeError(f"nobody has looked whether these are as before: {', '.join(sorted(unconfirmed))} (shapes.py)")
    probe = Probe(build, declarations(version, found))
    local = {shape.name for shape in found}

    rows = {
        f"{group}.{name}": of_version(tuple(spellings), version)
        for group, members in GROUPS.items()
        for name, *spellings in members
    }
    candidates = sorted({c_expression(spelling, local) for spellings in rows.values() for spelling in spellings})
    values = probe.values(probe.known(candidates))

    fields: dict[str, Number] = {}
    for name, spellings in rows.items():
        spelling = next((text for text in spellings if c_expression(text, local) in values), None)
        if spelling is None:
            if not name.endswith("?"):
                raise ProbeError(f"{name} is in no header: tried {', '.join(spellings)}")
            continue
        value = values[c_expression(spelling, local)]
        if spelling.startswith("bits:"):
            value = mask(probe, spelling, value)
        fields[name.rstrip("?")] = Number(value, spelling)

    return Table(
        version,
        hex_version,
        build.free_threaded,
        fields,
        published(build, probe, fields, local),
        sources(build.include, fields, found),
    )


def published(build: Build, probe: Probe, fields: dict[str, Number], local: set[str]) -> Published | None:
    """What `_Py_DebugOffsets` has, from its declaration."""
    for header in ("pycore_debug_offsets.h", "pycore_runtime.h"):
        path = build.include / "internal" / header
        if path.exists() and "typedef struct _Py_DebugOffsets {" in path.read_text():
            break
    else:
        return None
    body = re.search(r"typedef struct _Py_DebugOffsets \{(.*?)\n\} _Py_DebugOffsets;", path.read_text(), re.DOTALL)
    if not body:
        raise ProbeError(f"cannot read the declaration of _Py_DebugOffsets in {path}")
    names = [
        f"{structure}.{member}"
        for members, structure in re.findall(r"struct\s*\w*\s*\{([^}]*)\}\s*(\w+);", body[1])
        for member in re.findall(r"uint64_t (\w+);", members)
    ]
    expressions = {name: f"offsetof(_Py_DebugOffsets, {name})" for name in names}
    positions = probe.values([*expressions.values(), "sizeof(_Py_DebugOffsets)"])
    widths = {}
    for name in names:
        field = fields.get(DEBUG_OFFSETS.get(name, ""))
        if field and ":" not in field.spelling:
            structure, _, member = field.spelling.partition(".")
            widths[name] = f"sizeof((({c_type(structure, local)} *)0)->{member})"
    measured = probe.values(sorted(set(widths.values())))
    return Published(
        positions["sizeof(_Py_DebugOffsets)"],
        {name: positions[text] for name, text in expressions.items()},
        {name: measured[text] for name, text in widths.items()},
        f"Include/internal/{path.name}",
    )


def sources(include: Path, fields: dict[str, Number], found: list[Shape]) -> dict[str, str]:
    """Which file declares each group of fields."""
    places = {shape.name: shape.source for shape in found}
    tags = {
        "PyThreadState": "_ts",
        "PyInterpreterState": r"(?:_is|pyinterpreters?)",
        "PyTypeObject": "_typeobject",
        "PyFrameObject": "_frame",
        "PyHeapTypeObject": "_heaptypeobject",
        "PyTracebackObject": "_traceback",
        "PyWeakReference": "_PyWeakReference",
        "_PyRuntimeState": "pyruntimestate",
        "PyObject": "_object",
        "PyLongObject": "_longobject",
    }
    texts = {path: path.read_text() for path in sorted(include.rglob("*.h"))}
    for spelling in {number.spelling for number in fields.values()}:
        structure = re.sub(r"^(sizeof|bits):", "", spelling).partition(".")[0]
        if ":" in structure or structure in places:
            continue
        tag = tags.get(structure, structure)
        pattern = re.compile(
            rf"^struct {tag} (?:\{{|_Py\w+_DEF\()|^typedef struct {tag} \{{|^\}} ?{structure};", re.MULTILINE
        )
        for path, text in texts.items():
            if pattern.search(text):
                places[structure] = f"Include/{path.relative_to(include)}"
                break
    return places


# MARK: - Output


def independent(table: Table, path: Path) -> list[str]:
    """Where the table differs from one measured by other means (Tests/Fixtures/layouts/measured.json)."""
    measured = json.loads(path.read_text())
    version = f"{table.name.rstrip('t')}.{table.hex_version >> 8 & 0xFF}{'t' if table.free_threaded else ''}"
    if version not in measured["versions"]:
        return [f"{path} has no {version}"]
    column = measured["versions"].index(version)
    differences = []
    for name, row in measured["fields"].items():
        found = table.fields.get(name)
        if row[column] is not None and (found is None or found.value != row[column]):
            differences.append(f"{name}: generated {found.value if found else None}, measured {row[column]}")
    return differences


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("include", type=Path, help="folder with Python.h and internal/")
    parser.add_argument("--free-threaded", action="store_true", help="the build with --disable-gil")
    parser.add_argument("--cc", default="cc", help="the C compiler, with its own options")
    parser.add_argument("--output", type=Path, default=ROOT / "Sources/CPython/Layout", help="where the files go")
    parser.add_argument("--check", type=Path, metavar="FILE", help="compare with a measured table; write nothing")
    arguments = parser.parse_args()
    try:
        table = measure(Build(arguments.include.resolve(), arguments.free_threaded, arguments.cc))
    except ProbeError as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 1
    if arguments.check:
        differences = independent(table, arguments.check)
        print("\n".join(differences) or f"{table.name}: {len(table.fields)} fields as measured")
        return 1 if differences else 0
    for name, text in swift.files(table).items():
        (arguments.output / name).write_text(text)
        print(arguments.output / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
