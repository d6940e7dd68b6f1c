# What each kind of probe does when it is hit. The limiter comes first, then the condition, then what is captured.


def make_parts(probe: dict) -> dict:
    """What a probe puts around functions, or at a line: a layer, or a hit."""
    return KINDS[probe["kind"]](probe)


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


def make_cells(probe: dict) -> object:
    """Where calls are counted: each thread counts for itself, so that none is lost, under a label."""
    cells, limit, other = probe["cells"], CELL_LIMIT, OTHER_LABEL
    count = 0

    def new_cell(label: object, thread: int) -> list:
        nonlocal count
        if count >= limit:
            label, thread = other, 0
        count += 1
        # Calls, errors, nanoseconds, and how many took how long; where that is known it says how many calls as well.
        return cells.setdefault(label, {}).setdefault(thread, [0, 0, 0, {}])

    return new_cell


def bucket_of(took: int) -> int:
    """Which bucket counts a time of so many nanoseconds (`LatencyHistogram`)."""
    step = took.bit_length() - 6
    return took if step <= 0 else (step << 5) + (took >> step)


CELL_LIMIT = 5000
# Below this a table says the bucket: of a call that is over so soon the way to it counts.
QUICK = 4096
LABEL_LIMIT = 100
OTHER_LABEL = ("(other)",)


def counting(probe: dict, isTimed: bool) -> dict:
    # Nothing is captured that could come to an end.
    probe["gate"]["left"] = probe["rate"] = 1
    grant, gate = make_limiter(probe), probe["gate"]
    new_cell = make_cells(probe)
    clock, identity = time.monotonic_ns, original("get_ident")
    labels = [compiled(tree) for tree in probe["trees"].get("labels", [])]
    names = tuple(sorted({name for _, own, _ in labels for name in own}))
    for _, _, specials in labels:
        check_names(probe, names, specials, SPECIALS)
    label_of = make_label(probe, labels, names) if labels else None
    cell_of, cells_of = probe["cells"].setdefault(None, {}).get, probe["cells"].get
    none: dict = {}
    buckets, quick, bucket_for = tuple(map(bucket_of, range(QUICK))) if isTimed else (), QUICK, bucket_of
    absent = KeyError
    passes = 0

    def passed(result: object, began: int, values: tuple, error: object = None) -> list | None:
        """Counts a call, and says where."""
        nonlocal passes
        took = clock() - began
        if passes <= 0:
            passes = grant()
            if passes <= 0:
                return None
        passes -= 1
        thread = identity()
        if label_of is None:
            # All this uses no name of the text's; so where the probe has just ended the call is counted yet.
            cell = cell_of(thread)
            if cell is None:
                cell = new_cell(None, thread)
        elif gate["isClosed"]:
            return None
        else:
            label = label_of(values, result, error, took)
            cell = cells_of(label, none).get(thread) or new_cell(label, thread)
        cell[2] += took
        if not isTimed:
            cell[0] += 1
            return cell
        counts = cell[3]
        bucket = buckets[took] if took < quick else bucket_for(took)
        try:
            counts[bucket] += 1
        except absent:
            counts[bucket] = 1
        return cell

    def failed(error: BaseException, began: int, values: tuple) -> None:
        cell = passed(None, began, values, error)
        if cell is not None and type(error) is not GeneratorExit:
            cell[1] += 1

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
