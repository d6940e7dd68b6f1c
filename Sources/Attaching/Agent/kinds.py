# What each kind of probe does when it is hit. The limiter comes first, then the condition, then what is captured.


def make_condition(probe: dict, source: str = "values") -> tuple:
    """The condition as a function of the values of some names and specials, and these; None for one that always
    holds. Of what cannot be decided the reason is counted."""
    tree = probe["trees"].get("condition")
    if tree is None:
        return None, (), ()
    holds, names, specials = decision(tree, source, lambda error: undecided_hit(probe, error))
    # What a hit takes is measured with one that holds for nothing.
    return (lambda _: False) if probe["isTrial"] else holds, names, specials


def at_entry(probe: dict, capture: object) -> dict:
    """A layer that captures when a function is called."""
    admit = make_admission(probe, make_limiter(probe))
    holds, names, specials = make_condition(probe)
    check_names(probe, names, specials, ())
    is_held = make_decision(probe, holds)
    take = guarded(probe, capture)
    frame_of = sys._getframe

    def before(values: tuple) -> None:
        if admit() and (holds is None or is_held(values)):
            take(frame_of(1), None)

    return {"body": ENTERED, "given": {"@before": before}, "values": names}


def make_decision(probe: dict, holds: object) -> object:
    """Whether the condition is true of some values; how often it was not is counted."""
    missed = 0

    def is_held(values: tuple) -> bool | None:
        nonlocal missed
        isHeld = holds(values)
        if isHeld is False:
            missed += 1
        return isHeld

    probe["counters"].append(("misses", lambda: missed))
    return is_held


def known_specials(specials: tuple, result: object, error: object, nanoseconds: int) -> list:
    values = []
    for name in specials:
        if name == "ms":
            values.append(nanoseconds / 1e6)
        elif name == "return":
            values.append(UNDEFINED if error is not None else result)
        else:
            values.append(None if error is None else type_name(error))
    return values


def at_exit(probe: dict, capture: object) -> dict:
    """A layer that captures when a call has ended."""
    grant, gate = make_limiter(probe), probe["gate"]
    admit = make_admission(probe, grant)
    skips = passes = 0
    holds, names, specials = make_condition(probe)
    check_names(probe, names, specials, SPECIALS)
    is_held = make_decision(probe, holds)
    take = guarded(probe, capture)
    frame_of = sys._getframe
    clock = time.monotonic_ns

    def ended(result: object, began: int, values: tuple, error: object) -> None:
        took = clock() - began
        if specials:
            values = (*values, *known_specials(specials, result, error, took))
        if holds is None or is_held(values):
            take(frame_of(2), {"took": took, "result": result, "error": error})

    def passed(result: object, began: int, values: tuple) -> None:
        # Written out instead of `admit`: of most calls this is all.
        nonlocal skips, passes
        if skips > 0:
            skips -= 1
            return
        if passes <= 0:
            passes = grant()
            if passes <= 0:
                skips = -passes
                return
        passes -= 1
        if not gate["isClosed"]:
            ended(result, began, values, None)

    def failed(error: BaseException, began: int, values: tuple) -> None:
        if admit() and type(error) is not GeneratorExit:
            ended(None, began, values, error)

    probe["counters"].append(("skipped", lambda: -skips))
    given = {"@clock": clock, "@passed": passed, "@failed": failed}
    return {"body": AROUND, "given": given, "values": names}


def at_error(probe: dict, capture: object) -> dict:
    """A layer that captures when an exception leaves a function; calls that return cost nothing but a jump."""
    admit = make_admission(probe, make_limiter(probe))
    holds, names, specials = make_condition(probe)
    check_names(probe, names, specials, ("exception",))
    is_held = make_decision(probe, holds)
    take = guarded(probe, capture)
    frame_of = sys._getframe

    def failed(error: BaseException, values: tuple) -> None:
        if not admit() or type(error) is GeneratorExit:
            return
        if holds is None or is_held((*values, *known_specials(specials, None, error, 0))):
            take(frame_of(1), {"error": error})

    return {"body": LEFT_BY_ERROR, "given": {"@failed": failed}, "values": names}


