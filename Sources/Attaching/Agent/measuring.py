# What a probe would cost, how often it would be hit, and how the calls fare that it is about.

# Nanoseconds after which what counts is over, whoever finds it.
OVERDUE = 3_000_000_000


def cost_of(state: dict, arguments: dict, found: dict) -> float:
    """Nanoseconds that a hit takes which captures nothing, measured here and now with a function of our own that has
    the same parameters: the least of several rounds, in which nobody interfered."""
    probe = planned(state, arguments, 0.0, found)
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

    def reached() -> None:
        hit()

    # And what Python itself takes to tell it.
    return rounds(reached, (), {}) + (60.0 if hasattr(sys, "monitoring") else 20.0)


# How often it is hit.


def rate_of(state: dict, arguments: dict, found: dict) -> dict:
    """Counts for a second at most, or so many calls: with the same mechanism, and nothing else in it."""
    probe = planned(state, {**arguments, "trees": {}}, 0.0, found)
    done = original("allocate_lock")()
    is_over = make_overdue(probe)
    counted: list = []
    append, size, wanted = counted.append, counted.__len__, RATE_CALLS

    def count(*values: object) -> None:
        if not is_over():
            append(None)
            if size() == wanted:
                done.release()

    isLine = probe["line"] is not None
    layer = {"body": ENTERED, "given": {"@before": count}}
    parts = at_its_line(probe, count) if isLine else around_functions(probe, layer)
    elapsed, isOut = put_in_for_a_while(probe, parts, done)
    if not isOut:
        raise refusal("what counted the calls could not be taken out again: somebody else has replaced the code")
    return {"calls": len(counted), "nanoseconds": elapsed}


def make_overdue(probe: dict) -> object:
    """Whether what counts is over, by whoever calls it: when the agent has gone, whose names went with it, and in a
    process that was forked meanwhile, where nobody else takes it out."""
    gone, clock = probe["host"]["gone"], time.monotonic_ns
    overdue = clock() + OVERDUE

    def is_over() -> bool:
        if gone:
            return True
        if clock() <= overdue:
            return False
        take_out(probe, False)
        return True

    return is_over


def put_in_for_a_while(probe: dict, parts: tuple, done: object) -> tuple:
    """Until `done` is released, or a second is over. How long it was, and whether it is out again."""
    done.acquire()
    # The agent does not go before it is out.
    inside = probe["host"]["inside"]
    inside.append(None)
    began = time.monotonic_ns()
    try:
        put_parts_in(probe, *parts)
        done.acquire(True, RATE_SECONDS)
    finally:
        elapsed = time.monotonic_ns() - began
        isOut = take_out(probe, True)
        inside.pop()
    return elapsed, isOut


# How calls fare.


def health_of(work: dict, arguments: dict) -> dict:
    """How many calls of the place's functions fail, and how long they take: for a second at most, or so many calls."""
    state = work["state"]
    probe_room(state)
    probe = planned(state, {"kind": "watch", "place": arguments["place"], "seconds": 60}, 0.0)
    done = original("allocate_lock")()
    is_over = make_overdue(probe)
    took: list = []
    failures: list = []
    append, size, fail = took.append, took.__len__, failures.append
    clock, wanted = time.monotonic_ns, RATE_CALLS

    def passed(result: object, began: int, values: tuple) -> None:
        if not is_over():
            append(clock() - began)
            if size() == wanted:
                done.release()

    def failed(error: BaseException, began: int, values: tuple) -> None:
        fail(None)
        passed(None, began, values)

    layer = {"body": AROUND, "given": {"@clock": clock, "@passed": passed, "@failed": failed}}
    put_in_for_a_while(probe, around_functions(probe, layer), done)
    counted = list(took)
    return {"calls": len(counted), "errors": min(len(failures), len(counted)), "nanoseconds": sum(counted)}
