# The plugin `newrelic`: the settings of New Relic's agent, of its applications as they are in force, and to change one
# of them for a time.

# Where it reports to and as whom is not among what may be changed.
NEWRELIC_FIXED = ("host", "port", "key", "path", "proxy_scheme", "proxy_user", "proxy_pass")


def newrelic_applications() -> dict:
    """The applications of New Relic's agent by name; none before it has started."""
    module = sys.modules.get("newrelic.core.agent")
    if module is None:
        raise refusal("the application does not use newrelic")
    agent = fields(module)["Agent"].__dict__.get("_instance")
    return dict(fields(agent)["_applications"]) if agent is not None else {}


def newrelic_trees() -> list:
    """Every object of settings that is asked: the process', and that of each application which is connected."""
    applications = newrelic_applications()
    trees = [fields(sys.modules["newrelic.core.config"])["_settings"]]
    for application in applications.values():
        session = fields(application).get("_active_session")
        if session is not None:
            configuration = fields(fields(session)["_protocol"]).get("configuration")
            if configuration is not None and all(configuration is not tree for tree in trees):
                trees.append(configuration)
    return trees


def newrelic_flat(tree: object, prefix: str = "", depth: int = 0) -> dict:
    """Settings by their dotted names, those that are plain values."""
    flat = {}
    for name, value in sorted(fields(tree).items()):
        if value is None or is_exactly(value, bool, int, float, str):
            flat[prefix + name] = value
        elif type(value).__module__ == "newrelic.core.config" and depth < 6:
            flat.update(newrelic_flat(value, prefix + name + ".", depth + 1))
    return flat


def show_newrelic(state: dict, arguments: dict) -> dict:
    flat = newrelic_flat(newrelic_trees()[-1])
    prefix = arguments.get("below") or ""
    return {name: setting_text(value) for name, value in flat.items() if (name + ".").startswith(prefix)}


def newrelic_status(state: dict, arguments: dict) -> list:
    return [
        {
            "application": name if type(name) is str else "?",
            "connected": fields(application).get("_active_session") is not None,
            "harvests": fields(application).get("_harvest_count"),
            "transactions": fields(application).get("_transaction_count"),
            "stopping": fields(application).get("_pending_shutdown") is True,
        }
        for name, application in sorted(newrelic_applications().items())
    ]


def newrelic_owner(tree: object, path: list) -> dict:
    """The dictionary in which the last part of a dotted name is."""
    for part in path[:-1]:
        tree = fields(tree)[part]
    return fields(tree)


def set_newrelic(state: dict, arguments: dict) -> dict:
    trees = newrelic_trees()
    name = arguments["setting"]
    flat = newrelic_flat(trees[-1])
    if name not in flat:
        raise refusal("there is no such setting of one plain value")
    if name.endswith(NEWRELIC_FIXED):
        raise refusal("where New Relic's agent reports to, and as whom, is not changed so")
    path = name.split(".")
    owners = [newrelic_owner(tree, path) for tree in trees]
    wanted = newrelic_value(flat[name], arguments["value"])
    befores = [owner[path[-1]] for owner in owners]
    before_text = setting_text(befores[-1])

    def read() -> str:
        return setting_text(owners[-1][path[-1]])

    def write(text: str) -> None:
        for owner, before in zip(owners, befores):
            owner[path[-1]] = before if text == before_text else wanted

    return change(state, "setting %s of newrelic" % name, read, write, setting_text(wanted), arguments["for"])


def newrelic_value(present: object, text: str) -> object:
    """What was typed, as a value of the kind that is there."""
    if type(present) is bool:
        if text not in ("on", "off"):
            raise refusal("it is on or off")
        return text == "on"
    if text == "none" and (present is None or type(present) is str):
        return None
    if type(present) is str:
        return text
    try:
        return int(text) if type(present) is int else float(text)
    except ValueError:
        raise refusal("it is a number") from None


COMMANDS["newrelic status"] = {
    "run": newrelic_status,
    "rung": "probe",
    "summary": "Show the applications of New Relic's agent, and whether they are connected",
    "discussion": "Shows each application that New Relic's agent reports for.",
    "parameters": [],
    "cost": "reads the agent's attributes",
    "examples": [["ispy run shop newrelic status", "in each worker of shop"]],
}
COMMANDS["newrelic settings"] = {
    "run": show_newrelic,
    "rung": "probe",
    "summary": "Show the settings of New Relic's agent that are in force",
    "discussion": "Shows the settings as they are in force, those that the server sent among them. Keys are withheld "
    "as everywhere.",
    "parameters": [{"name": "below", "kind": "text", "default": "", "help": "those alone whose names begin so"}],
    "cost": "reads the settings",
    "examples": [["ispy run shop newrelic settings --below transaction_tracer.", "of the transaction tracer"]],
}
COMMANDS["newrelic set"] = {
    "run": set_newrelic,
    "rung": "change",
    "summary": "Set one setting of New Relic's agent for a time",
    "discussion": "Sets it for the process and for every application that is connected, and sets it back when the "
    "time is over, when the agent goes, or when ispy or the gateway ends, however that happens. What "
    "the agent asks only at its start it does not ask again.",
    "parameters": [
        {"name": "setting", "kind": "text", "help": "its dotted name, as settings shows it"},
        {"name": "value", "kind": "text", "help": "on or off, a number, or a text"},
        {"name": "for", "kind": "duration", "default": "10m", "help": "how long"},
    ],
    "cost": "as much as New Relic's agent then does",
    "examples": [["ispy run shop newrelic set transaction_tracer.enabled off --for 5m", "no traces for five minutes"]],
}
