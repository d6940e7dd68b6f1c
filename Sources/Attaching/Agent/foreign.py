# Plugins of others: those that the application's owner lists (`plugins` in its ispyd.ini), and those that packages of
# the application bring (the entry points `ispyd.plugins`). They are imported when somebody asks what there is.
#
# A plugin is a module, or an object in one, that describes its commands (`COMMANDS`, as ours do, but its functions take
# one argument, a call); or, as the first ispyd had it, a class with a `name` and methods `do_…`, which describe
# nothing: these stand on the rung `change`.

KINDS = ("text", "choice", "number", "integer", "duration", "flag")
COMMAND_LIMIT = 200
TEXT_LIMIT = 2000


def load_foreign(state: dict) -> dict:
    """Imports what there is, once; by its name each plugin with its commands, or why it cannot be had."""
    host = state["host"]
    if "foreign" in host:
        return host["foreign"]
    host["foreign"] = found = {}
    for origin, place in foreign_places(host):
        try:
            name, commands = foreign_commands(found_object(place))
        except BaseException as error:
            # Also SystemExit: a module that ends the program when it is imported would end the application.
            words = error.args[1] if error.args[:1] == (REFUSED,) else exception_text(error)
            found[place] = {"origin": origin, "place": place, "problem": words, "trace": trace(error), "commands": []}
            continue
        if name in found or name in OUR_NAMES and place != "ispyd.plugins.wsgi":
            found[place] = {"origin": origin, "place": place, "problem": "there is a plugin %s already" % name}
            continue
        found[name] = {"origin": origin, "place": place, "commands": sorted(commands)}
        COMMANDS.update(commands)
    return found


def foreign_places(host: dict) -> list:
    """Where plugins are: what the owner lists; without a list of his, whatever packages bring."""
    listed = ((host["configuration"] or {}).get("ispyd") or {}).get("plugins")
    places = []
    for word in (listed or "").split():
        # Ours are named as they are, or as the first ispyd's were: ispyd.plugins.process:ProcessShell.
        module = word.split(":")[0]
        name = module[len("ispyd.plugins.") :] if module.startswith("ispyd.plugins.") else module
        if word != "%(builtins)s" and name not in OUR_NAMES:
            places.append(("ispyd.ini", word))
    if "ispyd.plugins.wsgi" in sys.modules and is_offered(host, "wsgi"):
        places.append(("ispyd", "ispyd.plugins.wsgi"))
    if listed is None or "%(entrypoints)s" in listed.split():
        places += [(origin, place) for origin, place in entry_points() if ("ispyd.ini", place) not in places]
    return [place for place in places if place[1] != "%(entrypoints)s"][:COMMAND_LIMIT]


def entry_points() -> list:
    try:
        import importlib.metadata

        points = importlib.metadata.entry_points()
        ours = points.select(group="ispyd.plugins") if hasattr(points, "select") else points.get("ispyd.plugins", ())
    except Exception:
        return []
    return sorted({("entry point " + point.name, point.value) for point in ours})


def found_object(place: str) -> object:
    import importlib

    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    for part in name.split(".") if name else ():
        found = getattr(found, part)
    return found


def foreign_commands(plugin: object) -> tuple:
    """The name of a plugin, and its commands by title."""
    declared = plugin if type(plugin) is dict else getattr(plugin, "COMMANDS", None)
    if declared is None:
        return class_commands(plugin)
    if type(declared) is not dict or not declared:
        raise refusal("COMMANDS is a dictionary of commands by their titles")
    names = {title.partition(" ")[0] if type(title) is str else "" for title in declared}
    if len(names) != 1:
        raise refusal("the titles of its commands begin with one name, that of the plugin")
    commands = {title: checked(title, command) for title, command in list(declared.items())[:COMMAND_LIMIT]}
    return names.pop(), commands


def is_name(word: object) -> bool:
    return (
        type(word) is str
        and 0 < len(word) <= 40
        and word.replace("-", "a").replace("_", "a").isalnum()
        and word.isascii()
    )


def checked(title: str, command: object) -> dict:
    """A command as it was declared, with nothing in it that a face cannot show."""

    def text(value: object, what: str) -> str:
        if type(value) is not str or not value or len(value) > TEXT_LIMIT:
            raise refusal("%s of the command %s is a text" % (what, title))
        return value

    if len(title.split(" ")) != 2 or not all(map(is_name, title.split(" "))):
        raise refusal("%r is no title: it is the name of the plugin, a space, and that of the command" % title[:80])
    if type(command) is not dict or not callable(command.get("run")):
        raise refusal("the command %s has no function: run" % title)
    if command.get("rung") not in RUNGS[2:]:
        raise refusal("the rung of the command %s is one of: %s" % (title, ", ".join(RUNGS[2:])))
    parameters = []
    for given in command.get("parameters", ()):
        kind, choices = given.get("kind", "text"), given.get("choices")
        if not is_name(given.get("name")) or given["name"] == "target" or kind not in KINDS:
            raise refusal("a parameter of %s has a name, and is one of: %s" % (title, ", ".join(KINDS)))
        if kind == "choice" and not choices:
            raise refusal("the parameter %s of %s has no choices" % (given["name"], title))
        parameter = {"name": given["name"], "kind": kind, "help": text(given.get("help", given["name"]), "help")}
        if choices:
            parameter["choices"] = [text(choice, "a choice") for choice in choices]
        if given.get("default") is not None:
            parameter["default"] = str(given["default"])
        parameters.append(parameter)
    summary = text(command.get("summary"), "the summary")
    return {
        "run": foreign_function(command["run"]),
        "isForeign": True,
        "isApart": True,
        "rung": command["rung"],
        "summary": summary,
        "discussion": text(command.get("discussion") or summary + ".", "the discussion"),
        "parameters": parameters,
        "cost": text(command.get("cost") or "not said", "the cost"),
        "examples": [[text(part, "an example") for part in example[:2]] for example in command.get("examples", ())],
    }


