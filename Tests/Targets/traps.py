"""Objects that say so when anything of theirs is called: whoever only looks leaves no trace in `touched`."""

from typing import Any, List

touched: List[str] = []


def note(name: str) -> Any:
    def method(*arguments: object) -> Any:
        touched.append(name)
        raise RuntimeError(name)

    return method


class TrapType(type):
    """The class of traps, which are traps themselves."""

    __eq__ = note("type.__eq__")
    __hash__ = note("type.__hash__")
    __bool__ = note("type.__bool__")
    __repr__ = note("type.__repr__")
    __getattribute__ = note("type.__getattribute__")
    __instancecheck__ = note("type.__instancecheck__")
    __subclasscheck__ = note("type.__subclasscheck__")


class Trap(metaclass=TrapType):
    __slots__ = ("inner",)
    __getattribute__ = note("__getattribute__")
    __repr__ = note("__repr__")
    __str__ = note("__str__")
    __eq__ = note("__eq__")
    __hash__ = note("__hash__")
    __bool__ = note("__bool__")
    __len__ = note("__len__")
    __iter__ = note("__iter__")
    __call__ = note("__call__")
    __fspath__ = note("__fspath__")
    __index__ = note("__index__")
    __class__ = property(note("__class__"))
    __dict__ = property(note("__dict__"))


class OlderDefaults:
    PLAIN_DEFAULT = "as it was"
    OLDER_DEFAULT = "as it was"


class Defaults(OlderDefaults):
    """Settings of which each is made when it is asked for."""

    PLAIN_DEFAULT = "as it is"
    MADE_WHEN_ASKED = property(note("property"))
    __getattr__ = note("Defaults.__getattr__")


class TrapDict(dict):
    __len__ = note("dict.__len__")
    __iter__ = note("dict.__iter__")
    __getitem__ = note("dict.__getitem__")
    items = note("dict.items")
    keys = note("dict.keys")
    get = note("dict.get")


class TrapText(str):
    __str__ = note("str.__str__")
    __eq__ = note("str.__eq__")
    __hash__ = str.__hash__
    __len__ = note("str.__len__")
    encode = note("str.encode")


class Trapped:
    """Its attributes are in a dictionary that is a trap."""

    view_class = None

    def __init__(self) -> None:
        self.__dict__ = TrapDict(view_class=5)
