# Single lines of code that tell when they are reached.
#
# Python 3.12 and later tell it themselves (`sys.monitoring`, events of one code object only, so that no other code pays
# anything). Before that the function gets code with one call more in it: its source is compiled anew with that call,
# and taken only where the same source without it gives exactly the code that runs.

import ast

# Of 0 debugger, 1 coverage, 2 profiler and 5 optimizer none is taken.
TOOL_NUMBERS = (3, 4)
TOOL_NAME = "ispyd"
LINE_MARK = "@line"
SOURCE_LIMIT = 8 << 20


def add_line(host: dict, code: object, line: int | None, functions: list, hit: object) -> None:
    """Calls `hit` whenever the line is reached; without a line, whenever the code begins to run."""
    places = host.setdefault("lines", {})
    place = places.setdefault(id(code), {"code": code, "functions": functions, "hits": {}})
    hits = place["hits"]
    hits[line] = (*hits.get(line, ()), hit)
    try:
        update_lines(host, place)
    except BaseException:
        without(hits, line, hit)
        if not hits:
            del places[id(code)]
        raise


def without(hits: dict, line: int | None, hit: object) -> None:
    left = tuple(one for one in hits.get(line, ()) if one is not hit)
    if left:
        hits[line] = left
    else:
        hits.pop(line, None)


def remove_line(host: dict, code: object, line: int | None, hit: object, isPatient: bool = True) -> bool:
    """False where it is not to be had at once (`remove_layer`)."""
    place = host.setdefault("lines", {}).get(id(code))
    if place is None:
        return True
    without(place["hits"], line, hit)
    if not update_lines(host, place, isPatient):
        return False
    if not place["hits"]:
        host["lines"].pop(id(code), None)
        if not host["lines"]:
            let_tool_go(host)
    return True


def has_line(host: dict, code: object, line: int | None, hit: object) -> bool:
    place = host.setdefault("lines", {}).get(id(code))
    return place is not None and any(one is hit for one in place["hits"].get(line, ()))


def update_lines(host: dict, place: dict, isPatient: bool = True) -> bool:
    return monitor(host, place) if hasattr(sys, "monitoring") else set_bases(host, place, isPatient)


# Python 3.12 and later.


def take_tool(host: dict) -> int:
    if host.get("tool") is None:
        monitoring = sys.monitoring
        free = [number for number in TOOL_NUMBERS if monitoring.get_tool(number) is None]
        if not free:
            raise refusal("both numbers of sys.monitoring that are nobody's are taken already")
        monitoring.use_tool_id(free[0], TOOL_NAME)
        host["tool"] = free[0]
        host["calls"] = {}
        monitoring.register_callback(free[0], monitoring.events.LINE, line_event(host))
        monitoring.register_callback(free[0], monitoring.events.PY_START, start_event(host))
    return host["tool"]


def let_tool_go(host: dict) -> None:
    number = host.get("tool")
    if number is not None:
        host["tool"] = None
        for event in (sys.monitoring.events.LINE, sys.monitoring.events.PY_START):
            sys.monitoring.register_callback(number, event, None)
        sys.monitoring.free_tool_id(number)


def line_event(host: dict) -> object:
    """What Python calls when a line is reached, by the shortest way to what is nearly always the one hit there. Hits
    count the frames up to the line: it calls them itself."""
    calls, never = host["calls"], sys.monitoring.DISABLE

    def event(code: object, line: int) -> object:
        found = calls.get(line)
        if found is None:
            # Not asked about: it costs nothing from now on.
            return never
        owner, hit = found
        if owner is code:
            return hit()
        answer = never
        if owner is None:
            for owner, one in hit:
                if owner is code:
                    one()
                    answer = None
        return answer

    return event


def start_event(host: dict) -> object:
    calls, never = host["calls"], sys.monitoring.DISABLE

    def event(code: object, offset: int) -> object:
        answer = never
        for owner, hit in calls.get(None, ()):
            if owner is code:
                hit()
                answer = None
        return answer

    return event


def update_calls(host: dict) -> None:
    """What is called at each line, as events look it up: a code and its hit, or None and several of these pairs."""
    found: dict = {}
    for place in list(host["lines"].values()):
        for line, hits in place["hits"].items():
            found[line] = (*found.get(line, ()), *((place["code"], hit) for hit in hits))
    calls = host["calls"]
    for line, pairs in found.items():
        calls[line] = pairs if line is None else pairs[0] if len(pairs) == 1 else (None, pairs)
    for line in [line for line in calls if line not in found]:
        del calls[line]


def monitor(host: dict, place: dict) -> bool:
    monitoring = sys.monitoring
    number, code = take_tool(host), place["code"]
    update_calls(host)
    events = 0
    for line in place["hits"]:
        events |= monitoring.events.PY_START if line is None else monitoring.events.LINE
    if events:
        place["begin"] = remember_instructions(host, code, place["hits"])
    # Anew: lines that were switched off before are on again.
    monitoring.set_local_events(number, code, 0)
    monitoring.set_local_events(number, code, events)
    return True


