# One call of many, with all that it calls: for a tree with times (`trace`), or the same by functions (`profile`).
#
# The profile function of one thread is set for the time of one call. What belongs to the call is told by who called it,
# so that other greenlets and tasks of the thread are left out.

EVENT_LIMIT = 20_000
TREE_LIMIT = 1000
TREE_DEPTH = 40
# CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR: each time that one of these waits it tells that it returned.
RESUMABLE = 0x20 | 0x80 | 0x200
WAITING = 0x80 | 0x200


def trace_calls(probe: dict) -> dict:
    return sometimes(probe, tree_record)


def profile_calls(probe: dict) -> dict:
    return sometimes(probe, table_record)


def sometimes(probe: dict, make_record: object) -> dict:
    admit = make_admission(probe, make_limiter(probe))
    take = guarded(probe, make_record)
    busy = original("allocate_lock")()
    gone = probe["host"]["gone"]
    every, figures, gate = probe["every"], probe["figures"], probe["gate"]
    set_profile, profile_of, frame_of = sys.setprofile, sys.getprofile, sys._getframe
    passes = 0

    def enter() -> dict | None:
        nonlocal passes
        if not admit():
            return None
        if gate["left"] <= 0:
            figures["skipped"] += 1
            return None
        passes += 1
        if passes % every:
            figures["passed"] += 1
            return None
        if not busy.acquire(False):
            figures["busy"] += 1
            return None
        if profile_of() is not None:
            busy.release()
            figures["occupied"] += 1
            return None
        one = make_trace(frame_of(1), gone)
        set_profile(one["event"])
        return one

    def leave(one: dict) -> None:
        # Unless it came to its limit, or somebody has set another.
        if profile_of() is one["event"]:
            set_profile(None)
        one["end"]()
        busy.release()
        if not gate["isClosed"]:
            take(None, one)

    return {"body": SOMETIMES, "given": {"@enter": enter, "@leave": leave}}


def make_trace(hook: object, gone: list) -> dict:
    """A tree of calls, as its events come, until the agent is gone."""
    clock = time.perf_counter_ns
    root: dict = {"calls": 1, "took": 0, "began": clock(), "children": {}, "isOpen": 1, "since": 0}
    # The nodes of the frames that belong to the call, by the frames' addresses; one that is held keeps its address.
    nodes: dict = {id(hook): [root, hook, 0, 0]}
    one: dict = {"root": root, "events": 0, "nodes": 1, "isCut": False}
    stop, events, own_file = sys.setprofile, 0, make_trace.__code__.co_filename
    limit, widest, deepest, hook_file = EVENT_LIMIT, TREE_LIMIT, TREE_DEPTH, HOOK_FILE
    resumable, waiting, ordinary = RESUMABLE, WAITING, Exception
    address, kind_of, builtin, module, title = id, type, types.BuiltinFunctionType, types.ModuleType, title_of

    def event(frame: object, what: str, argument: object) -> None:
        nonlocal events
        events += 1
        if events > limit or gone:
            one["isCut"] = True
            stop(None)
            return
        key = address(frame)
        if what == "call":
            if frame.f_code.co_filename == own_file:
                return
            known = nodes.get(key)
            if known is not None and known[1] is frame:
                # A generator or a coroutine goes on.
                node = known[0]
            else:
                above = frame.f_back
                parent = nodes.get(address(above))
                if parent is None or parent[1] is not above:
                    return
                if frame.f_code.co_filename == hook_file:
                    # Another hook, or our own once more: what it calls is a call of the same.
                    nodes[key] = [parent[0], frame, parent[2], 0]
                    return
                node = child_of(parent[0], frame.f_code, parent[2], address(frame.f_code))
                if node is None:
                    return
                # Of a coroutine what it waits for counts too: from its beginning on.
                nodes[key] = [node, frame, parent[2] + 1, clock()]
                node["calls"] += 1
            node["isOpen"] += 1
            if node["isOpen"] == 1:
                node["since"] = clock()
        elif what == "return":
            known = nodes.get(key)
            if known is None or known[1] is not frame:
                return
            node = known[0]
            if not frame.f_code.co_flags & resumable:
                # What it holds is not to live longer than it does.
                del nodes[key]
            if node is not root and frame.f_code.co_filename != hook_file:
                node["isOpen"] -= 1
                if frame.f_code.co_flags & waiting:
                    now = clock()
                    node["took"] += now - known[3]
                    known[3] = now
                elif node["isOpen"] == 0:
                    node["took"] += clock() - node["since"]
        elif what == "c_call":
            known = nodes.get(key)
            if known is None or known[1] is not frame or kind_of(argument) is not builtin:
                return
            node = child_of(known[0], argument, known[2], key_of(argument))
            if node is not None:
                node["calls"] += 1
                node["since"] = clock()
        else:
            known = nodes.get(key)
            if known is None or known[1] is not frame or kind_of(argument) is not builtin:
                return
            node = known[0]["children"].get(key_of(argument))
            if node is not None and node["since"]:
                node["took"] += clock() - node["since"]
                node["since"] = 0

    def key_of(method: object) -> tuple:
        # Of a method of an object there is another one for each call.
        holder = method.__self__
        return method.__name__, address(holder if kind_of(holder) is module else kind_of(holder))

    def child_of(parent: dict, what: object, depth: int, key: object) -> dict | None:
        children = parent["children"]
        node = children.get(key)
        if node is None:
            if one["nodes"] >= widest or depth >= deepest:
                one["isCut"] = True
                return None
            one["nodes"] += 1
            kept = what
            if kind_of(what) is builtin:
                # A method would keep its object.
                try:
                    kept = title(what)
                except ordinary:
                    # The agent went in this moment, and its names with it.
                    return None
            node = {"what": kept, "calls": 0, "took": 0, "children": {}, "isOpen": 0, "since": 0}
            children[key] = node
        return node

    def end() -> None:
        root["took"] = clock() - root["began"]
        one["events"] = events
        nodes.clear()

    one["event"] = event
    one["end"] = end
    return one


