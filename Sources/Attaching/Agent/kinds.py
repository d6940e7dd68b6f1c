# What each kind of probe does when it is hit. The limiter comes first, then the condition, then what is captured.


def make_parts(probe: dict) -> dict:
    """What a probe puts around functions, or at a line: a layer, or a hit."""
    return KINDS[probe["kind"]](probe)


def make_condition(probe: dict) -> tuple:
    """The condition as a function of some names and specials, and these; None for one that always holds."""
    tree = probe["trees"].get("condition")
    if tree is None:
        return None, (), ()
    return compiled(tree)


def at_entry(probe: dict, capture: object) -> dict:
    """A layer that captures when a function is called."""
    admit = make_limiter(probe)
    holds, names, specials = make_condition(probe)
    check_names(probe, names, specials, ())
    take = guarded(probe, capture)
    frame_of = sys._getframe

    def before(*values: object) -> None:
        if admit() and (holds is None or is_held(probe, holds, values)):
            take(frame_of(1), None)

    return {"body": ENTERED, "given": {"@before": before}, "values": names}


def is_held(probe: dict, holds: object, values: tuple) -> bool:
    """Whether the condition is true of these; what cannot be decided is counted, and is not."""
    try:
        value = holds(*values)
        if value is True or value is not False and truth(value):
            return True
        probe["figures"]["misses"] += 1
    except LookupError as error:
        undecided_hit(probe, error)
    return False


def known_specials(specials: tuple, result: object, error: object, nanoseconds: int) -> list:
    known = {
        "return": UNDEFINED if error is not None else result,
        "exception": None if error is None else type_name(error),
        "ms": nanoseconds / 1e6,
    }
    return [known[name] for name in specials]


def at_exit(probe: dict, capture: object) -> dict:
    """A layer that captures when a call has ended."""
    admit = make_limiter(probe)
    holds, names, specials = make_condition(probe)
    check_names(probe, names, specials, SPECIALS)
    take = guarded(probe, capture)
    frame_of = sys._getframe
    clock = time.monotonic_ns

    def end(began: int, result: object, error: object, values: tuple) -> None:
        took = clock() - began
        if holds is None or is_held(probe, holds, (*values, *known_specials(specials, result, error, took))):
            take(frame_of(2), {"took": took, "result": result, "error": error})

    def passed(result: object, began: int, *values: object) -> None:
        if admit():
            end(began, result, None, values)

    def failed(error: BaseException, began: int, *values: object) -> None:
        if admit() and type(error) is not GeneratorExit:
            end(began, None, error, values)

    given = {"@clock": clock, "@passed": passed, "@failed": failed}
    return {"body": AROUND, "given": given, "values": names}


def at_error(probe: dict, capture: object) -> dict:
    """A layer that captures when an exception leaves a function; calls that return cost nothing but a jump."""
    admit = make_limiter(probe)
    holds, names, specials = make_condition(probe)
    check_names(probe, names, specials, ("exception",))
    take = guarded(probe, capture)
    frame_of = sys._getframe

    def failed(error: BaseException, *values: object) -> None:
        if not admit() or type(error) is GeneratorExit:
            return
        if holds is None or is_held(probe, holds, (*values, *known_specials(specials, None, error, 0))):
            take(frame_of(1), {"error": error})

    return {"body": LEFT_BY_ERROR, "given": {"@failed": failed}, "values": names}


def at_line(probe: dict, capture: object) -> object:
    """A hit that captures when a line is reached. The frame of that line is two above: the event of Python's, or our
    call, is in between."""
    admit = make_limiter(probe)
    holds, names, specials = make_condition(probe)
    check_names(probe, (), specials, ())
    take = guarded(probe, capture)
    frame_of = sys._getframe
    missing = UNDEFINED

    def hit() -> None:
        if not admit():
            return
        if holds is not None:
            own = frame_of(2).f_locals
            if not is_held(probe, holds, [own.get(name, missing) for name in names]):
                return
        take(frame_of(2), None)

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


# What is captured.


def capture_arguments(taking: dict, frame: object) -> list:
    return captured_names(local_items(frame, parameter_names(frame.f_code)), taking)


def capture_call(taking: dict, frame: object, call: dict | None) -> dict:
    """The arguments of a call, and where it has ended how it did."""
    record: dict = {"arguments": capture_arguments(taking, frame)}
    if call is not None:
        record["nanoseconds"] = call["took"]
        if call["error"] is None:
            record["returned"] = captured([call["result"]], taking)[0]
        else:
            record["exception"] = exception_of(call["error"], taking)
    return record


def capture_frame(taking: dict, frame: object, call: None) -> dict:
    return {"locals": captured_names(local_items(frame), taking), "stack": stack_of(frame)}


def exception_of(error: BaseException, taking: dict) -> dict:
    return {
        "type": type_title(type(error)),
        "arguments": captured(list(BaseException.args.__get__(error)[:10]), taking),
    }


def capture_message(parts: list) -> object:
    """A message: some texts, and values of which each is told with its name, so that redaction sees whose it is."""
    made = [(part, *compiled(part["tree"])) if "tree" in part else (part, None, (), ()) for part in parts]

    def capture(taking: dict, frame: object, call: None) -> dict:
        own = frame.f_locals
        told_parts = []
        for part, evaluate, names, _ in made:
            if evaluate is None:
                told_parts.append({"text": part["text"]})
                continue
            try:
                value = captured([evaluate(*[own.get(name, UNDEFINED) for name in names])], taking)[0]
            except LookupError as error:
                value = {"type": "", "unread": error.args[1] if len(error.args) > 1 else "undecided"}
            told_parts.append({"name": part["name"], "value": value})
        return {"message": told_parts}

    return capture