def remember_instructions(host: dict, code: object, hits: dict) -> int:
    """Where in memory the first instruction of each line is, and which of them are those of our events: so that whoever
    reads the process from outside can see that there are none. Those of a profiler are others, and stay until the code
    runs again."""
    import opcode

    numbers = opcode.opmap if sys.version_info < (3, 13) else sys.modules["_opcode_metadata"].opmap
    marks = [numbers["INSTRUMENTED_LINE"]] + [numbers["INSTRUMENTED_RESUME"]] * (None in hits)
    begin = id(code) + type(code).__basicsize__
    starts = [start for start, _, line in code.co_lines() if line][:2000]
    monitoring = sys.monitoring
    others = [number for number in range(6) if number != host["tool"]]
    if not any(monitoring.get_events(number) | monitoring.get_local_events(number, code) for number in others):
        # Of others the same instructions would be there.
        host["hooks"].append({"instructions": begin, "offsets": starts, "marks": marks})
        del host["hooks"][:-HOOKS_REMEMBERED]
    return begin


# Before that.


def set_bases(host: dict, place: dict, isPatient: bool) -> bool:
    """Gives all functions of the file their code, with the calls at their lines in it."""
    file = place["code"].co_filename
    isOver = all(not one["hits"] for one in host["lines"].values() if one["code"].co_filename == file)
    based = host.setdefault("based", {})
    if not isOver and not isPatient:
        # A call that calls nothing stays in it, until the other probes of the file are over as well.
        return True
    room = hook_room(host)
    found = [] if isOver else codes_of_file(host, file)
    if not host["hooking"].acquire(isPatient):
        return False
    try:
        if isOver:
            return all([replace_base(host, record, None) for record in based.pop(file, [])])
        made: dict = {}
        for code, functions in found:
            base = base_of(host, code, made)
            for function in functions if base is not code else ():
                record = room.setdefault(id(function), new_record(function))
                if not replace_base(host, record, base):
                    raise refusal("somebody else has replaced its code meanwhile")
                if all(one is not record for one in based.setdefault(file, [])):
                    based[file].append(record)
        return True
    finally:
        host["hooking"].release()


def base_of(host: dict, code: object, made: dict) -> object:
    """The code with calls at the lines that are asked about, in it and in what it makes functions of."""
    if id(code) in made:
        return made[id(code)]
    place = host["lines"].get(id(code))
    base = code
    if place is not None and place["hits"]:
        base = marked_code(code, place["functions"], {line: caller(place, line) for line in place["hits"]})
    inner = [base_of(host, one, made) for one in code.co_consts if type(one) is types.CodeType]
    own = [one for one in code.co_consts if type(one) is types.CodeType]
    if base is not code or any(one is not other for one, other in zip(inner, own)):
        left = iter(inner)
        constants = [next(left) if type(one) is types.CodeType else one for one in base.co_consts]
        base = base.replace(co_consts=tuple(constants))
    made[id(code)] = base
    return base


def caller(place: dict, line: int) -> object:
    def reached() -> None:
        for hit in place["hits"].get(line, ()):
            hit()

    return reached


def marked_code(code: object, functions: list, calls: dict) -> object:
    """The function's code, compiled from its source, with these calls before the statements on their lines."""
    if not functions and code.co_freevars:
        raise refusal("it is made within another function, and none of it is there now: its lines cannot be found")
    path = functions[0].__qualname__.split(".") if functions else [code.co_name]
    text = source_block(code, path)
    try:
        plain = code_within(compile(text, code.co_filename, "exec", code.co_flags & FUTURES, True), code)
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        plain = None
    if plain is None or not is_same_code(plain, code):
        raise refusal("%s is not the source of the code that runs: a line of it cannot be found" % code.co_filename)
    for line in calls:
        mark_line(tree, code, line)
    marked = code_within(compile(tree, code.co_filename, "exec", code.co_flags & FUTURES, True), code)
    marks = {"%s %d" % (LINE_MARK, line): call for line, call in calls.items()}
    return marked.replace(co_consts=tuple(marks.get(one, one) if type(one) is str else one for one in marked.co_consts))


