# The plugin `logging`: what the loggers of the target let through, and to change that for a time.
#
# Everything is read from and written to the objects' own dictionaries. `Logger.setLevel` would take the module's lock,
# which is another one where gevent has replaced it, and may be held by a thread that hangs.


LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50, "NOTSET": 0}


def all_loggers() -> dict:
    """Every logger by name, the root as `root`; placeholders for names between them left out."""
    module = sys.modules.get("logging")
    if module is None:
        raise refusal("the application does not use logging")
    known = {"root": module.root}
    for name, logger in list(fields(module.Logger.manager)["loggerDict"].items()):
        if type(fields(logger).get("level")) is int and type(name) is str:
            known[name] = logger
    return known


def level_name(number: int) -> str:
    name = sys.modules["logging"]._levelToName.get(number)
    return name if type(name) is str else str(number)


def effective_level(logger: object) -> int:
    while logger is not None:
        own = fields(logger)
        if own["level"]:
            return own["level"]
        logger = own.get("parent")
    return 0


def logger_row(name: str, logger: object) -> dict:
    own = fields(logger)
    handlers = [
        type_name(handler) + " " + level_name(fields(handler).get("level", 0)) for handler in own.get("handlers") or []
    ]
    return {
        "name": name,
        "level": level_name(own["level"]),
        "effective": level_name(effective_level(logger)),
        "handlers": handlers,
        "propagates": own.get("propagate") is not False,
        "disabled": bool(own.get("disabled") is True),
    }


def show_loggers(state: dict, arguments: dict) -> list:
    everything = sorted(all_loggers().items(), key=lambda item: (item[0] != "root", item[0]))
    rows = [logger_row(name, logger) for name, logger in everything]
    if arguments.get("all"):
        return rows[:10000]
    return [row for row in rows if row["level"] != "NOTSET" or row["handlers"] or row["disabled"]][:10000]


def set_level(state: dict, arguments: dict) -> dict:
    known = all_loggers()
    name = arguments.get("logger")
    logger = known.get(name)
    if logger is None:
        raise refusal("there is no logger of that name")
    wanted = LEVELS[arguments["level"]]

    def read() -> str:
        return level_name(fields(logger)["level"])

    def write(text: str) -> None:
        fields(logger)["level"] = numbers[text]
        # What each logger remembers of what is let through (Logger.isEnabledFor).
        for other in all_loggers().values():
            cache = fields(other).get("_cache")
            if type(cache) is dict:
                cache.clear()

    numbers = {read(): fields(logger)["level"], level_name(wanted): wanted}
    return change(state, "level of the logger " + name, read, write, level_name(wanted), arguments["for"])


COMMANDS["logging loggers"] = {
    "run": show_loggers,
    "rung": "probe",
    "summary": "Show the loggers, their levels and handlers",
    "discussion": "Shows the root logger and those that have a level or handlers of their own: the level that is set, "
    "the one that is in effect, and the handlers with theirs.",
    "parameters": [{"name": "all", "kind": "flag", "help": "those too that have neither"}],
    "cost": "reads the loggers' attributes",
    "examples": [["ispy run shop logging loggers", "in each worker of shop"]],
}
COMMANDS["logging set"] = {
    "run": set_level,
    "rung": "change",
    "summary": "Set a logger's level for a time",
    "discussion": "Sets the level of one logger and what depends on it, and sets it back when the time is over, when "
    "the agent goes, or when ispy or the gateway ends, however that happens. Where somebody else has "
    "set it meanwhile, it is left as it is, and that is said.",
    "parameters": [
        {"name": "logger", "kind": "text", "help": "its name, or root"},
        {"name": "level", "kind": "choice", "choices": list(LEVELS), "help": "what it lets through from now on"},
        {"name": "for", "kind": "duration", "default": "10m", "help": "how long"},
    ],
    "cost": "as much as the application then logs",
    "examples": [
        ["ispy run shop logging set shop.checkout DEBUG --for 5m", "see what checkout does, for five minutes"],
    ],
}
