# Commands that may take long, fail in foreign code, or talk with whoever gave them: each on a thread of its own, so
# that the agent hears meanwhile that it is to be interrupted.

# Characters that one command may say, and seconds that one has to end after it was interrupted.
OUTPUT_LIMIT = 4 << 20
END_SECONDS = 1.0


def begin_work(state: dict, command: dict, arguments: dict) -> object:
    if state["work"]:
        raise refusal("it is busy with another command")
    work: dict = {
        "state": state,
        "id": state["asked"],
        "arguments": arguments,
        # What was typed, and what wakes whoever waits for it.
        "typed": [],
        "wake": original("allocate_lock")(),
        # Held by whoever interrupts, and by whoever comes out of what may be interrupted.
        "gate": original("allocate_lock")(),
        "isInterruptible": False,
        "isAsking": False,
        # An interrupt is on its way, or came before there was anything that it could end.
        "isHit": False,
        "isPending": False,
        "isOver": False,
        "thread": 0,
        "said": 0,
        "unsaid": "",
    }
    work["wake"].acquire()
    state["work"] = work
    try:
        start_thread(do_work, (work, command["run"]))
    except LookupError:
        state["work"] = None
        raise
    return LATER


def do_work(work: dict, function: object) -> None:
    work["thread"] = original("get_ident")()
    state = work["state"]
    reply: dict = {"id": work["id"]}
    try:
        reply["result"] = {"value": function(work, work["arguments"])}
        say(work, "", isLast=True)
    except BaseException as error:
        refused = failure(error)
        if refused["code"] == -32000:
            reply["error"] = refused
        else:
            reply["result"] = {"raised": exception_text(error), "trace": trace(error)}
    # Before the answer, after which something new may begin.
    state["work"] = None
    try:
        send(state, reply)
    except (TypeError, ValueError, RecursionError):
        send(state, {"id": work["id"], "result": {"raised": "what it returned cannot be written as JSON", "trace": []}})
    finally:
        work.clear()


def attempt(work: dict, function: object, arguments: tuple) -> object:
    """Calls what is not ours; an interrupt ends it with KeyboardInterrupt, and is over when this is."""
    work["isInterruptible"] = True
    try:
        if work["isOver"] or work["isPending"]:
            work["isPending"] = False
            raise KeyboardInterrupt
        return function(*arguments)
    finally:
        # An interrupt that was on its way arrives here, or is taken back.
        while work["isInterruptible"]:
            try:
                with work["gate"]:
                    work["isInterruptible"] = False
                if work["isHit"]:
                    work["isHit"] = False
                    raise_in(work["thread"], None)
            except KeyboardInterrupt:
                pass


def raise_in(thread: int, exception: object) -> None:
    """Raises an exception in a thread, at its next instruction of Python; None takes one back that is on its way."""
    import ctypes

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if exception is None else ctypes.py_object(exception)
    )


def interrupt(state: dict, parameters: dict) -> dict:
    """Interrupts what runs. What waits for a line is not meant: whoever types it says himself that he drops it."""
    work = state["work"]
    if not work:
        return {"wasRunning": False}
    try:
        with work["gate"]:
            if work["isInterruptible"]:
                work["isHit"] = True
                raise_in(work["thread"], KeyboardInterrupt)
            elif not work["isAsking"]:
                work["isPending"] = True
    except KeyError:
        # It ended in this moment.
        return {"wasRunning": False}
    except ImportError:
        raise refusal("this Python has no ctypes, without which nothing can be interrupted") from None
    return {"wasRunning": True}


def typed(state: dict, parameters: dict) -> dict:
    """A line for what waits for one; or that what was typed is dropped, or the end of input."""
    work = state["work"]
    if work:
        line = KeyboardInterrupt if parameters.get("isInterrupted") is True else parameters.get("text")
        work["typed"].append(line if line is KeyboardInterrupt or type(line) is str else None)
        wake(work)
    return {}


def wake(work: dict) -> None:
    if work["wake"].locked():
        work["wake"].release()


def end_work(state: dict) -> None:
    """Whoever gave the command has gone: it is to end."""
    end = time.monotonic() + END_SECONDS
    while state["work"] and time.monotonic() < end:
        work = state["work"]
        try:
            work["isOver"] = True
            wake(work)
            interrupt(state, {})
        except (LookupError, TypeError):
            # It has ended in this moment, or cannot be interrupted.
            break
        pause(0.01)


def ask(work: dict, prompt: str) -> str | None:
    """Asks whoever gave the command for a line; None at the end of input. Raises KeyboardInterrupt where he wants to be
    asked anew."""
    if work["isOver"]:
        return None
    say(work, "", isLast=True)
    # Each answer has its own room.
    work["said"] = 0
    del work["typed"][:]
    work["wake"].acquire(False)
    work["isAsking"], work["isPending"] = True, False
    send(work["state"], {"method": "ask", "params": {"id": work["id"], "prompt": prompt}})
    while not work["typed"] and not work["isOver"]:
        work["wake"].acquire()
    work["isAsking"] = False
    line = work["typed"].pop(0) if work["typed"] else None
    if work["isOver"]:
        return None
    if line is KeyboardInterrupt:
        raise KeyboardInterrupt
    return line


def say(work: dict, text: str, isLast: bool = False) -> None:
    """Shows something to whoever gave the command, line by line and up to a limit."""
    room = OUTPUT_LIMIT - work["said"]
    work["said"] += len(text)
    if len(text) > room:
        text = text[:room] + "\n[nothing further is shown]\n" if room > 0 else ""
    text = work["unsaid"] + text
    end = len(text) if isLast else text.rfind("\n") + 1
    work["unsaid"] = text[end:]
    # A message has its own limit.
    for begin in range(0, end, 65536):
        part = text[begin : min(begin + 65536, end)]
        send(work["state"], {"method": "output", "params": {"id": work["id"], "text": part}})


def exception_text(error: BaseException) -> str:
    """Its type, and its words where they are a plain text: `str` could be the application's."""
    words = BaseException.args.__get__(error)
    return type_name(error) + (": " + words[0][:2000] if words and type(words[0]) is str else "")


def trace(error: BaseException) -> list:
    """Where it was raised, outermost first: what of it is ours is left out."""
    places = []
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename != trace.__code__.co_filename:
            places.append({"file": code.co_filename, "line": step.tb_lineno, "function": code.co_name})
        step = step.tb_next
    return places[-20:]


METHODS.update({"interrupt": interrupt, "typed": typed})
