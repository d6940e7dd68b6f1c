# What a probe would cost, how often it would be hit, and how the calls fare that it is about.

# Nanoseconds after which what counts is over, whoever finds it.
OVERDUE = 3_000_000_000


def cost_of(state: dict, arguments: dict) -> float:
    """Nanoseconds that a hit takes which captures nothing, measured here and now with a function of our own that has
    the same parameters: the least of several rounds, in which nobody interfered."""
    probe = planned(state, arguments, 0.0)
    probe["share"] = 1e9
    probe["until"] = probe["owner"]["alive"] = time.monotonic_ns() + 3600 * SECOND
    deciding = condition_cost(probe)
    # The way of most hits: the condition does not hold, or there is no capture left in this second.
    probe["gate"]["left"] = int("condition" in probe["trees"])
    probe["isTrial"] = True
    if probe["line"] is not None:
        return line_cost(probe) + deciding
    model = probe["functions"][0]
    function = double_of(model)
    probe["functions"] = [function]
    count = function.__code__.co_argcount
    keywords = {name: 0 for name in parameter_names(function.__code__)[count:][: function.__code__.co_kwonlyargcount]}
    plain = rounds(function, (0,) * count, keywords)
    layer = KINDS[probe["kind"]](probe)
    function.__code__ = hooked_code(function, function.__code__, layer)
    hooked = rounds(function, (0,) * count, keywords)
    return max(hooked - plain, 20.0) + deciding


def condition_cost(probe: dict) -> float:
    """Of a value that it does not hold for, or cannot be decided of."""
    isLine = probe["line"] is not None
    holds, names, specials = make_condition(probe, "locals" if isLine else "values")
    if holds is None:
        return 0.0
    source = dict.fromkeys(names, 0) if isLine else (0,) * (len(names) + len(specials))

    return rounds(lambda: holds(source), (), {})


def double_of(model: object) -> object:
    code = model.__code__
    signature, _ = signature_of(code)
    kind = "async " if code.co_flags & 0x80 else ""
    body = "yield" if code.co_flags & 0x20 else "return None"
    space: dict = {}
    exec(compile("%sdef double(%s):\n    %s\n" % (kind, signature, body), HOOK_FILE, "exec"), space)
    return space["double"]


def rounds(function: object, values: tuple, keywords: dict) -> float:
    code = function.__code__
    isSuspended = bool(code.co_flags & 0x80)
    isGenerator = bool(code.co_flags & 0x20)
    best = float("inf")
    for _ in range(7):
        began = time.perf_counter_ns()
        for _ in range(60):
            made = function(*values, **keywords)
            if isSuspended:
                try:
                    made.send(None)
                except StopIteration:
                    pass
            elif isGenerator:
                for _ in made:
                    pass
        best = min(best, (time.perf_counter_ns() - began) / 60)
    return best


def line_cost(probe: dict) -> float:
    hit = KINDS[probe["kind"]](probe)
    best = float("inf")

    def reached() -> None:
        hit()

    for _ in range(7):
        began = time.perf_counter_ns()
        for _ in range(60):
            reached()
        best = min(best, (time.perf_counter_ns() - began) / 60)
    # And what Python itself takes to tell it.
    return best + (60.0 if hasattr(sys, "monitoring") else 20.0)


# How often it is hit.


def rate_of(state: dict, arguments: dict) -> dict:
    """Counts for a second at most, or so many calls: with the same mechanism, and nothing else in it."""
    probe = planned(state, {**arguments, "trees": {}}, 0.0)
    done = original("allocate_lock")()
    done.acquire()
    counted: list = []
    append, clock = counted.append, time.monotonic_ns
    overdue = clock() + OVERDUE

    def count(*values: object) -> None:
        if clock() > overdue:
            # In a process that was forked meanwhile nobody takes it out.
            take_out(probe, False)
            return
        append(None)
        if len(counted) == RATE_CALLS:
            done.release()

    host = state["host"]
    if probe["line"] is None:
        layer = {"body": ENTERED, "given": {"@before": count}}
        for function in probe["functions"]:
            check_hookable(function)
        probe["layers"] = [(function, layer) for function in probe["functions"]]
    else:
        probe["points"] = [(probe["code"], entry_line(probe["code"], probe["line"]), count)]
    began = clock()
    try:
        for function, layer in probe["layers"]:
            add_layer(host, function, layer)
        for code, line, hit in probe["points"]:
            functions = [one for one in probe["functions"] if code_of(host, one) is code]
            add_line(host, code, line, functions, hit)
        done.acquire(True, RATE_SECONDS)
    finally:
        elapsed = clock() - began
        isOut = take_out(probe, True)
    if not isOut:
        raise refusal("what counted the calls could not be taken out again: somebody else has replaced the code")
    return {"calls": len(counted), "nanoseconds": elapsed}


# How calls fare.


def health_of(work: dict, arguments: dict) -> dict:
    """How many calls of the place's functions fail, and how long they take: for a second at most, or so many calls."""
    state = work["state"]
    host = state["host"]
    functions = planned(state, {"kind": "watch", "place": arguments["place"], "seconds": 60}, 0.0)["functions"]
    done = original("allocate_lock")()
    done.acquire()
    took: list = []
    failures: list = []
    clock, took_append, failures_append, wanted = time.monotonic_ns, took.append, failures.append, RATE_CALLS

    overdue = clock() + OVERDUE

    def passed(result: object, began: int, values: tuple) -> None:
        if clock() > overdue:
            take_out(probe, False)
            return
        took_append(clock() - began)
        if took.__len__() == wanted:
            done.release()

    def failed(error: BaseException, began: int, values: tuple) -> None:
        failures_append(None)
        passed(None, began, values)

    layer = {"body": AROUND, "given": {"@clock": clock, "@passed": passed, "@failed": failed}}
    probe = {"host": host, "layers": [(function, layer) for function in functions], "points": [], "isOut": False}
    try:
        for function in functions:
            check_hookable(function)
            add_layer(host, function, layer)
        done.acquire(True, RATE_SECONDS)
    finally:
        take_out(probe, True)
    counted = list(took)
    return {"calls": len(counted), "errors": min(len(failures), len(counted)), "nanoseconds": sum(counted)}
