# What a probe takes of the application's objects: plain data in the shape of Documentation/Schemas.md's values.
#
# Breadth first, so that much of what is near is there before anything far away, and bounded in depth, in entries, in
# characters and in bytes. Nothing of the application is called: a container is read by the functions of Python's own
# type, an instance by its dictionary and its slots.

import collections
import types

CAPTURE_DEPTH = 3
CAPTURE_ITEMS = 100
CAPTURE_CHARACTERS = 255
CAPTURE_FRAMES = 20
CAPTURE_BYTES = 32768
# What the braces and names of one value take in JSON, about.
NODE_BYTES = 48


def make_taking(limits: dict | None = None) -> dict:
    """What one capture may still take: several values share it, as the locals of a frame do."""
    taking = {
        "depth": CAPTURE_DEPTH,
        "items": CAPTURE_ITEMS,
        "characters": CAPTURE_CHARACTERS,
        "bytes": CAPTURE_BYTES,
        "wasCut": False,
    }
    taking.update(limits or {})
    return taking


def captured(values: list, taking: dict) -> list:
    """Each of these as data."""
    waiting: collections.deque = collections.deque()
    nodes = [taken(value, taking, waiting, 0, ()) for value in values]
    while waiting:
        node, fill, value, depth, around = waiting.popleft()
        fill(node, value, taking, waiting, depth, around)
    return nodes


def taken(value: object, taking: dict, waiting: object, depth: int, around: tuple) -> dict:
    kind = type(value)
    known = SCALARS.get(id(kind))
    if taking["bytes"] <= 0:
        taking["wasCut"] = True
        return {"type": type_title(kind), "cut": True}
    if known is not None:
        node = known(value, taking)
        taking["bytes"] -= NODE_BYTES + len(node.get("value", "") if type(node.get("value")) is str else "")
        return node
    node = {"type": type_title(kind)}
    taking["bytes"] -= NODE_BYTES + len(node["type"])
    own = own_kind(value)
    if id(own) in SCALARS:
        # Of a type that is derived from one of Python's own, and not a container: as that.
        plain = SCALARS[id(own)](value, taking)
        plain["type"], plain["base"] = node["type"], plain["type"]
        return plain
    words = literal_of(value, kind)
    if words is not None:
        node["literal"] = words[: taking["characters"]]
    elif is_exactly(value, *NAMED) or is_a(value, type):
        node["name"] = (
            (clean(module_name(value)) or "?") if kind is type(sys) else called(value)[: taking["characters"]]
        )
    elif id(value) in around:
        node["cycle"] = True
    elif depth >= taking["depth"]:
        taking["wasCut"] = True
        node["cut"] = True
    else:
        fill = fill_mapping if own is dict else fill_sequence if own is not None else fill_object
        waiting.append((node, fill, value, depth + 1, (*around, id(value))))
    return node


def module_name(module: object) -> object:
    return fields(module).get("__name__")


def type_title(kind: type) -> str:
    module = type.__dict__["__module__"].__get__(kind) if kind is not type else "builtins"
    name = type.__dict__["__qualname__"].__get__(kind)
    name = (clean(name) or "?")[:200]
    return name if type(module) is not str or module == "builtins" else "%s.%s" % (clean(module[:200]), name)


def own_kind(value: object) -> object:
    """Which of Python's own types it is, or is derived from; None where it is another, or one of an enumeration."""
    own = next((kind for kind in kinds(value) if id(kind) in OWN_KINDS), None)
    return None if own is not type(value) and is_enumeration(type(value)) else own


def take_none(value: object, taking: dict) -> dict:
    return {"type": "NoneType", "singleton": "None"}


def take_bool(value: object, taking: dict) -> dict:
    return {"type": "bool", "value": value}


def take_int(value: int, taking: dict) -> dict:
    value = int.__add__(value, 0)
    if -(1 << 53) <= value <= 1 << 53:
        return {"type": "int", "value": value}
    # Converting a long one to decimal digits takes time that grows with its square.
    return {"type": "int", "value": str(value) if value.bit_length() <= 1024 else hex(value)[: taking["characters"]]}


def take_float(value: float, taking: dict) -> dict:
    value = float.__add__(value, 0.0)
    return {"type": "float", "value": value if value - value == 0 else str(value)}


def take_complex(value: complex, taking: dict) -> dict:
    return {"type": "complex", "value": complex_text(complex.__add__(value, 0))}


def complex_text(value: complex) -> str:
    return "%r %r" % (value.real, value.imag)


def take_str(value: str, taking: dict) -> dict:
    text = str.__getitem__(value, slice(0, taking["characters"]))
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    taking["bytes"] -= len(text)
    return {"type": "str", "value": text, "length": str.__len__(value)}


def take_bytes(value: bytes, taking: dict) -> dict:
    return bytes_node("bytes", bytes.__getitem__(value, slice(0, taking["characters"])), bytes.__len__(value), taking)


def take_bytearray(value: bytearray, taking: dict) -> dict:
    part = bytes(bytearray.__getitem__(value, slice(0, taking["characters"])))
    return bytes_node("bytearray", part, bytearray.__len__(value), taking)


def bytes_node(kind: str, part: bytes, length: int, taking: dict) -> dict:
    taking["bytes"] -= len(part)
    try:
        return {"type": kind, "utf8": part.decode(), "length": length}
    except UnicodeDecodeError:
        import binascii

        return {"type": kind, "base64": binascii.b2a_base64(part, newline=False).decode(), "length": length}


