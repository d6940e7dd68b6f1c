# What holds every probe within its bounds. Each has four limits, always: hits, captures in a second, time of a
# processor, and an end. They are looked at before anything else in a hit, and whoever comes over one takes the probe
# out there and then.
#
# What is called by the application's threads uses no name of this text before it knows that the probe still stands:
# when the agent goes, its names go too, and calls that it watched may still be running.

# Nanoseconds between two looks at what the clock says beside.
TICK = 20_000_000
SECOND = 1_000_000_000
# Where the last look was less than so many nanoseconds ago, one speaks for so many hits.
NEAR = 1_000_000
NEAR_HITS = 16
# One hit that takes more of a processor's time than this ends its probe for good.
CEILING = 50_000_000
# Records that are kept for whoever asks, and bytes that they may have.
KEPT_RECORDS = 200
KEPT_BYTES = 1 << 20
REASON_LIMIT = 20


def make_limiter(probe: dict) -> object:
    """A function that says how many hits may go on, the one that asks among them; where that may not it says 0, or by a
    negative number how many more are to be skipped as well.

    The processor's time is a leaking bucket: what was used flows off with the share of a core that is allowed, and it
    holds what flows off in a second. Captures have one of their own, which gets what the hits leave: while it is full
    they are skipped. So what overflows is what cannot be left out, the hits themselves.

    Only where hits come fast one look at the clock is for more than one of them: the last of these may come when what
    it saw is over. Who asks keeps the number and counts it down, and looks at the gate each time; so most hits cost a
    count and no more.
    """
    clock = time.monotonic_ns
    near_hits, near = NEAR_HITS, NEAR
    share = probe["share"]
    burst = share * SECOND
    cost = probe["cost"]
    figures = probe["figures"]
    gate = probe["gate"]
    level = 0.0
    last = seen = clock()
    due = last + TICK

    def grant() -> int:
        nonlocal level, last, seen, due
        if gate["isClosed"]:
            return 0
        now = clock()
        count = near_hits if now - seen < near else 1
        seen = now
        level += cost * count
        if now >= due:
            level -= (now - last) * share
            if level < 0:
                # What hits left is for the captures.
                gate["debt"] = max(gate["debt"] + level, 0.0)
                level = 0.0
            last = now
            due = now + TICK
            look_at_clock(probe, now)
        if level > burst:
            end_probe(probe, "budget", "it came over its share of the processor")
            return 0
        if gate["left"] <= 0:
            figures["skipped"] += count
            return 1 - count
        if gate["debt"] <= burst:
            return count
        # One by one: there may be room at the next one.
        level -= cost * (count - 1)
        figures["waited"] += 1
        return 0

    return grant


def make_admission(probe: dict, grant: object) -> object:
    """A function that says whether a hit may go on, as the limiter `grant` has it."""
    gate = probe["gate"]
    skips = passes = 0

    def admit() -> bool:
        nonlocal skips, passes
        if skips > 0:
            skips -= 1
            return False
        if passes <= 0:
            passes = grant()
            if passes <= 0:
                skips = -passes
                return False
        passes -= 1
        return not gate["isClosed"]

    # Those that are yet to be skipped were counted beforehand.
    probe["counters"].append(("skipped", lambda: -skips))
    return admit


def look_at_clock(probe: dict, now: int) -> None:
    gate = probe["gate"]
    if now >= gate["windowEnd"]:
        gate["windowEnd"] = now + SECOND
        gate["left"] = probe["rate"]
    if now >= probe["until"]:
        end_probe(probe, "expiry", "its time was over")
    elif now >= probe["owner"].get("alive", 0):
        # The agent's thread would have undone it; in a process that was forked meanwhile there is none.
        end_probe(probe, "lease", "nobody renewed it")


def make_gate(probe: dict) -> dict:
    now = time.monotonic_ns()
    return {"isClosed": False, "left": probe["rate"], "windowEnd": now + SECOND, "debt": 0.0}


def end_probe(probe: dict, how: str, why: str) -> None:
    """Takes the probe out, for a reason that is shown; the first one holds. Also on a thread of the application's."""
    probe["gate"]["isClosed"] = True
    if probe["ended"] is None:
        probe["ended"] = {"how": how, "why": why, "at": time.time()}
    take_out(probe, False)


