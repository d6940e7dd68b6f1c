# Where the objects of an application are that a plugin of a framework is about.

import gc

# Blocks of memory in use, above which objects are not looked through: it would take seconds.
BLOCK_LIMIT = 20000000


def variables_of_modules(kind: type) -> list:
    """Objects of that class that are variables of modules: pairs of an object and the name of the variable."""
    found: dict = {}
    for module_name, module in list(sys.modules.items()):
        for name, value in own_items(module):
            if is_a(value, kind) and id(value) not in found:
                found[id(value)] = (value, "%s.%s" % (clean(module_name), clean(name)))
    return list(found.values())


def tracked(*wanted: type) -> list:
    """Objects of these classes among all that the collector knows: those that were frozen are not."""
    if sys.getallocatedblocks() > BLOCK_LIMIT:
        raise refusal("it has so many objects that they are not looked through")
    found = []
    # By the type's address, since a type can say itself what it is equal to.
    matches: dict = {}
    for thing in gc.get_objects():
        kind = id(type(thing))
        if kind not in matches:
            matches[kind] = is_a(thing, *wanted)
        if matches[kind]:
            found.append(thing)
    return found


def instances(kind: type, everywhere: object) -> list:
    """Objects of that class with a name of each: variables of modules, and where there are none, or all are asked for,
    those that are held by something else."""
    found = variables_of_modules(kind)
    if found and not everywhere:
        return found
    known = {id(thing) for thing, _ in found}
    others = [thing for thing in tracked(kind) if id(thing) not in known]
    return found + [(thing, "%s %d" % (type_name(thing), number)) for number, thing in enumerate(others, 1)]


EVERYWHERE = {"name": "everywhere", "kind": "flag", "help": "look through all objects, also where modules have some"}
ALL_COST = (
    "goes through the variables of every module and all objects of the collector: for each million of them some 20 ms "
    "in which no other thread runs, and 8 MB for a moment"
)
SEARCH_COST = (
    "goes through the variables of every module; with --everywhere, or where none has one, through all objects of the "
    "collector: for each million of them some 20 ms in which no other thread runs, and 8 MB for a moment"
)