def is_enumeration(kind: type) -> bool:
    module = sys.modules.get("enum")
    metaclass = module and fields(module).get("EnumMeta")
    return type(metaclass) is type and any(one is metaclass for one in kinds(kind))


def literal_of(value: object, kind: type) -> str | None:
    """What the standard library has its own words for, by functions that are C all the way down."""
    if is_enumeration(kind):
        name = fields(value).get("_name_")
        return "%s.%s" % (type_title(kind).rpartition(".")[2], clean(name)) if type(name) is str else None
    decimal = sys.modules.get("_decimal")
    if decimal is not None and kind is decimal.Decimal:
        return kind.__str__(value)
    moments = sys.modules.get("_datetime")
    if moments is not None:
        if kind is moments.date or kind is moments.timedelta:
            return kind.__str__(value)
        if kind is moments.datetime or kind is moments.time:
            # Another zone than Python's own would be asked for its name.
            zone = value.tzinfo
            return kind.isoformat(value) if zone is None or type(zone) is moments.timezone else None
    uuid = sys.modules.get("uuid")
    if uuid is not None and kind is fields(uuid).get("UUID"):
        number = attribute(value, "int")
        if type(number) is int and 0 <= number < 1 << 128:
            digits = "%032x" % number
            return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return None


def fill_sequence(node: dict, value: object, taking: dict, waiting: object, depth: int, around: tuple) -> None:
    limit = taking["items"]
    kind = own_kind(value)
    count = kind.__len__(value)
    if kind is list or kind is tuple:
        items = list(kind.__getitem__(value, slice(0, limit)))
    else:
        # Of one step of the interpreter's each: nobody changes it meanwhile.
        items = first(kind.__iter__(value), limit)
    node["count"] = count
    node["items"] = [taken(item, taking, waiting, depth, around) for item in items]
    taking["wasCut"] = taking["wasCut"] or count > len(items)


def first(iterator: object, limit: int) -> list:
    items: list = []
    try:
        for item in iterator:
            if len(items) == limit:
                break
            items.append(item)
    except RuntimeError:
        # It was changed meanwhile, by another thread.
        pass
    return items


def fill_mapping(node: dict, value: dict, taking: dict, waiting: object, depth: int, around: tuple) -> None:
    items = first(iter(dict.items(value)), taking["items"])
    node["count"] = dict.__len__(value)
    node["entries"] = [
        {"key": taken(key, taking, waiting, depth, around), "value": taken(item, taking, waiting, depth, around)}
        for key, item in items
    ]
    taking["wasCut"] = taking["wasCut"] or node["count"] > len(items)


def fill_object(node: dict, value: object, taking: dict, waiting: object, depth: int, around: tuple) -> None:
    found: list = []
    try:
        found = [(name, item) for name, item in first(iter(dict.items(fields(value))), taking["items"] + 1)]
    except (AttributeError, TypeError):
        pass
    for kind in kinds(value):
        for name, slot in list(type.__dict__["__dict__"].__get__(kind).items()):
            if type(slot) is SLOT and name not in ("__dict__", "__weakref__"):
                try:
                    found.append((name, slot.__get__(value)))
                except AttributeError:
                    # It is not set.
                    pass
    if is_a(value, BaseException):
        found.append(("args", BaseException.args.__get__(value)))
    named = [(name, item) for name, item in found if type(name) is str]
    if not named:
        node["opaque"] = True
        return
    node["count"] = len(named)
    node["attributes"] = [
        {"name": clean(name[:200]), "value": taken(item, taking, waiting, depth, around)}
        for name, item in named[: taking["items"]]
    ]
    taking["wasCut"] = taking["wasCut"] or len(named) > taking["items"]


# By address: a class can say itself what it is equal to.
SCALARS = {
    id(type(None)): take_none,
    id(bool): take_bool,
    id(int): take_int,
    id(float): take_float,
    id(complex): take_complex,
    id(str): take_str,
    id(bytes): take_bytes,
    id(bytearray): take_bytearray,
}
OWN_KINDS = frozenset((*SCALARS, *map(id, (dict, list, tuple, set, frozenset, collections.deque))))
NAMED = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, types.CodeType)


def captured_names(pairs: list, taking: dict) -> list:
    """Variables as fields: the values share what may be taken."""
    pairs = [(name, value) for name, value in pairs if type(name) is str][: taking["items"]]
    nodes = captured([value for _, value in pairs], taking)
    return [{"name": clean(name[:200]), "value": node} for (name, _), node in zip(pairs, nodes)]


def local_items(frame: object, names: list | None = None) -> list:
    """The local variables of a frame, those of a hook left out; or its parameters."""
    own = frame.f_locals
    if names is not None:
        return [(name, own[name]) for name in names if name in own]
    return [(name, own[name]) for name in list(own) if type(name) is str and not name.startswith(HOOK_NAME)]


def code_title(code: object) -> str | None:
    """What it is called, with what it is in from 3.11 on."""
    return clean(getattr(code, "co_qualname", code.co_name))


def place_of(frame: object, line: int | None = None) -> dict:
    code = frame.f_code
    return {
        "file": clean(code.co_filename),
        "line": frame.f_lineno if line is None else line,
        "function": code_title(code),
    }


def stack_of(frame: object, limit: int = CAPTURE_FRAMES) -> list:
    """Where the frame is and who called it, innermost first; hooks, and what is ours, left out."""
    places: list = []
    while frame is not None and len(places) < limit:
        name = frame.f_code.co_filename
        if name != HOOK_FILE and name != stack_of.__code__.co_filename:
            places.append(place_of(frame))
        frame = frame.f_back
    return places
