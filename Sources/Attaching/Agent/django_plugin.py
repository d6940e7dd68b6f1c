# The plugin `django`: settings that are in force, the map of URLs, and the middleware as it is installed. What Django
# has not loaded yet stays so: nothing is set up, imported or called for it.

CHAIN_LIMIT = 200


def show_django(state: dict, arguments: dict) -> dict:
    return flat_settings(list(django_settings(arguments.get("all")).items()), arguments.get("below") or "")


def django_rows(patterns: list) -> object:
    for text, name, callback, why in django_views(patterns, "", ""):
        # A class as a view, by what made a function of it.
        view = attribute(callback, "view_class", "cls")
        view = callback if view is None else view
        yield {"pattern": text, "name": name, "view": called(view) if why is None else why}


def show_django_urls(state: dict, arguments: dict) -> dict:
    urlconf = django_settings().get("ROOT_URLCONF")
    patterns = django_patterns(urlconf)
    if patterns is None:
        raise refusal("its map of URLs is not loaded yet: it comes with the first request")
    rows, left = fitting(django_rows(patterns))
    return {"urlconf": told(urlconf), "left_out": left, "urls": rows}


def django_chain(handler: object) -> list:
    """What a request goes through, outermost first, by what each hands it on to."""
    names = []
    step = attribute(handler, "_middleware_chain")
    for _ in range(CHAIN_LIMIT):
        inner = None
        if type(step) is types.FunctionType:
            inner = attribute(step, "__wrapped__")
            if inner is None:
                # A function as middleware: what it was given is in its closure.
                cells = dict(zip(step.__code__.co_freevars, step.__closure__ or ()))
                names.append(called(step))
                inner = cell_content(cells.get("get_response"))
        elif class_name(type(step)) in ("asgiref.sync.SyncToAsync", "asgiref.sync.AsyncToSync"):
            inner = attribute(step, "func", "awaitable")
        elif step is not None and type(step) is not types.MethodType:
            names.append(class_name(type(step)))
            inner = attribute(step, "get_response")
        if inner is None:
            # At the end is a method of the handler's own.
            return names if type(step) is types.MethodType else [*names, "what it hands on to is not known"]
        step = inner
    return [*names, "further ones are not followed"]


def show_django_middleware(state: dict, arguments: dict) -> dict:
    said = django_settings().get("MIDDLEWARE")
    base = attribute(sys.modules.get("django.core.handlers.base"), "BaseHandler")
    handlers = instances(base, arguments.get("everywhere")) if is_a(base, type) else []
    installed = {
        name: django_chain(handler) for handler, name in handlers if attribute(handler, "_middleware_chain") is not None
    }
    return {"MIDDLEWARE": [told(item) for item in sequence(said)], **installed}


COMMANDS["django settings"] = {
    "run": show_django,
    "rung": "probe",
    "summary": "Show the settings of Django that are in force",
    "discussion": "Shows the settings that the project set, as they are in force now, by dotted names; with --all "
    "Django's own defaults too. What is no plain value is shown by its type. Keys and passwords are withheld as "
    "everywhere.",
    "parameters": [
        {"name": "below", "kind": "text", "default": "", "help": "those alone whose names begin so"},
        {"name": "all", "kind": "flag", "help": "the defaults too"},
    ],
    "cost": "reads the settings",
    "examples": [["ispy run shop django settings --below DATABASES.", "of the databases, in each worker of shop"]],
}
COMMANDS["django urls"] = {
    "run": show_django_urls,
    "rung": "probe",
    "summary": "Show Django's map of URLs, with the view of each",
    "discussion": "Shows each pattern of ROOT_URLCONF in the order in which they are tried, what is included with its "
    "prefix, its name and its view. What is not loaded yet is said, and not loaded.",
    "parameters": [],
    "cost": "reads the patterns",
    "examples": [["ispy run 4711 django urls", "of one process"]],
}
COMMANDS["django middleware"] = {
    "run": show_django_middleware,
    "rung": "probe",
    "summary": "Show the middleware of Django as it is installed",
    "discussion": "Shows what MIDDLEWARE says, and for each handler what a request goes through, outermost first.",
    "parameters": [EVERYWHERE],
    "cost": SEARCH_COST,
    "examples": [["ispy run 4711 django middleware", "of one process"]],
}