def at_line(probe: dict, capture: object) -> object:
    """A hit that captures when a line is reached. The frame of that line is two above: the event of Python's, or our
    call, is in between."""
    grant, gate = make_limiter(probe), probe["gate"]
    holds, names, specials = make_condition(probe, "locals")
    check_names(probe, (), specials, ())
    take = guarded(probe, capture)
    frame_of = sys._getframe
    skips = passes = missed = 0

    def hit() -> None:
        # Written out instead of `admit` and `is_held`: a line may be reached in every turn of a loop.
        nonlocal skips, passes, missed
        if skips > 0:
            skips -= 1
            return
        if passes <= 0:
            passes = grant()
            if passes <= 0:
                skips = -passes
                return
        passes -= 1
        if gate["isClosed"]:
            return
        frame = frame_of(2)
        if holds is not None:
            isHeld = holds(frame.f_locals)
            if isHeld is False:
                missed += 1
            if not isHeld:
                return
        take(frame, None)

    probe["counters"] += [("skipped", lambda: -skips), ("misses", lambda: missed)]
    return hit


SPECIALS = ("return", "exception", "ms")


def check_names(probe: dict, names: tuple, specials: tuple, known: tuple) -> None:
    for name in specials:
        if name not in known:
            raise refusal("@%s is known when a call has ended, and not here" % name)
    for function in probe["functions"]:
        parameters = parameter_names(function.__code__)
        for name in names:
            if name not in parameters:
                raise refusal(
                    "%s is no parameter of %s: there is %s"
                    % (name, function.__qualname__, ", ".join(parameters) or "none at all")
                )


def count_calls(probe: dict) -> dict:
    return counting(probe, False)


def time_calls(probe: dict) -> dict:
    return counting(probe, True)


def watch_calls(probe: dict) -> dict:
    return at_entry(probe, capture_call) if probe["when"] == "before" else at_exit(probe, capture_call)


def record_calls(probe: dict) -> dict:
    return at_exit(probe, capture_call)


def keep_exceptions(probe: dict) -> dict:
    return at_error(probe, capture_exception(probe))


# Where exceptions come by that nobody in the application handles: who gets them, by which of its parameters; None where
# they leave it.
HANDLERS = (
    ("flask.app", "Flask.handle_user_exception", 1),
    ("django.core.handlers.exception", "response_for_exception", 1),
    ("starlette.middleware.errors", "ServerErrorMiddleware.__call__", None),
    ("tornado.web", "RequestHandler._handle_request_exception", 1),
    ("aiohttp.web_protocol", "RequestHandler.handle_error", 3),
    ("threading", "Thread.run", None),
)
EVERYWHERE_PLACE = "everywhere"


def handlers_known() -> list:
    """Those that this process has, with the parameter that gets an exception."""
    found = []
    for module, path, index in HANDLERS:
        if module in sys.modules:
            try:
                function = found_function("%s:%s" % (module, path))
            except LookupError:
                # It is another version.
                continue
            names = parameter_names(function.__code__)
            if index is None or index < len(names):
                found.append((function, None if index is None else names[index]))
    return found


def exceptions_everywhere(probe: dict) -> list:
    """Layers around all of them, which are one probe."""
    layer = at_error(probe, capture_exception(probe))
    failed = layer["given"]["@failed"]

    def handed(values: tuple) -> None:
        failed(values[0], ())

    taking = {"@before": handed}
    return [
        (function, layer if name is None else {"body": ENTERED, "given": taking, "values": (name,)})
        for function, name in handlers_known()
    ]


def show_callers(probe: dict) -> dict:
    """Who calls: the same stack is counted, and told once."""
    known: dict = {}

    def capture(taking: dict, frame: object, call: None) -> dict | None:
        stack = stack_of(frame.f_back)
        key = tuple((place["file"], place["line"]) for place in stack)
        if key in known:
            known[key]["times"] += 1
            return None
        record = {"stack": stack, "times": 1}
        if len(known) < DISTINCT_LIMIT:
            known[key] = record
        return record

    return at_entry(probe, capture)


def snapshot_of(probe: dict) -> object:
    if probe["line"] is None:
        return at_entry(probe, capture_frame)
    return at_line(probe, capture_frame)


def log_at(probe: dict) -> object:
    capture = capture_message(probe["trees"]["message"])
    return at_entry(probe, capture) if probe["line"] is None else at_line(probe, capture)


KINDS = {
    "watch": watch_calls,
    "snapshot": snapshot_of,
    "log": log_at,
    "exceptions": keep_exceptions,
    "count": count_calls,
    "time": time_calls,
    "stack": show_callers,
    "record": record_calls,
}
