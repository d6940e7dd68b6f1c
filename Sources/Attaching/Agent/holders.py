# Which frames hold one of some objects: of threads, of greenlets that wait, of coroutines that wait.

# Frames of one stack, and what is looked at of one frame: its variables, and the attributes of each.
FRAME_LIMIT = 200
VALUE_LIMIT = 1000
ATTRIBUTE_LIMIT = 300
STACK_LIMIT = 60
# CO_OPTIMIZED and CO_NEWLOCALS: the code of a function.
FUNCTION = 0x3
# A function that names one of these may keep what f_locals gives, up to 3.12 the same dictionary for everybody.
KEEPERS = {"locals", "vars", "eval", "exec", "dir", "_getframe", "currentframe"}


def frame_values(frame: types.FrameType, above: list | None) -> list | None:
    """What a frame's variables hold, by what those of the frame hold that it called; None where that cannot be looked
    at without harm. Nothing is left behind in it."""
    code = frame.f_code
    if code.co_flags & FUNCTION != FUNCTION:
        return [value for _, value in items_of(frame.f_globals)] if code.co_name == "<module>" else []
    if sys.version_info < (3, 11):
        # What the collector would be told.
        return gc.get_referents(frame)
    if sys.version_info >= (3, 13):
        # A view of the variables themselves.
        return list(frame.f_locals.values())
    return copied_values(frame) if above is not None and all(value is not frame for value in above) else None


def copied_values(frame: types.FrameType) -> list | None:
    """On 3.11 and 3.12 f_locals is a copy that the frame keeps, and with it all that was in its variables. It is
    emptied, but not where a function that traces or profiles looks at the frame: Python writes the copy back when that
    returns."""
    import opcode

    code = frame.f_code
    isAtStart = frame.f_lasti < 0 or code.co_code[frame.f_lasti] == opcode.opmap["RESUME"]
    if isAtStart or frame.f_trace is not None or not KEEPERS.isdisjoint(code.co_names):
        return None
    nothing = dict.fromkeys(frame.f_locals)
    # No other thread comes between these three, in which nothing is called.
    copy = frame.f_locals
    held = {**copy}
    copy |= nothing
    return list(held.values())


def stack_of(frame: types.FrameType | None) -> list:
    """The frames of a stack, innermost first."""
    frames = []
    while frame is not None and len(frames) < FRAME_LIMIT:
        frames.append(frame)
        frame = frame.f_back
    return frames


def stack_text(frames: list) -> list:
    lines = [
        "%s:%s %s" % (clean(code.co_filename), line, clean(getattr(code, "co_qualname", code.co_name)))
        for code, line in ((frame.f_code, frame.f_lineno) for frame in frames[:STACK_LIMIT])
    ]
    return lines + (["%d further frames" % (len(frames) - STACK_LIMIT)] if len(frames) > STACK_LIMIT else [])


def thread_stacks() -> list:
    """Every thread but our own, with its ident."""
    threads = dict(items_of(attribute(sys.modules.get("threading"), "_active")))
    own = original("get_ident")()
    return [
        ("thread " + (clean(attribute(threads.get(ident), "_name")) or str(ident)), ident, stack_of(frame))
        for ident, frame in sys._current_frames().items()
        if ident != own
    ]


def greenlet_stacks(greenlets: list) -> list:
    """Those that wait; one that runs is its thread's stack."""
    stacks = []
    for greenlet in greenlets:
        frame = in_class(greenlet, "gr_frame").__get__(greenlet)
        if type(frame) is types.FrameType:
            stacks.append(("greenlet of type " + class_name(type(greenlet)), id(greenlet), stack_of(frame)))
    return stacks


def coroutine_stacks(coroutines: list) -> list:
    """Those that wait, each with all that await it in turn. What they hold, the collector is told."""
    known = {id(coroutine) for coroutine in coroutines}
    outer = {id(coroutine.cr_await): coroutine for coroutine in coroutines if id(coroutine.cr_await) in known}
    stacks = []
    for coroutine in coroutines:
        if coroutine.cr_running or coroutine.cr_frame is None or id(coroutine.cr_await) in known:
            continue
        frames, values, step = [], [], coroutine
        while step is not None and step.cr_frame is not None and len(frames) < FRAME_LIMIT:
            frames.append(step.cr_frame)
            # Up to 3.10 its frame is asked, later the coroutine itself.
            values += gc.get_referents(step, step.cr_frame)[:VALUE_LIMIT]
            step = outer.get(id(step))
        stacks.append(("coroutine", values, frames))
    return stacks


def holds(values: list, wanted: dict) -> set:
    """Which of the wanted are among these values, or an attribute of one: `wanted` says it by address."""
    found = set()
    for value in values:
        if type(value) is types.MethodType:
            # What a `with` without a name keeps of it.
            value = value.__self__
        if id(value) in wanted:
            found.add(wanted[id(value)])
        else:
            for _, inner in own_items(value)[:ATTRIBUTE_LIMIT]:
                if id(inner) in wanted:
                    found.add(wanted[id(inner)])
    return found


def holders_of(wanted: dict, scopes: dict, greenlets: list, coroutines: list) -> list:
    """Who holds what: triples of what is wanted, who holds it, and his frames. `scopes` says by a thread's ident or a
    greenlet's address what is kept for it elsewhere."""
    result = []
    for name, ident, frames in thread_stacks() + greenlet_stacks(greenlets):
        found = {scopes[ident]} if ident in scopes else set()
        values: list | None = []
        for frame in frames:
            values = frame_values(frame, values)
            found |= holds((values or [])[:VALUE_LIMIT], wanted)
        result += [(number, name, frames) for number in found]
    for name, values, frames in coroutine_stacks(coroutines):
        result += [(number, name, frames) for number in holds(values, wanted)]
    return result
