# Functions whose code is replaced for a time: what the debugger and probes have in common.
#
# The code of the function is replaced, not the function: whoever has taken it already (`from m import f`, a URL map, a
# bound method, C) calls what is watched too. The code that stands in for it has the same signature, the same flags and
# the same free variables, and calls what was there before.

import types

HOOK_FILE = "<ispyd hook>"
# Names in a hook that no parameter may have.
HOOK_NAME = "_ispyd_"

HOOK = """
def make({free}):
    {asynchronous}def hook({signature}):
        if False:
            {uses}
        _ispyd_call = "@call"
{body}
    return hook
"""
# What runs instead of a function, by what is to be seen of it. Whoever makes the hook gives the names in @. Where
# the stack has no room for what is ours, the call goes on without.
ENTERED = """
        _ispyd_before = "@before"
        try:
            _ispyd_before({values})
        except "@deep":
            pass
        return {call}
"""
LEFT_BY_ERROR = """
        try:
            return {call}
        except BaseException as _ispyd_error:
            _ispyd_failed = "@failed"
            try:
                _ispyd_failed(_ispyd_error, {values})
            except "@deep":
                pass
            raise
"""
AROUND = """
        _ispyd_clock = "@clock"
        _ispyd_began = _ispyd_clock()
        try:
            _ispyd_result = {call}
        except BaseException as _ispyd_error:
            _ispyd_failed = "@failed"
            try:
                _ispyd_failed(_ispyd_error, _ispyd_began, {values})
            except "@deep":
                pass
            raise
        _ispyd_passed = "@passed"
        try:
            _ispyd_passed(_ispyd_result, _ispyd_began, {values})
        except "@deep":
            pass
        return _ispyd_result
"""
# The same of some calls only: those for which `enter` gives something that `leave` is to have back.
SOMETIMES = """
        _ispyd_enter = "@enter"
        _ispyd_leave = "@leave"
        try:
            _ispyd_one = _ispyd_enter()
        except "@deep":
            _ispyd_one = None
        if _ispyd_one is None:
            return {call}
        try:
            return {call}
        finally:
            _ispyd_leave(_ispyd_one)
"""


def signature_of(code: object) -> tuple:
    """The parameters of a function as its hook writes them, without defaults (those are the function's own), and how it
    hands them on."""
    count = code.co_argcount
    plain = list(code.co_varnames[:count])
    keywords = list(code.co_varnames[count : count + code.co_kwonlyargcount])
    rest = list(code.co_varnames[count + code.co_kwonlyargcount :])
    for name in plain + keywords:
        if not name.isidentifier() or name.startswith(HOOK_NAME):
            raise refusal("it has a parameter without a name: a generator expression, or another of Python's own")
    signature = list(plain)
    if code.co_posonlyargcount:
        signature.insert(code.co_posonlyargcount, "/")
    handed = list(plain)
    if code.co_flags & 0x04:
        name = "*" + rest.pop(0)
        signature.append(name)
        handed.append(name)
    elif keywords:
        signature.append("*")
    signature += keywords
    handed += ["%s=%s" % (name, name) for name in keywords]
    if code.co_flags & 0x08:
        name = "**" + rest.pop(0)
        signature.append(name)
        handed.append(name)
    return ", ".join(signature), ", ".join(handed)


def parameter_names(code: object) -> list:
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
    return list(code.co_varnames[:count])


def hooked_code(function: object, inner: object, layer: dict) -> object:
    """Code for a function that calls what it was: `inner`, of the same signature.

    A layer has a `body`, one of the texts above; `given`, what their names in @ are; and `values`: of these parameters
    of the function, what they are is handed to them, in a tuple: calls with a fixed number of arguments are the
    cheapest that there are.
    """
    code = function.__code__
    flags = code.co_flags
    isCoroutine = bool(flags & 0x80)
    isGenerator = bool(flags & 0x20)
    signature, handed = signature_of(code)
    call = "_ispyd_call(%s)" % handed
    if isCoroutine:
        call = "await " + call
    elif isGenerator:
        call = "(yield from %s)" % call
    values = layer.get("values", ())
    text = HOOK.format(
        free=", ".join(code.co_freevars),
        uses=", ".join(code.co_freevars) or "pass",
        asynchronous="async " if isCoroutine else "",
        signature=signature,
        body=layer["body"].strip("\n").format(call=call, values="(%s)" % "".join(name + ", " for name in values)),
    )
    space: dict = {}
    exec(compile(text, HOOK_FILE, "exec"), space)
    hook = space["make"](*code.co_freevars).__code__
    former = types.FunctionType(inner, function.__globals__, code.co_name, function.__defaults__, function.__closure__)
    former.__kwdefaults__ = function.__kwdefaults__
    # By this it is known among all functions.
    former.__module__ = HOOK_FILE
    swap = {"@call": former, "@deep": RecursionError, **layer["given"]}
    constants = tuple(swap.get(value, value) if type(value) is str else value for value in hook.co_consts)
    changed = {"co_consts": constants, "co_name": code.co_name, "co_firstlineno": code.co_firstlineno}
    # A generator that is awaited (types.coroutine) stays one.
    changed["co_flags"] = hook.co_flags | (flags & 0x100)
    if hasattr(code, "co_qualname"):
        changed["co_qualname"] = code.co_qualname
    return hook.replace(**changed)


