"""Writes tables of offsets as Swift, in the form that swift-format leaves alone."""

from __future__ import annotations

from fields import DEBUG_OFFSETS, ELSEWHERE, GROUPS, NESTED, ONLY_FREE_THREADED, SIZES
from table import Published, Table

WIDTH = 120
NOTICE = (
    "// Generated from CPython's headers by Scripts/layouts/generate.py (Documentation/AddingAPythonVersion.md): "
    "do not edit.\n"
)


def files(table: Table) -> dict[str, str]:
    """The files for a version, by name."""
    result = {f"Layout+{table.name}.swift": layout(table)}
    if table.published and not table.free_threaded:
        result[f"DebugOffsets+{table.name}.swift"] = debug_offsets(table, table.published)
    return result


def full_version(table: Table) -> str:
    build = "free-threaded build" if table.free_threaded else "default build"
    return f"CPython {table.version[0]}.{table.version[1]}.{table.hex_version >> 8 & 0xFF}, {build}"


def swift_name(table: Table) -> str:
    return "v" + table.name.replace(".", "_")


def layout(table: Table) -> str:
    groups = []
    for group, members in GROUPS.items():
        arguments, structures = [], []
        for name, *_ in members:
            number = table.fields.get(f"{group}.{name.rstrip('?')}")
            if number is None:
                continue
            arguments.append(f"{name.rstrip('?')}: {literal(number.value, number.spelling)}")
            structure = number.spelling.removeprefix("sizeof:").removeprefix("bits:").partition(".")[0]
            if ":" not in structure and structure not in structures:
                structures.append(structure)
        groups.append(comment(structures, table.sources) + call(group, arguments))
    hex_version = f"0x{table.hex_version >> 16:04x}_{table.hex_version & 0xFFFF:04x}"
    return (
        f"{NOTICE}\nextension Layout {{\n  /// {full_version(table)}.\n"
        f"  static let {swift_name(table)} = Layout(\n"
        f"    version: PythonVersion(hex: {hex_version}), isFreeThreaded: {str(table.free_threaded).lower()},\n"
        + ",\n".join(groups)
        + "\n  )\n}\n"
    )


def literal(value: int, spelling: str) -> str:
    return f"0x{value:x}" if spelling.startswith("bits:") else str(value)


def comment(structures: list[str], sources: dict[str, str]) -> str:
    """Which structures a group is of, and where CPython declares them."""
    by_file: dict[str, list[str]] = {}
    for structure in structures:
        if structure in sources:
            by_file.setdefault(sources[structure], []).append(
                structure.removeprefix("semaphore_").removeprefix("mutex_")
            )
    if not by_file:
        return ""
    parts = [f"{', '.join(dict.fromkeys(names))}: {file}" for file, names in by_file.items()]
    return "".join(f"    // {line}\n" for line in wrap(parts, "; ", WIDTH - 7))


def call(group: str, arguments: list[str]) -> str:
    type_name = f"{group[0].upper()}{group[1:]}Fields"
    line = f"    {group}: {type_name}({', '.join(arguments)})"
    # One more for the comma that follows.
    if len(line) < WIDTH:
        return line
    lines = wrap(arguments, ", ", WIDTH - 7)
    return f"    {group}: {type_name}(\n" + ",\n".join(f"      {text}" for text in lines) + ")"


def wrap(parts: list[str], separator: str, width: int) -> list[str]:
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(separator) + len(part) <= width:
            lines[-1] += separator + part
        else:
            lines.append(part)
    return lines


# MARK: - _Py_DebugOffsets


def debug_offsets(table: Table, published: Published) -> str:
    rows = [row(name, published) for name in published.positions]
    version = f"CPython {table.version[0]}.{table.version[1]}.{table.hex_version >> 8 & 0xFF}"
    return (
        f"{NOTICE}\nextension DebugOffsets {{\n  /// {version}, `_Py_DebugOffsets`: {published.source}.\n"
        f"  static let {swift_name(table)} = DebugOffsets(\n    size: {published.size},\n    fields: [\n"
        + "".join(f"      {text},\n" for text in rows)
        + "    ])\n}\n"
    )


def row(name: str, published: Published) -> str:
    position = published.positions[name]
    field = DEBUG_OFFSETS.get(name)
    store = f"$0.{field} = $1" if field else ""
    words = [f'"{name}"', f"at: {position}"]
    if name in SIZES or name.endswith(".size"):
        return closed(f".size({', '.join(words)})", store)
    width = ONLY_FREE_THREADED.get(name) or min(published.widths.get(name, 1), 8)
    if width != 8:
        words.append(f"bytes: {width}")
    if name in NESTED:
        words.append(f"base: {published.positions[NESTED[name]]}")
        return closed(f".nested({', '.join(words)})", store)
    structure = published.positions.get(f"{ELSEWHERE.get(name, name.partition('.')[0])}.size")
    if structure is not None:
        words.append(f"of: {structure}")
    if name in ONLY_FREE_THREADED:
        words.append("onlyFreeThreaded: true")
    return closed(f".member({', '.join(words)})", store)


def closed(head: str, store: str) -> str:
    if not store:
        return head
    line = f"{head} {{ {store} }}"
    # Six for the indentation, one for the comma.
    return line if len(line) + 7 <= WIDTH else f"{head} {{\n        {store}\n      }}"
