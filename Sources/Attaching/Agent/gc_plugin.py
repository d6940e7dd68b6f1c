# The plugin `gc`: what Python's garbage collector is set to, has done, and is to do for a time.

import gc

# Objects that 3.12 freezes by itself at its start: some hundred, which nothing comes of when they are not any more.
OWN_LIMIT = 1000


def show_collector(state: dict, arguments: dict) -> dict:
    generations = [
        {"generation": number, "threshold": threshold, "pending": count, **numbers}
        for number, (threshold, count, numbers) in enumerate(zip(gc.get_threshold(), gc.get_count(), gc.get_stats()))
    ]
    return {
        "enabled": gc.isenabled(),
        "frozen": gc.get_freeze_count(),
        "uncollectable": len(gc.garbage),
        "generations": generations,
    }


def collect_garbage(work: dict, arguments: dict) -> dict:
    """On a thread of its own: finalizers of what is collected are the application's, and may wait for anything."""
    generation = int(arguments["generation"])
    uncollectable = gc.get_stats()[generation]["uncollectable"]
    began = time.monotonic()
    found = attempt(work, gc.collect, (generation,))
    seconds = time.monotonic() - began
    uncollectable = gc.get_stats()[generation]["uncollectable"] - uncollectable
    return {
        "generation": generation,
        "collected": max(found - uncollectable, 0),
        "uncollectable": uncollectable,
        "milliseconds": int(seconds * 1000 + 0.5),
    }


def freeze_objects(state: dict, arguments: dict) -> dict:
    own = gc.get_freeze_count()
    if own > (OWN_LIMIT if sys.version_info[:2] == (3, 12) else 0):
        raise refusal("%d objects are frozen already, and to undo this would let those go as well" % own)
    # Of those that we freeze some go in time; more there are only where somebody else freezes.
    frozen = {"count": 0}

    def read() -> str:
        count = gc.get_freeze_count()
        if count <= own:
            return "not frozen"
        return "frozen" if count <= frozen["count"] else "frozen by somebody else too"

    def write(text: str) -> None:
        if text == "frozen":
            gc.freeze()
            frozen["count"] = gc.get_freeze_count()
        else:
            gc.unfreeze()

    return change(state, "objects of the collector", read, write, "frozen", arguments["for"])


def numbers_text(numbers: tuple) -> str:
    return " ".join(str(number) for number in numbers)


def set_thresholds(state: dict, arguments: dict) -> dict:
    before = gc.get_threshold()
    wanted = tuple(arguments[name] for name in ("young", "middle", "old"))
    # A collector with fewer generations keeps fewer of them: what it makes of these is what it is asked for.
    gc.set_threshold(*wanted)
    kept = gc.get_threshold()
    gc.set_threshold(*before)

    def read() -> str:
        return numbers_text(gc.get_threshold())

    def write(text: str) -> None:
        gc.set_threshold(*(int(number) for number in text.split()))

    return change(state, "thresholds of the collector", read, write, numbers_text(kept), arguments["for"])


def switch_collector(state: dict, arguments: dict) -> dict:
    def read() -> str:
        return "on" if gc.isenabled() else "off"

    def write(text: str) -> None:
        if text == "on":
            gc.enable()
        else:
            gc.disable()

    return change(state, "switch of the collector", read, write, arguments["switch"], arguments["for"])


UNTIL = {"name": "for", "kind": "duration", "default": "10m", "help": "how long"}

COMMANDS["gc status"] = {
    "run": show_collector,
    "rung": "probe",
    "summary": "Show the collector's thresholds, counts and statistics",
    "discussion": "Shows whether the garbage collector runs by itself, how many objects are frozen and how many it "
    "could not collect, and for each generation its threshold, what has been counted since its last "
    "collection, how many collections there were, and how many objects these collected.",
    "parameters": [],
    "cost": "none: numbers that the collector keeps",
    "examples": [["ispy run shop gc status", "in each worker of shop"]],
}
COMMANDS["gc collect"] = {
    "run": collect_garbage,
    "isApart": True,
    "rung": "probe",
    "summary": "Collect garbage now, and say how much there was",
    "discussion": "Has the collector go through one generation and those younger than it, the oldest where none is "
    "named, and says how many objects it collected, how many it could not, and how long that took. It finds nothing "
    "while another thread collects. The application's own callbacks and finalizers run as with every collection, on a "
    "thread of the agent.",
    "parameters": [
        {
            "name": "generation",
            "kind": "choice",
            "choices": ["0", "1", "2"],
            "default": "2",
            "help": "up to which one, 2 being the oldest",
        }
    ],
    "cost": "every thread stands still while it goes through the objects, for each million of them in the oldest "
    "generation some hundred milliseconds; and what finalizers do",
    "examples": [
        ["ispy run 4711 gc collect", "whether memory is held by cycles that nobody collected yet"],
        ["ispy run 4711 gc collect --generation 0", "the youngest alone"],
    ],
}
COMMANDS["gc freeze"] = {
    "run": freeze_objects,
    "rung": "change",
    "summary": "Have the collector leave alone all objects of now, for a time",
    "discussion": "Takes every object that there is now out of what the collector goes through (gc.freeze), so that "
    "collections are short, and gives all back (gc.unfreeze) when the time is over, when the agent goes, or when ispy "
    "or the gateway ends, however that happens. Refused where objects are frozen already.",
    "parameters": [UNTIL],
    "cost": "what is garbage of now, or becomes it, and holds itself in a cycle stays in memory for that time",
    "examples": [["ispy run 4711 gc freeze --for 5m", "whether the pauses are the collector's"]],
}
COMMANDS["gc thresholds"] = {
    "run": set_thresholds,
    "rung": "change",
    "summary": "Set the collector's thresholds for a time",
    "discussion": "Sets after how many new objects the youngest generation is collected, and after how many "
    "collections of the one before it each further one is; 0 for the first switches collecting off. A Python whose "
    "collector has fewer generations ignores the numbers of those that it has not: what is shown is what it took. Set "
    "back when the time is over, when the agent goes, or when ispy or the gateway ends, however that happens.",
    "parameters": [
        {"name": "young", "kind": "integer", "help": "new objects, of the youngest generation"},
        {"name": "middle", "kind": "integer", "help": "collections of the youngest, before one of the middle one"},
        {"name": "old", "kind": "integer", "help": "collections of the middle one, before one of the oldest"},
        UNTIL,
    ],
    "cost": "as much as collecting more often costs, or memory where it is less often",
    "examples": [["ispy run 4711 gc thresholds 50000 20 20 --for 10m", "fewer collections, for ten minutes"]],
}
COMMANDS["gc switch"] = {
    "run": switch_collector,
    "rung": "change",
    "summary": "Switch the collector on or off for a time",
    "discussion": "Switches on or off that the collector runs by itself, and back when the time is over, when the "
    "agent goes, or when ispy or the gateway ends, however that happens.",
    "parameters": [{"name": "switch", "kind": "choice", "choices": ["on", "off"], "help": "which of them"}, UNTIL],
    "cost": "off: objects that hold themselves in cycles stay in memory for that time",
    "examples": [["ispy run 4711 gc switch off --for 2m", "whether the pauses are the collector's"]],
}