def source_block(code: object, path: list) -> str:
    """The lines of a function's source at their places, within what stood around it, so that they can be compiled."""
    try:
        if os.stat(code.co_filename).st_size > SOURCE_LIMIT:
            raise OSError
        with open(code.co_filename, encoding="utf-8") as file:
            lines = file.read().split("\n")
    except (OSError, UnicodeDecodeError):
        raise refusal("its source, %s, cannot be read" % code.co_filename) from None
    first = code.co_firstlineno - 1
    if first >= len(lines):
        raise refusal("its source, %s, is shorter than the code that runs" % code.co_filename)
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    last = max(lines_within(code))
    # What belongs to the function yet, as the closing bracket of its last statement.
    end = last
    while end < len(lines) and (
        not lines[end].strip() or lines[end].startswith(indent + " ") or lines[end].lstrip()[:1] in ")]}"
    ):
        end += 1
    block = lines[first:end]
    around = enclosing(code, path, len(indent))
    if len(around) > first:
        raise refusal("its source, %s, is not that of the code that runs" % code.co_filename)
    heads = [indent[:depth] + head for depth, head in around]
    above = [""] * (first - len(heads))
    if above:
        # Python 3.11 compiles a call of what the module has imported otherwise than one of another name.
        above[-1] = imports_of(lines[:first])
    return "\n".join(above + heads + block) + "\n"


def imports_of(lines: list) -> str:
    """The statements by which the module imports, on one line."""
    found = []
    waiting = ""
    for line in lines:
        if waiting or line.startswith(("import ", "from ")):
            waiting += line.partition("#")[0].rstrip("\\") + " "
            if waiting.count("(") <= waiting.count(")") and not line.endswith("\\"):
                if "__future__" not in waiting:
                    found.append(waiting.strip())
                waiting = ""
    return "; ".join(found)


def enclosing(code: object, path: list, width: int) -> list:
    """What has to stand around a function so that its names mean the same: classes, and for what it closes over a
    function with these variables. Each with its indentation."""
    names = [part for part in path[:-1]]
    heads = []
    while names:
        name = names.pop(0)
        if names and names[0] == "<locals>":
            names.pop(0)
            free = [variable for variable in code.co_freevars if variable != "__class__"]
            heads.append("def %s(%s):" % (name if name.isidentifier() else "_", ", ".join(free)))
        else:
            heads.append("class %s:" % name)
    if len(heads) > width:
        raise refusal("its source is not where its name says")
    while len(heads) < min(width, 1):
        heads.append("if 1:")
    return list(enumerate(heads))


def lines_within(code: object) -> set:
    lines = set(lines_of(code))
    for constant in code.co_consts:
        if type(constant) is types.CodeType:
            lines |= lines_within(constant)
    return lines


def code_within(whole: object, wanted: object) -> object:
    """The code of the same name at the same line, among what is made there."""
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        for constant in one.co_consts:
            if type(constant) is types.CodeType:
                if constant.co_name == wanted.co_name and constant.co_firstlineno == wanted.co_firstlineno:
                    return constant
                waiting.append(constant)
    return None


def is_same_code(one: object, other: object) -> bool:
    for name in ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags", "co_argcount"):
        if getattr(one, name) != getattr(other, name):
            return False
    if len(one.co_consts) != len(other.co_consts) or lines_of(one) != lines_of(other):
        return False
    for mine, its in zip(one.co_consts, other.co_consts):
        if type(mine) is not type(its):
            return False
        if type(mine) is types.CodeType:
            if not is_same_code(mine, its):
                return False
        elif not is_same_constant(mine, its):
            return False
    return True


def is_same_constant(one: object, other: object) -> bool:
    return repr(one) == repr(other) if type(one) is not frozenset else one == other


def mark_line(tree: object, code: object, line: int) -> None:
    """Puts a call before the first statement of the function on a line."""
    function = function_within(tree, code)
    for holder, name in statement_lists(function):
        body = getattr(holder, name)
        for index, statement in enumerate(body):
            if statement.lineno == line:
                mark = "%s %d" % (LINE_MARK, line)
                # Of this the compiler does not say that a text cannot be called.
                callee = ast.BoolOp(ast.Or(), [ast.Constant(mark), ast.Constant(mark)])
                call = ast.Expr(ast.Call(callee, [], []))
                for node in ast.walk(call):
                    ast.copy_location(node, statement)
                    node.lineno = node.end_lineno = line
                ast.fix_missing_locations(call)
                body.insert(index, call)
                return
    raise refusal("no statement begins on line %d" % line)


def function_within(tree: object, code: object) -> object:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == code.co_name:
            starts = [node.lineno] + [decorator.lineno for decorator in node.decorator_list]
            if min(starts) == code.co_firstlineno:
                return node
    raise refusal("it is a lambda or a comprehension: its lines are not seen on this Python")


def statement_lists(node: object) -> list:
    """The lists of statements within a function, those of functions and classes in it left out."""
    found = []
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, name, None) or []:
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            found += statement_lists(child)
        if name not in ("handlers", "cases") and type(getattr(node, name, None)) is list:
            found.append((node, name))
    return found


# What `from __future__ import` leaves in the flags of code (Include/cpython/code.h, CO_FUTURE_*).
FUTURES = 0x20000 | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x400000 | 0x800000 | 0x1000000
