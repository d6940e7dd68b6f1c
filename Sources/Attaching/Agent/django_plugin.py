# The plugin `django`: settings that are in force, the map of URLs, and the middleware as it is installed. What Django
# has not loaded yet stays so: nothing is set up, imported or called for it.

URL_DEPTH = 20
CHAIN_LIMIT = 200


def django_layers() -> list:
    """Where settings are looked for, one after the other: a name's first value is the one in force. Of each its own
    ones, those among them that the project set, and the names that it takes back."""
    lazy = attribute(sys.modules.get("django.conf"), "settings")
    if lazy is None:
        raise refusal("the application does not use django")
    layers = []
    holder = attribute(lazy, "_wrapped")
    while holder is not None and len(layers) < 20:
        own = {name: value for name, value in own_items(holder) if type(name) is str}
        below = own.get("default_settings")
        if below is None and "_explicit_settings" not in own:
            # Defaults that are not Django's own: what the classes of an object say is a setting as well.
            for kind in () if type(holder) is types.ModuleType else kinds(holder)[:-1]:
                own = {**type.__dict__["__dict__"].__get__(kind), **own}
        explicit = own.get("_explicit_settings")
        values = {name: value for name, value in own.items() if name.isupper()}
        isWhole = below is not None
        layers.append((values, values if isWhole else explicit if type(explicit) is set else (), own.get("_deleted")))
        holder = below
    if not layers or not layers[0][0] and len(layers) == 1:
        raise refusal("its settings are not loaded yet: nothing has asked for one")
    return layers


def django_settings(everything: object = True) -> dict:
    settings: dict = {}
    seen: set = set()
    for values, explicit, deleted in django_layers():
        for name, value in values.items():
            if name not in seen and (everything or name in explicit):
                settings[name] = value
        # One that is taken back hides what stands below.
        seen.update(values, deleted if type(deleted) is set else ())
    return settings


def show_django(state: dict, arguments: dict) -> dict:
    return flat_settings(list(django_settings(arguments.get("all")).items()), arguments.get("below") or "")


def django_patterns(urlconf: object) -> list | None:
    """The patterns of what is included: a list, a module, or the name of one; None where it is not loaded."""
    if type(urlconf) is str:
        urlconf = sys.modules.get(urlconf)
    if is_exactly(urlconf, list, tuple):
        return list(urlconf)
    patterns = attribute(urlconf, "urlpatterns")
    return list(patterns) if is_exactly(patterns, list, tuple) else None


def django_part(pattern: object, isFirst: bool) -> str:
    """The text of one pattern, as its project wrote it."""
    inner = attribute(pattern, "pattern")
    for name in ("_route", "_regex"):
        text = attribute(inner, name)
        if text is not None:
            text = clean(text) if type(text) is str else "<%s>" % class_name(type(text))
            return text if isFirst or name == "_route" else text[text.startswith("^") :]
    return "<language>/" if type_name(inner) == "LocalePrefixPattern" else "<%s>" % class_name(type(inner))


def django_rows(patterns: list, prefix: str, space: str, depth: int = 0) -> object:
    for pattern in patterns:
        text = prefix + django_part(pattern, not prefix)
        callback = attribute(pattern, "callback")
        name = clean(attribute(pattern, "name"))
        if callback is not None:
            # A class as a view, by what made a function of it.
            view = attribute(callback, "view_class", "cls")
            view = callback if view is None else view
            yield {"pattern": text, "name": space + name if name else None, "view": called(view)}
            continue
        urlconf = attribute(pattern, "urlconf_name")
        inner = django_patterns(urlconf)
        if inner is None or depth == URL_DEPTH:
            why = "not loaded yet: " + told(urlconf) if inner is None else "not followed: %d levels" % depth
            yield {"pattern": text, "name": None, "view": why}
            continue
        own = clean(attribute(pattern, "namespace"))
        yield from django_rows(inner, text, space + own + ":" if own else space, depth + 1)


def show_django_urls(state: dict, arguments: dict) -> dict:
    urlconf = django_settings().get("ROOT_URLCONF")
    patterns = django_patterns(urlconf)
    if patterns is None:
        raise refusal("its map of URLs is not loaded yet: it comes with the first request")
    rows, left = fitting(django_rows(patterns, "", ""))
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
