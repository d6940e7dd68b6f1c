# What the parts of an expression do with values (Documentation/Expressions.md). Needs descriptions.py before it.
#
# A value is taken for what it is only where its type is exactly one of Python's own: of any other nothing is called,
# not even to hash it, to compare it, or to ask whether it is true. What takes long is counted in steps before it is
# done, in `budget`, a list of what is left; what others can change meanwhile is copied before it is gone through.

import _weakref

STEP_LIMIT = 2000
BIT_LIMIT = 256
RESULT_LIMIT = 4096
# Bytes that a Decimal takes, and classes that one object's class may have above it.
DECIMAL_LIMIT = 1024
CLASS_LIMIT = 64
# Names in one class, and how many classes are known by address to have no names but plain texts.
CLASS_NAME_LIMIT = 2000
PLAIN_CLASS_LIMIT = 1000
PLAIN_CLASSES: dict = {}
# Py_TPFLAGS_HEAPTYPE and Py_TPFLAGS_IMMUTABLETYPE: a class statement makes types that have the first alone.
HEAP_TYPE, IMMUTABLE_TYPE = 1 << 9, 1 << 8
CLASS_DICTIONARY, TYPE_FLAGS = type.__dict__["__dict__"].__get__, type.__dict__["__flags__"].__get__
# The class Decimal, once it is known.
DECIMAL: list = []

UNDECIDED = "undecided"
# What is passed for a name that is not there.
UNDEFINED = object()
# What Python raises where nothing else was wrong.
NO_ROOM = (RecursionError, MemoryError)
# As what values are compared.
NUMBER, TEXT, BYTES, NOTHING, CONTAINER = "number", "text", "bytes", "nothing", "container"


def undecided(words: str) -> LookupError:
    """Why an expression has no value for these values, in words that tell nothing of them."""
    return LookupError(UNDECIDED, words)


def missing() -> LookupError:
    return undecided("a variable that it names is not there")


def unfit(value: object) -> LookupError:
    return missing() if value is UNDEFINED else undecided("a value is of a type that it does not look into")


def charge(budget: list, steps: int) -> None:
    budget[0] -= steps
    if budget[0] < 0:
        raise undecided("it takes more than %d steps" % STEP_LIMIT)


def copied(collection: object) -> list:
    """What a collection holds, which others may change meanwhile."""
    try:
        return list(collection)
    except RuntimeError as error:
        if type(error) is RuntimeError:
            raise undecided("a collection was changed meanwhile") from None
        raise


# Sorts and weights


def sort_of(value: object) -> str | None:
    """As what it is compared; None where it is not looked into."""
    kind = type(value)
    if kind is int or kind is float or kind is bool:
        return NUMBER
    if kind is str:
        return TEXT
    if value is None:
        return NOTHING
    if kind is bytes:
        return BYTES
    if is_exactly(value, list, tuple, dict, set, frozenset):
        return CONTAINER
    return NUMBER if is_decimal(value) else None


def known_sort(value: object) -> str:
    sort = sort_of(value)
    if sort is None:
        raise unfit(value)
    return sort


def is_decimal(value: object) -> bool:
    """Whether it is a Decimal of Python's own, written in C; not where the application laid another into its place."""
    if not DECIMAL:
        module = sys.modules.get("_decimal")
        found = fields(module).get("Decimal") if type(module) is type(sys) else None
        if not is_exactly(found, type) or TYPE_FLAGS(found) & (HEAP_TYPE | IMMUTABLE_TYPE) == HEAP_TYPE:
            return False
        DECIMAL.append(found)
    return type(value) is DECIMAL[0]


def weight(value: object) -> int:
    """The steps that comparing it takes: one for every 64 characters or 512 bits."""
    kind = type(value)
    if kind is str or kind is bytes:
        return len(value) // 64
    return value.bit_length() // 512 if kind is int else 0


def plain(value: object) -> object:
    """A Decimal as a float, all else as it is."""
    kind = type(value)
    if kind is int or kind is float or kind is str:
        return value
    return decimal_number(value) if is_decimal(value) else value


def decimal_number(value: object) -> float:
    methods = CLASS_DICTIONARY(type(value))
    if methods["__sizeof__"](value) > DECIMAL_LIMIT:
        raise undecided("a Decimal has too many digits")
    try:
        return methods["__float__"](value)
    except ValueError:
        raise undecided("a Decimal is no number") from None


