# The plugin `gc`: what Python's garbage collector is set to, and has done.


def show_collector(state: dict, arguments: dict) -> dict:
    import gc

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
