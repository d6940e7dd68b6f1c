# Probes: new questions to running code, within a budget. What is asked comes from whoever attached; what he may ask,
# and with which limits, was decided before.

import itertools

PROBE_LIMIT = 20
ENDED_PROBES = 20
# A count of this many calls says how often there are, or so many seconds.
RATE_CALLS = 1000
RATE_SECONDS = 1.0
ANSWER_ROOM = 700_000


def probe_room(state: dict) -> list:
    host = state["host"]
    for name in ("inside", "gone", "probes"):
        host.setdefault(name, [])
    host["atEnd"] = wait_for_captures
    return host["probes"]


def planned(state: dict, arguments: dict, cost: float, found: dict | None = None) -> dict:
    """A probe that is in no code yet; `found` is what its place means, where that was looked for already."""
    host = state["host"]
    kind = arguments["kind"]
    if kind not in KINDS:
        raise refusal("there is no probe of the kind %s" % kind)
    found = found or located(host, arguments["place"])
    if arguments["place"] == EVERYWHERE_PLACE and kind != "exceptions":
        raise refusal("only exceptions are looked for everywhere")
    isLine = found["line"] is not None
    if isLine and kind not in LINE_KINDS and not found["functions"]:
        raise refusal("the function of that line is not made yet")
    if not isLine and not found["functions"]:
        raise refusal("the function is not made yet: name a line in it")
    line = found["line"] if kind in LINE_KINDS else None
    limits = dict(arguments.get("capture") or {})
    probe: dict = {
        "host": host,
        "owner": state,
        "kind": kind,
        "place": arguments["place"],
        "functions": found["functions"],
        "code": found["code"],
        "line": line,
        "notes": found["notes"],
        "trees": arguments.get("trees") or {},
        "labels": arguments.get("labels"),
        "when": arguments.get("when", "after"),
        "every": max(int(arguments.get("every", 1)), 1),
        "rate": max(int(arguments.get("rate", 5)), 1),
        "share": float(arguments.get("share", 0.01)),
        "cost": cost,
        "limits": {**make_taking(limits), "wasCut": False},
        "until": time.monotonic_ns() + int(float(arguments.get("seconds", 600)) * SECOND),
        "tokens": collections.deque([None] * min(max(int(arguments.get("hits", 100)), 1), 100_000)),
        "records": collections.deque(),
        "numbers": itertools.count(1),
        "undecided": {},
        "cells": {},
        "layers": [],
        "points": [],
        "ended": None,
        "isOut": True,
        "figures": dict.fromkeys(FIGURES, 0),
        "counters": [],
        "isTrial": False,
    }
    probe["gate"] = make_gate(probe)
    return probe


FIGURES = (
    "skipped",
    "waited",
    "misses",
    "captured",
    "repeated",
    "spent",
    "bytes",
    "lost",
    "passed",
    "busy",
    "occupied",
)
LINE_KINDS = ("snapshot", "log")


def parts_of(probe: dict) -> tuple:
    """Layers around functions, and hits at lines, that make up the probe."""
    if probe["place"] == EVERYWHERE_PLACE:
        return exceptions_everywhere(probe), []
    part = KINDS[probe["kind"]](probe)
    return around_functions(probe, part) if type(part) is dict else at_its_line(probe, part)


def around_functions(probe: dict, layer: dict) -> tuple:
    for function in probe["functions"]:
        check_hookable(function)
    return [(function, layer) for function in probe["functions"]], []


def at_its_line(probe: dict, hit: object) -> tuple:
    return [], [(probe["code"], entry_line(probe["code"], probe["line"]), hit)]


def entry_line(code: object, line: int) -> int | None:
    """None where Python tells no line, and only that the code begins: all of it stands on one."""
    return None if hasattr(sys, "monitoring") and len(lines_of(code)) == 1 else line


def put_in(probe: dict) -> None:
    try:
        put_parts_in(probe, *parts_of(probe))
    except BaseException:
        probe["gate"]["isClosed"] = True
        take_out(probe, True)
        raise


def put_parts_in(probe: dict, layers: list, points: list) -> None:
    """Where it fails half-way, what is in already is to be taken out."""
    host = probe["host"]
    probe["isOut"] = False
    for function, layer in layers:
        probe["layers"].append((function, layer))
        add_layer(host, function, layer)
    for code, line, hit in points:
        probe["points"].append((code, line, hit))
        functions = [one for one in probe["functions"] if code_of(host, one) is code]
        add_line(host, code, line, functions, hit)