def number(value: object) -> float:
    """What can be reckoned with."""
    kind = type(value)
    if kind is int or kind is bool:
        return bounded(value)
    if kind is float:
        return value
    if is_decimal(value):
        return decimal_number(value)
    raise unfit(value)


def bounded(value: float) -> float:
    if type(value) is int and value.bit_length() > BIT_LIMIT:
        raise undecided("a whole number has more than 256 bits")
    return value


def truth(value: object) -> bool:
    """Whether it counts as true."""
    if type(value) is bool:
        return value
    if known_sort(value) is NUMBER:
        return plain(value) != 0
    return value is not None and len(value) > 0


# Comparing


def equal(left: object, right: object, budget: list | None) -> bool:
    """Without a budget where one of them is a literal, which has been paid for."""
    sort = known_sort(left)
    if sort is not known_sort(right):
        return False
    if sort is CONTAINER:
        raise undecided("collections are not compared")
    left, right = plain(left), plain(right)
    if budget is not None:
        charge(budget, min(weight(left), weight(right)))
    return left == right


def ordered(sign: str, left: object, right: object, budget: list | None) -> bool:
    sort = known_sort(left)
    if sort is not known_sort(right) or sort is NOTHING or sort is CONTAINER:
        raise undecided("values of such types have no order")
    left, right = plain(left), plain(right)
    if budget is not None:
        charge(budget, min(weight(left), weight(right)))
    if sign == "<":
        return left < right
    if sign == "<=":
        return left <= right
    return left > right if sign == ">" else left >= right