def foreign_function(function: object) -> object:
    """Calls it with what it may use: its arguments, and the ways to change something for a time and to refuse."""

    def carry_out(work: dict, arguments: dict) -> object:
        def change_for_a_time(what: str, read: object, write: object, wanted: object) -> dict:
            if not arguments.get("for"):
                raise refusal("a change is for a time: declare the parameter `for`, a duration")
            return change(work["state"], what, read, write, wanted, arguments["for"])

        call = type(sys.implementation)(arguments=dict(arguments), change=change_for_a_time, refuse=refusal)
        try:
            return attempt(work, function, (call,))
        finally:
            call.__dict__.clear()

    return carry_out


# MARK: - As the first ispyd had them


def class_commands(plugin: object) -> tuple:
    name = getattr(plugin, "name", None)
    if not isinstance(plugin, type) or not is_name(name):
        raise refusal("it has no COMMANDS, and is no class with a name")
    commands = {}
    for attribute in sorted(dir(plugin))[: 10 * COMMAND_LIMIT]:
        if (
            not attribute.startswith("do_")
            or not is_name(attribute[3:])
            or attribute in ("do_exit", "do_help", "do_EOF")
        ):
            continue
        text = [line.strip() for line in (getattr(plugin, attribute).__doc__ or "").strip().splitlines()]
        words = " ".join(line for line in text[1:] if line) or (text[0] if text else "")
        commands["%s %s" % (name, attribute[3:])] = {
            "run": class_function(plugin, attribute),
            "isForeign": True,
            "isApart": True,
            "rung": "change",
            "summary": (words.split(". ")[0].rstrip(".") or "what it does is not said")[:200],
            "discussion": words[:TEXT_LIMIT] or "What it does is not said.",
            "parameters": [
                {"name": "line", "kind": "words", "default": "", "help": text[0][:200] if text else "what follows it"}
            ],
            "cost": "not said",
            "examples": [],
        }
    if not commands:
        raise refusal("it has no method do_…")
    return name, commands


def class_function(plugin: object, attribute: str) -> object:
    """An object is made of the class for each command, as a shell did that was entered and left."""

    def carry_out(work: dict, arguments: dict) -> None:
        def call() -> None:
            import configparser

            shell = plugin()
            shell.stdout = type(sys.implementation)(write=lambda text: say(work, text), flush=lambda: None)
            shell.stdin = type(sys.implementation)(readline=lambda: "")
            settings = configparser.RawConfigParser()
            settings.read_dict(work["state"]["host"]["configuration"] or {})
            if hasattr(shell, "activate") and shell.activate(settings):
                return
            try:
                getattr(shell, attribute)(arguments.get("line") or "")
            finally:
                if hasattr(shell, "shutdown"):
                    shell.shutdown()

        attempt(work, call, ())

    return carry_out


def show_plugins(work: dict, arguments: dict) -> dict:
    found = attempt(work, load_foreign, (work["state"],))
    return {
        "plugins": [
            {
                "name": name,
                "origin": plugin["origin"],
                "place": plugin["place"],
                "problem": plugin.get("problem"),
                "trace": plugin.get("trace") or [],
                "commands": [
                    {"title": title, **{key: value for key, value in COMMANDS[title].items() if key in DESCRIBED}}
                    for title in plugin.get("commands", ())
                ],
            }
            for name, plugin in found.items()
        ]
    }


OUR_NAMES = ("debugger", "process", "profiler", "python", "wsgi", "gc", "logging", "newrelic", "sentry", "django")
OUR_NAMES += ("flask", "sqlalchemy", "web")
DESCRIBED = ("rung", "summary", "discussion", "parameters", "cost", "examples", "isApart")
COMMANDS["plugins"] = {
    "run": show_plugins,
    "isApart": True,
    "rung": "probe",
    "summary": "List the plugins that an application brings",
    "discussion": "Imports the plugins that the owner of the application lists (plugins in its ispyd.ini) or that its "
    "packages bring (entry points ispyd.plugins), and shows their commands. One that cannot be imported is named, with "
    "the reason; the others work.",
    "parameters": [],
    "cost": "what the plugins do when they are imported",
    "examples": [["ispy plugins shop", "of each worker of shop"]],
}
