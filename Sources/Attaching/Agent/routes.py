# The routes of an application and what each leads to, as the plugins of the frameworks and probes look for them. What
# is not loaded yet stays so: nothing is set up, imported or called for it.

URL_DEPTH = 20


def flask_views(application: object) -> object:
    """Each rule of Flask's, with its endpoint and the view, where there is one."""
    views = {key: view for key, view in items_of(attribute(application, "view_functions")) if type(key) is str}
    for _, rules in items_of(attribute(attribute(application, "url_map"), "_rules_by_endpoint")):
        for rule in sequence(rules):
            endpoint = attribute(rule, "endpoint")
            yield rule, endpoint, views.get(endpoint) if type(endpoint) is str else None


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


def django_views(patterns: list, prefix: str, space: str, depth: int = 0) -> object:
    """Each pattern of Django's with its text, its name and its view; in place of one that is not loaded, why."""
    for pattern in patterns:
        text = prefix + django_part(pattern, not prefix)
        callback = attribute(pattern, "callback")
        name = clean(attribute(pattern, "name"))
        if callback is not None:
            yield text, space + name if name else None, callback, None
            continue
        urlconf = attribute(pattern, "urlconf_name")
        inner = django_patterns(urlconf)
        if inner is None or depth == URL_DEPTH:
            why = "not loaded yet: " + told(urlconf) if inner is None else "not followed: %d levels" % depth
            yield text, None, None, why
            continue
        own = clean(attribute(pattern, "namespace"))
        yield from django_views(inner, text, space + own + ":" if own else space, depth + 1)


def routes_known() -> list:
    found: list = []
    flask = attribute(sys.modules.get("flask.app"), "Flask")
    if is_a(flask, type):
        for application, _ in instances(flask, None):
            found += [(told(attribute(rule, "rule")), view) for rule, _, view in flask_views(application)]
    if "django.conf" in sys.modules:
        patterns = django_patterns(django_settings().get("ROOT_URLCONF"))
        found += [(text, callback) for text, _, callback, _ in django_views(patterns or [], "", "")]
    routing = attribute(sys.modules.get("starlette.routing"), "Router")
    if is_a(routing, type):
        for router in tracked(routing):
            found += starlette_routes(router, "", 0)
    return [(text, view) for text, view in found if view is not None]


def starlette_routes(router: object, prefix: str, depth: int) -> list:
    found: list = []
    for route in sequence(attribute(router, "routes")):
        path = attribute(route, "path")
        if type(path) is not str:
            continue
        inner = attribute(attribute(route, "app"), "router") or attribute(route, "app")
        if attribute(route, "endpoint") is not None:
            found.append((prefix + path, attribute(route, "endpoint")))
        elif depth < 5 and attribute(inner, "routes") is not None:
            found += starlette_routes(inner, prefix + path, depth + 1)
    return found
