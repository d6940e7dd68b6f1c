# How objects of the application are looked at, with nothing of theirs being called.

# What Python itself makes for the slots of an object and for its dictionary, unlike a property of that name.
SLOT = type(type(sys).__dict__["__dict__"])
DICTIONARY = (SLOT, type(type.__dict__["__dict__"]))


def is_exactly(thing: object, *wanted: type) -> bool:
    """Whether its type is one of these, with no type being asked what it is equal to."""
    return any(type(thing) is kind for kind in wanted)


def is_a(thing: object, *wanted: type) -> bool:
    """Whether its type is one of these, or is derived from one."""
    return any(type.__subclasscheck__(kind, type(thing)) for kind in wanted)


def kinds(thing: object) -> tuple:
    """Its type and those above it, whatever it says of itself."""
    return type.__dict__["__mro__"].__get__(type(thing))


def in_class(thing: object, name: str) -> object:
    """What its class has under that name, as it is there; None where there is nothing."""
    for kind in kinds(thing):
        found = type.__dict__["__dict__"].__get__(kind).get(name)
        if found is not None:
            return found
    return None


def fields(thing: object) -> dict:
    slot = in_class(thing, "__dict__")
    if not is_exactly(slot, *DICTIONARY):
        raise AttributeError("__dict__")
    return slot.__get__(thing)


def type_name(thing: object) -> str:
    return type.__dict__["__name__"].__get__(type(thing))


def setting_text(value: object) -> str:
    """A setting as it is typed, a switch as on or off; `none` where there is none."""
    if value is None:
        return "none"
    if type(value) is bool:
        return "on" if value else "off"
    return str(value) if is_exactly(value, int, float, str) else "of another type"
