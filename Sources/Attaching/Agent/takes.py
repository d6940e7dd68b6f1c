# What probes capture of a call, of a frame and of an exception.


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
