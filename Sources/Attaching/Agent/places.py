# Where a probe is to be: `module:function`, `file.py:LINE`, or the route of a URL, found in the running code.

# Lines that are offered in place of one that has no code.
NEAREST_LIMIT = 3
# Functions of one place: closures that were made again and again.
FUNCTION_LIMIT = 500


def located(host: dict, place: str) -> dict:
    """What a place means: its functions, and the code and the line where one line is meant; with what is to be said of
    it beside."""
    if place.startswith("/"):
        return located_route(host, place)
    if place == EVERYWHERE_PLACE:
        return located_everywhere(host)
    file, _, line = place.rpartition(":")
    if line.isdigit() and file:
        return located_line(host, file, int(line))
    if "<locals>" in place:
        return located_inner(host, place)
    function = found_function(place)
    notes = []
    if is_decorated(place):
        notes.append("it is decorated: the function itself is meant, and not what stands around it")
    return {"functions": [function], "code": code_of(host, function), "line": None, "notes": notes}


def is_decorated(place: str) -> bool:
    found = found_thing(place)
    if is_exactly(found, staticmethod, classmethod):
        found = found.__func__
    return type(found) is types.FunctionType and "__wrapped__" in found.__dict__


def code_of(host: dict, function: object) -> object:
    """The code of a function as the application made it."""
    record = hook_room(host).get(id(function))
    return function.__code__ if record is None else record["original"]


def located_everywhere(host: dict) -> dict:
    functions = [function for function, _ in handlers_known()]
    if not functions:
        raise refusal("it uses no framework whose handlers are known, and no threads")
    note = "what reaches these handlers of the frameworks, or ends a thread: what the application handles is not seen"
    return {"functions": functions, "code": code_of(host, functions[0]), "line": None, "notes": [note]}


def located_inner(host: dict, place: str) -> dict:
    """Functions that are made within another one: those that there are now."""
    module, _, path = place.partition(":")
    functions = [
        one
        for one in tracked(types.FunctionType)
        if one.__qualname__ == path and type(one.__module__) is str and one.__module__ == module
    ]
    if not functions:
        raise refusal("no function of that name has been made, or none is left: it is made within another one")
    return {
        "functions": functions[:FUNCTION_LIMIT],
        "code": code_of(host, functions[0]),
        "line": None,
        "notes": ["of this function there are %d now, and those that are made later are not seen" % len(functions)],
    }


def located_line(host: dict, file: str, line: int) -> dict:
    found = codes_of_file(host, file)
    names = sorted({code.co_filename for code, _ in found})
    if not names:
        raise refusal("no code of a file %s is loaded" % file)
    if len(names) > 1:
        raise refusal("several files are called so: %s" % ", ".join(names[:5]))
    fitting_codes = [(code, functions) for code, functions in found if line in lines_of(code)]
    if not fitting_codes:
        every = sorted({number for code, _ in found for number in lines_of(code)})
        nearest = sorted(sorted(every, key=lambda number: abs(number - line))[:NEAREST_LIMIT])
        raise refusal(
            "no function that runs has code on line %d of %s%s"
            % (line, names[0], "; the nearest lines are " + ", ".join(map(str, nearest)) if nearest else "")
        )
    # The innermost: of nested functions the line of the outer one is where the inner one is made.
    code, functions = min(fitting_codes, key=lambda one: len(lines_of(one[0])))
    notes = []
    if is_newer(names[0]):
        notes.append("the file is newer than the process: lines are those of the code that runs")
    isEntry = line < first_line(code)
    return {"functions": functions, "code": code, "line": None if isEntry else line, "notes": notes, "file": names[0]}


def codes_of_file(host: dict, file: str) -> list:
    """Code of functions from a file of that name, or path, with the functions that there are of each."""
    found: dict = {}
    for function in tracked(types.FunctionType):
        code = code_of(host, function)
        if function.__module__ is not HOOK_FILE and is_file(code.co_filename, file):
            found.setdefault(id(code), (code, []))[1].append(function)
    # Functions that are not made yet: they are among the constants of others.
    waiting = [code for code, _ in found.values()]
    while waiting:
        for constant in waiting.pop().co_consts:
            if type(constant) is types.CodeType and id(constant) not in found:
                found[id(constant)] = (constant, [])
                waiting.append(constant)
    return list(found.values())


def is_file(path: object, file: str) -> bool:
    return type(path) is str and (path == file or path.endswith("/" + file.lstrip("/")))


def is_newer(path: str) -> bool:
    try:
        with open("/proc/self/stat", "rb") as stat:
            ticks = int(stat.read().rpartition(b")")[2].split()[19])
        started = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")
        return os.stat(path).st_mtime > started + 1
    except (OSError, ValueError, IndexError):
        return False


def lines_of(code: object) -> set:
    """The lines on which it has instructions, that of its beginning among them."""
    if hasattr(code, "co_lines"):
        return {line for _, _, line in code.co_lines() if line}
    line = code.co_firstlineno
    lines = {line}
    table = code.co_lnotab
    for step in table[1::2]:
        line += step - 256 if step >= 128 else step
        lines.add(line)
    return lines


def first_line(code: object) -> int:
    """The first line of the body; that of the function itself where all of it stands on one."""
    lines = sorted(lines_of(code))
    own = [line for line in lines if line > code.co_firstlineno]
    if not own:
        return code.co_firstlineno
    if sys.version_info >= (3, 11):
        starts = [(start, line) for start, _, line in code.co_lines() if line]
        # Behind the instruction by which a function begins, which counts to its first line.
        body = [line for _, line in sorted(starts) if line != starts[0][1]]
        return body[0] if body else code.co_firstlineno
    return own[0]


def located_route(host: dict, route: str) -> dict:
    """The view that a route of Django, Flask, FastAPI or Starlette leads to."""
    found: list = []
    known: list = []
    for text, view in routes_known():
        known.append(text)
        if "/" + text.lstrip("^/").rstrip("$") == route.rstrip("$") or text == route:
            function = view_function(view)
            if function is not None and all(function is not one for one in found):
                found.append(function)
    if not found:
        near = sorted(known, key=lambda text: -common_start(text.lstrip("^/"), route.lstrip("/")))[:3]
        raise refusal(
            "no route is %s%s" % (route, "; there is " + ", ".join(near) if near else ": it has no known routes")
        )
    return {"functions": found, "code": code_of(host, found[0]), "line": None, "notes": []}


def common_start(one: str, other: str) -> int:
    return next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


# By which a class as a view answers, of Django's and of Flask's.
DISPATCHERS = ("dispatch", "dispatch_request")


def view_function(view: object) -> object:
    """The function that answers a request: of a class as a view, its `dispatch`."""
    of_class = attribute(view, "view_class", "cls")
    if of_class is not None:
        view = next((one for one in map(named_in, (of_class,) * 2, DISPATCHERS) if one is not NOTHING), None)
    while class_name(type(view)) == "functools.partial":
        view = attribute(view, "func") or in_class(view, "func").__get__(view)
    view = unwrapped(view)
    return view if type(view) is types.FunctionType else None
