# How the plugins of frameworks look at an application's objects, and tell them in words. As everywhere nothing of
# theirs is called: what is not exactly of a type of Python's own is told by its type.

import types

# Characters of one text, entries of one collection, and what an answer may hold in all, of each kind and in bytes.
TEXT_LIMIT = 4096
ENTRY_LIMIT = 1000
DEPTH_LIMIT = 8
ROW_LIMIT = 5000
ANSWER_BYTES = 2 << 20
# Rows of which one is not shown are still counted, up to here.
COUNT_LIMIT = 100000


def own_items(thing: object) -> list:
    """The attributes that the object itself holds in its dictionary."""
    try:
        return items_of(fields(thing))
    except AttributeError:
        return []


def entry(mapping: object, name: str) -> object:
    if is_a(mapping, dict):
        return dict.get(mapping, name)
    return mapping.get(name) if type(mapping) is types.MappingProxyType else None


def attribute(thing: object, *names: str) -> object:
    """The first of these attributes that the object itself holds, in its dictionary or in a slot, and is not None."""
    for name in names:
        slot = in_class(thing, name)
        try:
            found = slot.__get__(thing) if type(slot) is SLOT else entry(fields(thing), name)
        except AttributeError:
            continue
        if found is not None:
            return found
    return None


def known_class(module: str, name: str, package: str) -> type:
    """A class of a package that the application has imported."""
    found = attribute(sys.modules.get(module), name)
    if not is_a(found, type):
        raise refusal("the application does not use %s" % package)
    return found


def items_of(thing: object) -> list:
    """Of a dictionary, also one of a derived type."""
    return list(dict.items(thing)) if is_a(thing, dict) else []


def cell_content(cell: object) -> object:
    """What a function's closure holds in one place; None where that is empty."""
    try:
        return cell.cell_contents if type(cell) is types.CellType else None
    except ValueError:
        return None


def sequence(thing: object) -> list:
    return list(thing) if is_exactly(thing, list, tuple) else []


def clean(text: object) -> str | None:
    """A text as an answer can hold it; None where it is none."""
    if type(text) is not str:
        return None
    if len(text) > TEXT_LIMIT:
        # The beginning of a secret could no longer be told from another text.
        return "<text of %d characters>" % len(text)
    return text.encode("utf-8", "backslashreplace").decode()


def class_name(kind: type) -> str:
    module = type.__dict__["__module__"].__get__(kind) if kind is not type else "builtins"
    name = type.__dict__["__qualname__"].__get__(kind)
    return "%s.%s" % (clean(module) or "?", clean(name) or "?")


def called(thing: object) -> str:
    """What a function, a method or a class is called, with its module; of any other object its type."""
    if type(thing) is types.MethodType:
        thing = thing.__func__
    if type(thing) is types.FunctionType:
        return "%s.%s" % (clean(thing.__module__) or "?", clean(thing.__qualname__) or "?")
    if is_a(thing, type):
        return class_name(thing)
    if class_name(type(thing)) == "functools.partial":
        return "functools.partial of " + called(attribute(thing, "func"))
    return "<%s>" % class_name(type(thing))


def told(value: object) -> str:
    kind = type(value)
    if kind is str:
        return clean(value) or ""
    if kind is int and value.bit_length() > 1000:
        return "<int of %d bits>" % value.bit_length()
    if value is None or is_exactly(value, bool, int, float):
        return setting_text(value)
    if is_exactly(value, bytes, bytearray):
        return "<%s of %d bytes>" % (kind.__name__, len(value))
    name = class_name(kind)
    if name == "datetime.timedelta" and kind is attribute(sys.modules.get("datetime"), "timedelta"):
        return str(value)
    if any(kind is attribute(sys.modules.get("pathlib"), name) for name in ("PosixPath", "PurePosixPath")):
        # Of Python's own, though it is written in Python.
        return clean(kind.__fspath__(value)) or "<%s>" % name
    return called(value)


def flatten(value: object, name: str, into: dict, around: tuple = ()) -> None:
    """Lays a setting into `into`, by dotted names down to what is one text or a list of such: the name is what it is
    judged by, whether it may be shown."""
    entries = items_of(value) or (list(value) if is_exactly(value, list, tuple, set, frozenset) else None)
    if entries is None:
        into[name] = told(value) if not is_a(value, dict) else "<empty>"
    elif id(value) in around or len(around) == DEPTH_LIMIT:
        into[name] = "<%d entries>" % len(entries)
    elif is_a(value, dict) or any(is_a(item, dict, list, tuple) for item in entries[:ENTRY_LIMIT]):
        for key, item in entries[:ENTRY_LIMIT] if is_a(value, dict) else enumerate(entries[:ENTRY_LIMIT]):
            if len(into) > ROW_LIMIT:
                break
            flatten(item, "%s.%s" % (name, told(key)), into, (*around, id(value)))
    else:
        into[name] = [told(item) for item in entries[:ENTRY_LIMIT]]
    if entries is not None and len(entries) > ENTRY_LIMIT:
        into[name + ".left_out"] = str(len(entries) - ENTRY_LIMIT)


def fitting(rows: object) -> tuple:
    """As many of these rows as an answer holds, and how many are left out."""
    shown, left, size = [], 0, 0
    for row in rows:
        size += len(json.dumps(row))
        if left or len(shown) == ROW_LIMIT or size > ANSWER_BYTES:
            left += 1
        else:
            shown.append(row)
        if left == COUNT_LIMIT:
            break
    return shown, left


def flat_settings(pairs: list, below: str) -> dict:
    """Settings by dotted names, those whose names begin so; `left_out` says of how many more at least."""
    into: dict = {}
    for name, value in sorted(pairs, key=lambda pair: pair[0]):
        if name.startswith(below.split(".")[0]):
            flatten(value, name, into)
    shown, left = fitting([item for item in into.items() if (item[0] + ".").startswith(below)])
    return {**dict(shown), **({"left_out": left} if left else {})}