def title_of(what: object) -> dict:
    if type(what) is dict:
        return what
    if type(what) is types.CodeType:
        return {"file": clean(what.co_filename), "line": what.co_firstlineno, "function": code_title(what)}
    module = what.__module__
    name = clean(what.__qualname__) or "?"
    return {"file": "", "line": 0, "function": name if type(module) is not str else "%s.%s" % (clean(module), name)}


def tree_record(taking: dict, frame: None, one: dict) -> dict:
    """The tree as data: the slowest callees first, as far as there is room."""
    root = one["root"]
    record: dict = {"nanoseconds": root["took"], "events": one["events"], "tree": []}
    waiting = collections.deque([(root, record["tree"])])
    room = taking["bytes"]
    while waiting:
        node, into = waiting.popleft()
        for child in sorted(node["children"].values(), key=lambda child: -child["took"]):
            if room <= 0:
                taking["wasCut"] = True
                break
            data = {**title_of(child["what"]), "calls": child["calls"], "nanoseconds": child["took"], "tree": []}
            room -= len(data["file"]) + len(data["function"]) + 100
            into.append(data)
            waiting.append((child, data["tree"]))
    taking["bytes"] = max(room, 0)
    taking["wasCut"] = taking["wasCut"] or one["isCut"]
    return record


def table_record(taking: dict, frame: None, one: dict) -> dict:
    """By functions: calls, time within, and time in it alone."""
    root = one["root"]
    rows: dict = {}
    waiting = [(root, ())]
    while waiting:
        node, around = waiting.pop()
        below = sum(child["took"] for child in node["children"].values())
        if node is not root:
            key = id(node["what"]) if type(node["what"]) is types.CodeType else node["what"]["function"]
            row = rows.setdefault(key, {**title_of(node["what"]), "calls": 0, "own": 0, "nanoseconds": 0})
            row["calls"] += node["calls"]
            row["own"] += max(node["took"] - below, 0)
            if key not in around:
                row["nanoseconds"] += node["took"]
            around = (*around, key)
        waiting += [(child, around) for child in node["children"].values()]
    table = sorted(rows.values(), key=lambda row: -row["own"])
    shown = table[: taking["items"]]
    taking["wasCut"] = taking["wasCut"] or one["isCut"] or len(shown) < len(table)
    taking["bytes"] -= sum(len(row["file"]) + len(row["function"]) + 100 for row in shown)
    return {"nanoseconds": root["took"], "events": one["events"], "functions": shown}


KINDS.update({"trace": trace_calls, "profile": profile_calls})