def is_in(probe: dict) -> bool:
    host = probe["host"]
    if not probe["layers"] and not probe["points"]:
        return False
    return all(has_layer(host, *one) for one in probe["layers"]) and all(
        has_line(host, *one) for one in probe["points"]
    )


# Messages for the application's own log.


def emit_messages(work: dict, arguments: dict) -> dict:
    """Hands messages to a logger of the application's, as its own code would; this thread calls its handlers."""
    module = sys.modules.get("logging")
    if module is None:
        raise refusal("the application does not use logging")
    if "gevent.monkey" in sys.modules or "eventlet" in sys.modules:
        raise refusal(
            "what greenlets have made of its locks is not for another thread: the messages are shown here only"
        )
    logger = module.getLogger(arguments["logger"])
    messages = arguments["messages"]
    for message in messages:
        attempt(work, logger.info, ("%s", message))
    return {"messages": len(messages)}


# Commands.


def preview(work: dict, arguments: dict) -> dict:
    """Where a probe would be, what a hit costs, and how often there is one."""
    state = work["state"]
    probe_room(state)
    found = located(state["host"], arguments["place"])
    probe = planned(state, arguments, 0.0, found)
    parts_of(probe)
    cost = cost_of(dict(state), arguments, found)
    places = [told_function(state["host"], function) for function in probe["functions"][:20]]
    if probe["line"] is not None:
        code = probe["code"]
        places = [{"file": clean(code.co_filename), "line": probe["line"], "function": code_title(code)}]
    return {
        "places": places,
        "count": len(probe["functions"]),
        "notes": probe["notes"] + running_notes(probe),
        "mechanism": mechanism_of(probe),
        "cost": cost,
        "rate": rate_of(state, arguments, found) if arguments.get("isCounted", True) else None,
        "names": names_captured(probe),
    }


def running_notes(probe: dict) -> list:
    """Calls that go on already have the code that they began with; Python's own events see them too."""
    if mechanism_of(probe) == "monitoring":
        return []
    codes = {id(code_of(probe["host"], function)) for function in probe["functions"]}
    count = 0
    for frame in list(sys._current_frames().values()):
        while frame is not None:
            count += id(frame.f_code) in codes
            frame = frame.f_back
    if probe["code"].co_flags & RESUMABLE:
        for thing in tracked(types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType):
            kind = type(thing)
            code = thing.gi_code if kind is types.GeneratorType else None
            code = thing.cr_code if kind is types.CoroutineType else code
            code = thing.ag_code if kind is types.AsyncGeneratorType else code
            count += code is not None and id(code) in codes
    if count == 1:
        return ["a call of it is running now, and is not seen"]
    return ["%d calls of it are running now, and are not seen" % count] if count else []


def told_function(host: dict, function: object) -> dict:
    code = code_of(host, function)
    name = getattr(code, "co_qualname", None) or function.__qualname__
    return {"file": clean(code.co_filename), "line": code.co_firstlineno, "function": clean(name)}


def mechanism_of(probe: dict) -> str:
    if probe["line"] is None:
        return "code"
    return "monitoring" if hasattr(sys, "monitoring") else "source"


def names_captured(probe: dict) -> list:
    """The names of the variables that a capture would show."""
    if probe["kind"] in ("watch", "record"):
        return [clean(name) for name in parameter_names(probe["code"])]
    if probe["kind"] in ("snapshot", "exceptions"):
        return [
            clean(name) for name in (*probe["code"].co_varnames, *probe["code"].co_cellvars, *probe["code"].co_freevars)
        ]
    return []


def insert_probe(state: dict, arguments: dict) -> dict:
    probes = probe_room(state)
    number = arguments["number"]
    if type(number) is not int or any(probe["number"] == number for probe in probes):
        raise refusal("there is a probe of that number already")
    if sum(probe["ended"] is None for probe in probes) >= PROBE_LIMIT:
        raise refusal("%d probes are in this process, which is the limit" % PROBE_LIMIT)
    found = located(state["host"], arguments["place"])
    probe = planned(state, arguments, float(arguments.get("cost") or cost_of(dict(state), arguments, found)), found)
    probe["number"] = number
    title = "probe %d: %s %s" % (number, probe["kind"], clean(arguments["place"]))
    seconds = float(arguments["seconds"])
    state["alive"] = time.monotonic_ns() + int(state["lease"] * SECOND)

    def read() -> str:
        return "in" if is_in(probe) and probe["ended"] is None else "out"

    def write(text: str) -> None:
        if text == "in":
            put_in(probe)
            return
        end_probe(probe, "stopped", "it was stopped")
        if not take_out(probe, True):
            raise refusal("somebody else has replaced the code meanwhile")

    entry_shown = change(state, title, read, write, "in", seconds)
    probe["change"] = entry_shown["number"]
    probes.append(probe)
    over = [one for one in probes if one["ended"] is not None]
    for one in over[:-ENDED_PROBES]:
        probes.remove(one)
    return summary_of(probe)