def check_hookable(function: object) -> None:
    code = function.__code__
    if code.co_flags & 0x200:
        raise refusal("it is an asynchronous generator: calls of it are not seen")
    if function.__name__ == "__init__" and (3, 13, 0, "alpha") <= sys.version_info < (3, 13, 0, "final"):
        # https://github.com/python/cpython/issues/122712
        raise refusal("this Python may crash when the code of an __init__ is replaced")
    signature_of(code)


def hook_room(host: dict) -> dict:
    """Each function whose code is replaced, by its address: what it was, and what stands around it."""
    if "hooked" not in host:
        host["hooking"] = original("allocate_lock")()
        host["hooked"] = {}
    return host["hooked"]


def add_layer(host: dict, function: object, layer: dict) -> None:
    """Puts something around a function; what is there already stays, within it."""
    room = hook_room(host)
    with host["hooking"]:
        record = room.get(id(function))
        if record is None:
            record = new_record(function)
        elif function.__code__ is not record["installed"]:
            raise refusal("somebody else has replaced its code meanwhile")
        record["layers"].append(layer)
        try:
            install(host, record)
        except BaseException:
            record["layers"].remove(layer)
            raise
        room[id(function)] = record


def new_record(function: object) -> dict:
    code = function.__code__
    return {"function": function, "original": code, "base": None, "layers": [], "installed": code}


def replace_base(host: dict, record: dict, base: object) -> bool:
    """Replaces what the layers stand around, None for what the function was; false where somebody else has set other
    code since. Called with the lock held."""
    if record["function"].__code__ is not record["installed"]:
        return False
    record["base"] = base
    install(host, record)
    forget_unhooked(host, record)
    return True


def install(host: dict, record: dict) -> None:
    function = record["function"]
    code = record["base"] or record["original"]
    for layer in record["layers"]:
        code = hooked_code(function, code, layer)
    if code is not record["original"]:
        remember_hook(host, function, code)
    if hasattr(sys, "_is_gil_enabled") and not sys._is_gil_enabled():
        # Another thread may be about to enter what stood there until now: it is kept as long as the agent is there.
        host.setdefault("retired", []).append(record["installed"])
        del host["retired"][:-HOOKS_REMEMBERED]
    record["installed"] = code
    function.__code__ = code


def forget_unhooked(host: dict, record: dict) -> None:
    if record["installed"] is record["original"]:
        host["hooked"].pop(id(record["function"]), None)


def has_layer(host: dict, function: object, layer: dict) -> bool:
    record = hook_room(host).get(id(function))
    if record is None or function.__code__ is not record["installed"]:
        return False
    return any(one is layer for one in record["layers"])


def remove_layer(host: dict, function: object, layer: dict, isPatient: bool = True) -> bool:
    """Takes it away again; false where it is not to be had at once, or somebody else has set other code since.

    Who may not wait, since it is the application's thread and may hold the lock itself, within a handler of a signal,
    says so.
    """
    room = hook_room(host)
    if not host["hooking"].acquire(isPatient):
        return False
    try:
        record = room.get(id(function))
        if record is None:
            return True
        layers = [one for one in record["layers"] if one is not layer]
        if function.__code__ is not record["installed"]:
            return False
        record["layers"] = layers
        install(host, record)
        forget_unhooked(host, record)
        return True
    finally:
        host["hooking"].release()


def found_thing(place: str) -> object:
    """What is called `module:name` or `module:class.name`, in what was imported already; nothing is called."""
    module, _, path = place.partition(":")
    if module not in sys.modules or not path:
        raise refusal("a place is module:function or module:class.function, of a module that is imported")
    found: object = sys.modules[module]
    for part in path.split("."):
        found = named_in(found, part)
        if found is NOTHING:
            raise refusal("%s has no %s" % (module, path))
    return found


def found_function(place: str) -> object:
    """The function that is called so, or that a method, a property or a decorated one is about."""
    found = unwrapped(found_thing(place))
    if type(found) is not types.FunctionType:
        raise refusal("%s is no function of Python's, but %s" % (place, type_name(found)))
    return found


def unwrapped(found: object) -> object:
    """The function that a method, a property or what a decorator has made of it is about."""
    for _ in range(20):
        if is_exactly(found, staticmethod, classmethod, types.MethodType):
            found = found.__func__
        elif type(found) is property:
            found = found.fget
        elif type(found) is types.FunctionType and "__wrapped__" in (found.__dict__ or {}):
            # What a decorator has wrapped is what was meant.
            found = found.__dict__["__wrapped__"]
        else:
            break
    return found


NOTHING = object()


def named_in(thing: object, name: str) -> object:
    """What a module, or a class, has under that name; NOTHING where there is nothing."""
    return next((names[name] for names in namespaces(thing) if name in names), NOTHING)


def namespaces(thing: object) -> list:
    """Where the names of a module, or of a class and those that it inherits from, are kept."""
    if not is_a(thing, type):
        return [fields(thing)]
    return [type.__dict__["__dict__"].__get__(base) for base in type.__dict__["__mro__"].__get__(thing)]


def remember_hook(host: dict, function: object, hooked: object) -> None:
    """So that whoever reads the process from outside can see that the function is as it was."""
    host["hooks"].append({"function": id(function), "hooked": id(hooked)})
    # The oldest are long over.
    del host["hooks"][:-HOOKS_REMEMBERED]


HOOKS_REMEMBERED = 1000