def capture_exception(probe: dict) -> object:
    """An exception with the frames that it went through and their variables; each distinct one is kept once."""
    known: dict = {}

    def capture(taking: dict, frame: object, call: dict) -> dict | None:
        error = call["error"]
        steps = []
        step = BaseException.__traceback__.__get__(error)
        while step is not None:
            if step.tb_frame.f_code.co_filename not in (HOOK_FILE, capture_exception.__code__.co_filename):
                steps.append(step)
            step = step.tb_next
        last = steps[-1] if steps else None
        key = (type_title(type(error)), id(last.tb_frame.f_code) if last else 0, last.tb_lineno if last else 0)
        if key in known:
            known[key]["times"] += 1
            return None
        record: dict = {"exception": exception_of(error, taking), "times": 1, "frames": []}
        for step in steps[: -CAPTURE_FRAMES - 1 : -1]:
            record["frames"].append(
                {
                    **place_of(step.tb_frame, step.tb_lineno),
                    "locals": captured_names(local_items(step.tb_frame), taking),
                }
            )
        record["callers"] = stack_of(frame.f_back)
        record["causes"] = causes_of(error)
        if len(known) < DISTINCT_LIMIT:
            known[key] = record
        return record

    return capture


def causes_of(error: BaseException) -> list:
    """The types of the exceptions that it came from."""
    found: list = []
    while len(found) < 5:
        cause = BaseException.__cause__.__get__(error)
        if cause is None and not BaseException.__suppress_context__.__get__(error):
            cause = BaseException.__context__.__get__(error)
        if cause is None:
            break
        found.append(type_title(type(cause)))
        error = cause
    return found


DISTINCT_LIMIT = 100


# What is counted.


def make_cells(probe: dict) -> tuple:
    """Where calls are counted: each thread counts for itself, so that none is lost, under a label."""
    cells = probe["cells"]
    identity = original("get_ident")

    def cell_of(label: object) -> list:
        key = (identity(), label)
        cell = cells.get(key)
        if cell is None:
            if len(cells) >= CELL_LIMIT:
                key = (0, OTHER_LABEL)
            # Calls, errors, nanoseconds, and how many took how long.
            cell = cells.setdefault(key, [0, 0, 0, {}])
        return cell

    return cell_of


CELL_LIMIT = 5000
LABEL_LIMIT = 100
OTHER_LABEL = ("(other)",)


def counting(probe: dict, isTimed: bool) -> dict:
    cell_of = make_cells(probe)
    admit = make_metre(probe)
    clock = time.monotonic_ns
    labels = [compiled(tree) for tree in probe["trees"].get("labels", [])]
    names = tuple(sorted({name for _, own, _ in labels for name in own}))
    for _, _, specials in labels:
        check_names(probe, names, specials, SPECIALS)
    label_of = make_label(probe, labels, names) if labels else None

    def end(began: int, result: object, error: object, values: tuple) -> None:
        now = clock()
        if not admit(now):
            return
        took = now - began
        cell = cell_of(None if label_of is None else label_of(values, result, error, took))
        cell[0] += 1
        cell[2] += took
        if error is not None and type(error) is not GeneratorExit:
            cell[1] += 1
        if isTimed:
            step = took.bit_length() - 6
            bucket = took if step <= 0 else (step << 5) + (took >> step)
            counts = cell[3]
            counts[bucket] = counts.get(bucket, 0) + 1

    def passed(result: object, began: int, *values: object) -> None:
        end(began, result, None, values)

    def failed(error: BaseException, began: int, *values: object) -> None:
        end(began, None, error, values)

    given = {"@clock": clock, "@passed": passed, "@failed": failed}
    return {"body": AROUND, "given": given, "values": names}


def make_label(probe: dict, labels: list, names: tuple) -> object:
    places = [([names.index(name) for name in own], specials, evaluate) for evaluate, own, specials in labels]
    known: set = set()

    def label_of(values: tuple, result: object, error: object, took: int) -> tuple:
        parts = []
        for indexes, specials, evaluate in places:
            special = known_specials(specials, result, error, took)
            try:
                value = evaluate(*[values[index] for index in indexes], *special)
            except LookupError as reason:
                undecided_hit(probe, reason)
                value = "(undecided)"
            isShort = is_exactly(value, bool, float, str) or type(value) is int and value.bit_length() <= 256
            parts.append(str(value)[:100] if isShort else "(%s)" % type_title(type(value)))
        label = tuple(parts)
        if label not in known:
            if len(known) >= LABEL_LIMIT:
                return OTHER_LABEL
            known.add(label)
        return label

    return label_of


def make_metre(probe: dict) -> object:
    """The limits of a probe that captures nothing: its end, and the time of a processor."""
    share = probe["share"]
    burst = share * SECOND
    cost = probe["cost"]
    gate = probe["gate"]
    level = 0.0
    last = time.monotonic_ns()
    due = last + TICK

    def admit(now: int) -> bool:
        nonlocal level, last, due
        if gate["isClosed"]:
            return False
        level += cost
        if now >= due:
            level = max(level - (now - last) * share, 0.0)
            last = now
            due = now + TICK
            look_at_clock(probe, now)
        if level > burst:
            end_probe(probe, "budget", "it came over its share of the processor")
            return False
        return True

    return admit


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
    taking = {"@before": layer["given"]["@failed"]}
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