def summary_of(probe: dict) -> dict:
    """What a probe is and how it fares."""
    figures = dict(probe["figures"])
    for name, counted in probe["counters"]:
        figures[name] += counted()
    return {
        "number": probe["number"],
        "kind": probe["kind"],
        "place": probe["place"],
        "line": probe["line"],
        "labels": probe["labels"],
        "mechanism": mechanism_of(probe),
        "seconds": max((probe["until"] - time.monotonic_ns()) / SECOND, 0.0),
        "hitsLeft": len(probe["tokens"]),
        "figures": figures,
        "undecided": dict(probe["undecided"]),
        "ended": probe["ended"],
        "isOut": probe["isOut"],
        "cost": probe["cost"],
    }


def swept(state: dict) -> list:
    """The probes; those that took themselves out are no changes any more."""
    probes = probe_room(state)
    host = state["host"]
    for probe in probes:
        if probe["ended"] is not None:
            if not probe["isOut"]:
                take_out(probe, True)
            for entry_found in list(host["changes"]):
                if entry_found["number"] == probe["change"] and probe["isOut"]:
                    revert(entry_found["owner"], entry_found, probe["ended"]["why"])
    return probes


def list_probes(state: dict, arguments: dict) -> list:
    return [summary_of(probe) for probe in swept(state)]


def found_probe(state: dict, arguments: dict) -> dict:
    for probe in swept(state):
        if probe["number"] == arguments.get("number"):
            return probe
    raise refusal("there is no probe of that number: ispy probes shows them")


def probe_results(state: dict, arguments: dict) -> dict:
    """What it found since the record of that number."""
    probe = found_probe(state, arguments)
    since, room, records = arguments.get("since", 0), ANSWER_ROOM, []
    for size, record in list(probe["records"]):
        if record["number"] > since and room > 0:
            records.append(record)
            room -= size
    return {"probe": summary_of(probe), "records": records, "series": series_of(probe)}


def series_of(probe: dict) -> list:
    """What was counted so far, by label."""
    merged: dict = {}
    for label, threads in list(probe["cells"].items()):
        for cell in list(threads.values()):
            one = merged.setdefault(label, [0, 0, 0, {}])
            for index in range(3):
                one[index] += cell[index]
            for bucket, count in list(cell[3].items()):
                one[0] += count
                one[3][bucket] = one[3].get(bucket, 0) + count
    return [
        {
            "label": None if label is None else [clean(part) for part in label],
            "calls": one[0],
            "errors": one[1],
            "nanoseconds": one[2],
            "buckets": {str(bucket): count for bucket, count in one[3].items()},
        }
        for label, one in merged.items()
    ]


def stop_probe(state: dict, arguments: dict) -> dict:
    probe = found_probe(state, arguments)
    if probe["ended"] is None:
        revert_some(state, {"change": str(probe["change"])})
    return summary_of(probe)


def extend_probe(state: dict, arguments: dict) -> dict:
    probe = found_probe(state, arguments)
    if probe["ended"] is not None:
        raise refusal("it is over already: " + probe["ended"]["why"])
    seconds = float(arguments["seconds"])
    probe["until"] = time.monotonic_ns() + int(seconds * SECOND)
    for entry_found in state["host"]["changes"]:
        if entry_found["number"] == probe["change"]:
            entry_found["until"] = time.monotonic() + seconds
    return summary_of(probe)


for name, function, apart in (
    ("preview", preview, True),
    ("health", health_of, True),
    ("emit", emit_messages, True),
    ("insert", insert_probe, False),
    ("list", list_probes, False),
    ("results", probe_results, False),
    ("stop", stop_probe, False),
    ("extend", extend_probe, False),
):
    # Parts of the commands `probe ...`, which describe themselves elsewhere.
    COMMANDS["probe " + name] = {
        "run": function,
        "rung": "probe",
        "isApart": apart,
        "summary": "A part of the commands that are about probes",
        "discussion": "",
        "parameters": [],
        "cost": "",
        "examples": [],
    }