def contains(whole: object, value: object, budget: list) -> bool:
    sort = known_sort(value)
    if is_exactly(whole, str, bytes):
        if type(value) is not type(whole):
            raise undecided("a text is made of texts alone")
        # Up to 3.9 Python may compare each with each.
        charge(budget, len(whole) // 64 + len(whole) * len(value) // 1024)
        return value in whole
    if known_sort(whole) is not CONTAINER or sort is CONTAINER:
        raise undecided("such a value is in none of that type")
    value = plain(value)
    charge(budget, len(whole) * (1 + weight(value)))
    return any(sort_of(entry) is sort and plain(entry) == value for entry in copied(whole))


# Looking into objects


def item_of(whole: object, key: object, isLiteral: bool, budget: list) -> object:
    kind = type(key)
    if is_exactly(whole, list, tuple, str, bytes) and kind is int:
        try:
            return whole[key]
        except IndexError:
            raise undecided("it has no such item") from None
    if type(whole) is not dict or not is_exactly(key, int, str):
        raise unfit(whole)
    if not isLiteral:
        # What is asked for is known beforehand, so that what must not be told is not.
        raise undecided("a key of a dictionary is to be written out")
    found = found_in(whole, key, budget)
    if found is UNDEFINED:
        raise undecided("it has no such key")
    return found


def found_in(entries: dict, key: object, budget: list) -> object:
    """What is under this key, UNDEFINED where nothing is. No key of another type is hashed or compared."""
    kind = type(key)
    charge(budget, len(entries) * (1 + weight(key)))
    items = copied(entries.items())
    # Most often it is the very same text.
    for known, value in items:
        if known is key:
            return value
    for known, value in items:
        if type(known) is kind and known == key:
            return value
    return UNDEFINED


def attribute_of(thing: object, name: str, budget: list) -> object:
    """What is in a slot of that name, or in the object's own dictionary, or plainly in its class."""
    above = kinds(thing)
    charge(budget, len(above))
    if thing is UNDEFINED or len(above) > CLASS_LIMIT:
        raise unfit(thing)
    entry = dictionary = owner = UNDEFINED
    for kind in above:
        names = class_names(kind)
        if entry is UNDEFINED:
            entry, owner = names.get(name, UNDEFINED), kind
        if dictionary is UNDEFINED:
            dictionary = names.get("__dict__", UNDEFINED)
    try:
        # A slot of a type of C may be one that audit hooks are told of.
        if type(entry) is SLOT and TYPE_FLAGS(owner) & HEAP_TYPE:
            return entry.__get__(thing)
        kind = type(dictionary)
        held = dictionary.__get__(thing) if kind is DICTIONARY[0] or kind is DICTIONARY[1] else dictionary
    except (AttributeError, TypeError):
        raise undecided("it has no such attribute") from None
    if type(held) is dict:
        found = found_in(held, name, budget)
        if found is not UNDEFINED:
            return found
    elif held is not UNDEFINED:
        raise unfit(thing)
    if entry is None or is_exactly(entry, bool, int, float, str, bytes):
        return entry
    raise undecided("it has no such attribute that is plainly there")


def class_names(kind: type) -> object:
    """What a class has by name, where looking for a name compares it with none but plain texts. That stays so: a class
    is given other names when it is made, or never."""
    names = CLASS_DICTIONARY(kind)
    known = PLAIN_CLASSES.get(id(kind))
    if known is None or known() is not kind:
        if len(names) > CLASS_NAME_LIMIT or any(type(name) is not str for name in copied(names)):
            raise undecided("a class has names that are no plain texts")
        if len(PLAIN_CLASSES) >= PLAIN_CLASS_LIMIT:
            PLAIN_CLASSES.clear()
        PLAIN_CLASSES[id(kind)] = _weakref.ref(kind)
    return names


# Reckoning


def reckoned(sign: str, left: object, right: object, budget: list) -> object:
    if sign == "+" and type(left) is str and type(right) is str:
        if len(left) + len(right) > RESULT_LIMIT:
            raise undecided("a text has more than 4096 characters")
        charge(budget, (len(left) + len(right)) // 64)
        return left + right
    left, right = number(left), number(right)
    if sign == "+":
        return bounded(left + right)
    if sign == "-":
        return bounded(left - right)
    if sign == "*":
        return bounded(left * right)
    if right == 0:
        raise undecided("a number is divided by zero")
    if sign == "/":
        return left / right
    return left // right if sign == "//" else left % right


def magnitude(value: object, budget: list) -> float:
    return abs(number(value))


def lesser(left: object, right: object, budget: list) -> object:
    return plain(right if ordered("<", right, left, budget) else left)


def greater(left: object, right: object, budget: list) -> object:
    return plain(right if ordered(">", right, left, budget) else left)


# Texts


def length(value: object, budget: list) -> int:
    if not is_exactly(value, str, bytes, list, tuple, set, frozenset, dict):
        raise unfit(value)
    return len(value)


def name_of_type(value: object, budget: list) -> str:
    if value is UNDEFINED:
        raise missing()
    class_names(type(value))
    return short(class_name(type(value)))


def short(text: str) -> str:
    if len(text) > RESULT_LIMIT:
        raise undecided("a text has more than 4096 characters")
    return text


def both_texts(text: object, part: object, budget: list) -> None:
    if type(text) is not str or type(part) is not str:
        raise unfit(part if type(text) is str else text)
    charge(budget, len(part) // 64)


def begins(text: object, part: object, budget: list) -> bool:
    both_texts(text, part, budget)
    return text.startswith(part)


def ends(text: object, part: object, budget: list) -> bool:
    both_texts(text, part, budget)
    return text.endswith(part)


def in_case(text: object, budget: list) -> str:
    if type(text) is not str:
        raise unfit(text)
    charge(budget, len(text) // 64)
    return short(text)


def lowered(text: object, budget: list) -> str:
    return short(in_case(text, budget).lower())


def uppered(text: object, budget: list) -> str:
    return short(in_case(text, budget).upper())


def like(text: object, pattern: object, budget: list) -> bool:
    """Whether a text is of that form: `*` stands for any characters, `?` for one. What is between two stars is taken
    where it comes first, and is not tried again; each comparison of a character is a step."""
    both_texts(text, pattern, budget)
    parts = pattern.split("*")
    charge(budget, len(parts))
    if len(parts) == 1:
        return len(text) == len(pattern) and fits(text, 0, pattern, budget)
    head, tail = parts[0], parts[-1]
    place, end = len(head), len(text) - len(tail)
    if end < place or not fits(text, 0, head, budget) or not fits(text, end, tail, budget):
        return False
    for part in parts[1:-1]:
        while place + len(part) <= end and not fits(text, place, part, budget):
            place += 1
        place += len(part)
        if place > end:
            return False
    return True


def fits(text: str, place: int, part: str, budget: list) -> bool:
    for character in part:
        charge(budget, 1)
        if character != "?" and text[place] != character:
            return False
        place += 1
    return True
