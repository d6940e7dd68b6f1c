# What was changed in the target for a time, and how it is made as it was.

# Of those that are over, so many are remembered.
ENDED_LIMIT = 100


def change(state: dict, what: str, read: object, write: object, wanted: object, seconds: float) -> dict:
    """Sets something for so many seconds. `read` says what it is, `write` sets it; both are plain and cannot wait."""
    host = state["host"]
    for other in host["changes"]:
        if other["what"] == what:
            raise refusal("change %d is about that already: revert it first" % other["number"])
    before = read()
    if before == wanted:
        raise refusal("it is so already")
    write(wanted)
    host["lastChange"] += 1
    entry = {
        "number": host["lastChange"],
        "owner": state,
        "what": what,
        "read": read,
        "write": write,
        "before": before,
        "wanted": wanted,
        "until": time.monotonic() + seconds,
    }
    host["changes"].append(entry)
    return shown(entry)


def shown(entry: dict) -> dict:
    return {
        "number": entry["number"],
        "what": entry["what"],
        "was": entry["before"],
        "is": entry["wanted"],
        "seconds": max(int(entry["until"] - time.monotonic() + 0.5), 0),
    }


def own_changes(state: dict) -> list:
    """Those that stand by what was asked over this connection, and go with it."""
    return [entry for entry in state["host"]["changes"] if entry["owner"] is state]


def revert(state: dict, entry: dict, why: str) -> dict:
    """Makes it as it was, unless somebody else has set it since: then it stays as it is, and that is said."""
    host = state["host"]
    try:
        host["changes"].remove(entry)
    except ValueError:
        # Another connection was first.
        return {"number": entry["number"], "what": entry["what"], "outcome": "reverted already", "why": why}
    try:
        current = entry["read"]()
        if current == entry["wanted"]:
            entry["write"](entry["before"])
            outcome = "reverted"
        elif current == entry["before"]:
            outcome = "was as before already"
        else:
            outcome = "left as it is: somebody else set it"
    except Exception as error:
        outcome = "not reverted: " + type_name(error)
    ended = {"number": entry["number"], "what": entry["what"], "outcome": outcome, "why": why}
    host["ended"] = (host["ended"] + [ended])[-ENDED_LIMIT:]
    return ended


def revert_due(state: dict, now: float) -> None:
    for entry in [entry for entry in own_changes(state) if entry["until"] <= now]:
        revert(state, entry, "its time was over")


def revert_all(state: dict, why: str, own: bool = False) -> list:
    entries = own_changes(state) if own else list(state["host"]["changes"])
    return [revert(state, entry, why) for entry in entries[::-1]]


def changes(state: dict, arguments: dict) -> object:
    host = state["host"]
    return {"standing": [shown(entry) for entry in host["changes"]], "ended": host["ended"]}


def revert_some(state: dict, arguments: dict) -> list:
    wanted = arguments.get("change")
    if wanted == "all":
        return revert_all(state, "it was asked for")
    for entry in state["host"]["changes"]:
        if str(entry["number"]) == wanted:
            return [revert(state, entry, "it was asked for")]
    raise refusal("there is no such change: it is a number that changes shows, or all")


COMMANDS["changes"] = {
    "run": changes,
    "rung": "probe",
    "summary": "List what was changed in processes, and until when",
    "discussion": "Shows the changes that stand, with the time until each is made as it was, and what became of the "
    "last hundred.",
    "parameters": [],
    "cost": "none beside the agent's thread",
    "examples": [["ispy changes shop", "in each worker of shop"]],
}
COMMANDS["revert"] = {
    "run": revert_some,
    "rung": "change",
    "summary": "Make a change undone before its time",
    "discussion": "Makes one change undone, by its number, or all of them.",
    "parameters": [
        {"name": "change", "kind": "number", "choices": ["all"], "help": "its number as changes shows it, or all"}
    ],
    "cost": "none beside the agent's thread",
    "examples": [["ispy revert shop all", "everything in every worker of shop"]],
}
