# How objects of the application are looked at, with nothing of theirs being called.


def fields(thing: object) -> dict:
    return object.__getattribute__(thing, "__dict__")


def type_name(thing: object) -> str:
    return type.__dict__["__name__"].__get__(type(thing))


def setting_text(value: object) -> str:
    """A setting as it is typed, a switch as on or off; `none` where there is none."""
    if value is None:
        return "none"
    if type(value) is bool:
        return "on" if value else "off"
    return str(value) if type(value) in (int, float, str) else "of another type"