def take_out(probe: dict, isPatient: bool) -> bool:
    """Whether nothing of it is in any code any more. Who may not wait leaves the rest to the agent's thread."""
    outs = []
    for function, layer in probe["layers"]:
        outs.append(quietly_out(remove_layer, probe["host"], function, layer, isPatient))
    for code, line, hit in probe["points"]:
        outs.append(quietly_out(remove_line, probe["host"], code, line, hit, isPatient))
    probe["isOut"] = all(outs)
    return probe["isOut"]


def quietly_out(remove: object, *arguments: object) -> bool:
    try:
        return remove(*arguments)
    except Exception as error:
        if not is_ours(error):
            raise
        return False


def make_keeper(probe: dict) -> object:
    """A function that keeps a record for whoever asks: bounded, the oldest go first."""
    records, figures = probe["records"], probe["figures"]

    def keep(record: dict, size: int) -> None:
        record["number"] = next(probe["numbers"])
        record["at"] = time.time()
        record["thread"] = thread_of()
        records.append((size, record))
        figures["bytes"] += size
        while len(records) > KEPT_RECORDS or figures["bytes"] > KEPT_BYTES:
            try:
                figures["bytes"] -= records.popleft()[0]
                figures["lost"] += 1
            except IndexError:
                break

    return keep


def guarded(probe: dict, capture: object) -> object:
    """Makes a capture, within what it may cost. Nothing that fails in it comes to the application; what comes from
    elsewhere meanwhile, as the exception of a handler of a signal, goes on to it."""
    timer = time.thread_time_ns
    keep = make_keeper(probe)
    gate, figures, tokens = probe["gate"], probe["figures"], probe["tokens"]
    inside, gone = probe["host"]["inside"], probe["host"]["gone"]
    burst = probe["share"] * SECOND
    ordinary = Exception

    def take(frame: object, call: object) -> None:
        inside.append(None)
        try:
            if gate["left"] <= 0 or gate["debt"] > burst:
                # Since the limiter looked the others had them.
                figures["skipped" if gate["left"] <= 0 else "waited"] += 1
                return
            began = timer()
            gate["left"] -= 1
            try:
                tokens.pop()
            except IndexError:
                end_probe(probe, "hits", "it has had its hits")
                return
            taking = make_taking(probe["limits"])
            record = capture(taking, frame, call)
            if record is None:
                # It was one that is known already: it uses up nothing but time.
                gate["left"] += 1
                tokens.append(None)
                figures["repeated"] += 1
            else:
                if taking["wasCut"]:
                    record["wasCut"] = True
                keep(record, max(probe["limits"]["bytes"] - taking["bytes"], 0) + 500)
                figures["captured"] += 1
            used = timer() - began
            gate["debt"] += used
            figures["spent"] += used
            if used > CEILING:
                end_probe(probe, "ceiling", "one hit took %d ms of the processor's time" % (used // 1_000_000))
            elif not tokens:
                end_probe(probe, "hits", "it has had its hits")
        except ordinary as error:
            if gone:
                # Its names went meanwhile.
                return
            if not is_ours(error):
                raise
            end_probe(probe, "failure", "its own code failed: " + type_name(error))
        finally:
            inside.pop()

    return take


def is_ours(error: BaseException) -> bool:
    """Whether it was raised in what is ours, and not in something that came in between."""
    step = BaseException.__traceback__.__get__(error)
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step is None or step.tb_frame.f_code.co_filename in (is_ours.__code__.co_filename, HOOK_FILE)


def thread_of() -> dict:
    module = sys.modules.get("threading")
    active = fields(module).get("_active") if module is not None else None
    thread = active.get(original("get_ident")()) if type(active) is dict else None
    name = attribute(thread, "_name") if thread is not None else None
    return {"id": original("get_native_id")(), "name": clean(name[:100]) if type(name) is str else None}


def undecided_hit(probe: dict, error: Exception) -> None:
    """A condition that could not be decided does not hold; the reasons are counted."""
    words = (
        error.args[1] if len(error.args) > 1 and error.args[0] is UNDECIDED else "there is no room left to carry it out"
    )
    reasons = probe["undecided"]
    if words in reasons or len(reasons) < REASON_LIMIT:
        reasons[words] = reasons.get(words, 0) + 1


def wait_for_captures(host: dict) -> None:
    """Until no thread of the application's is in the middle of a capture; then our names may go."""
    host["gone"].append(None)
    # Whoever had just been let in comes to its turn meanwhile, however many wait for the interpreter.
    pause(0.02 + 0.006 * min(len(sys._current_frames()), 150))
    end = time.monotonic() + 1
    while host["inside"] and time.monotonic() < end:
        pause(0.002)
