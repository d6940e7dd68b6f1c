# The plugin `flask`: settings, the map of URLs, and what runs before and after a request, of each application in the
# process.

# Under which name what wraps a WSGI application usually keeps it.
FLASK_INNER = ("wsgi_app", "app", "application", "_app", "_application", "wsgi", "wrapped", "__wrapped__", "next")
FLASK_STAGES = (
    ("url_value_preprocessors", "URL values"),
    ("before_first_request_funcs", "before the first request"),
    ("before_request_funcs", "before request"),
    ("after_request_funcs", "after request"),
    ("teardown_request_funcs", "teardown of request"),
    ("teardown_appcontext_funcs", "teardown of context"),
)


def flask_applications(arguments: dict) -> dict:
    """By their names, and where several have one, by where they are."""
    found = instances(known_class("flask.app", "Flask", "flask"), arguments.get("everywhere"))
    if not found:
        raise refusal("it has no application of flask")
    names = [clean(attribute(application, "import_name")) or "?" for application, _ in found]
    return {
        name if names.count(name) == 1 else "%s (%s)" % (name, where): application
        for name, (application, where) in zip(names, found)
    }


def show_flask(state: dict, arguments: dict) -> dict:
    return {
        name: flat_settings(
            [item for item in items_of(attribute(application, "config")) if type(item[0]) is str],
            arguments.get("below") or "",
        )
        for name, application in flask_applications(arguments).items()
    }


def flask_rules(name: str, application: object) -> object:
    for rule, endpoint, view in flask_views(application):
        methods = attribute(rule, "methods")
        of_class = attribute(view, "view_class")
        yield {
            "application": name,
            "rule": told(attribute(rule, "rule")),
            "methods": sorted(told(method) for method in methods) if type(methods) is set else [],
            "endpoint": told(endpoint),
            "view": called(view if of_class is None else of_class) if view is not None else None,
        }


def show_flask_urls(state: dict, arguments: dict) -> dict:
    applications = flask_applications(arguments)
    rows, left = fitting(row for name, one in applications.items() for row in flask_rules(name, one))
    return {"left_out": left, "urls": rows}


def flask_wrappers(application: object) -> list:
    """What stands around an application's own `wsgi_app`, outermost first."""
    names: list = []
    step = attribute(application, "wsgi_app")
    while step is not None and len(names) < 50:
        if type(step) is types.MethodType and step.__self__ is application:
            break
        names.append(called(step).strip("<>"))
        inner = attribute(step, *FLASK_INNER)
        if inner is None and type(step) is types.FunctionType:
            inner = next(filter(is_function, map(cell_content, step.__closure__ or ())), None)
        step = inner
    return names


def is_function(thing: object) -> bool:
    return is_exactly(thing, types.FunctionType, types.MethodType)


def flask_stages(name: str, application: object) -> object:
    for wrapper in flask_wrappers(application):
        yield {"application": name, "stage": "around wsgi_app", "blueprint": None, "function": wrapper}
    for attribute_name, stage in FLASK_STAGES:
        registered = attribute(application, attribute_name)
        for blueprint, functions in items_of(registered) or [(None, registered)]:
            for function in sequence(functions):
                row = {"application": name, "stage": stage}
                yield {**row, "blueprint": clean(blueprint), "function": called(function)}
    for blueprint, codes in items_of(attribute(application, "error_handler_spec")):
        for code, handlers in items_of(codes):
            for kind, function in items_of(handlers):
                stage = "error %s" % (code if type(code) is int else called(kind))
                yield {
                    "application": name,
                    "stage": stage,
                    "blueprint": clean(blueprint),
                    "function": called(function),
                }


def show_flask_middleware(state: dict, arguments: dict) -> dict:
    applications = flask_applications(arguments)
    rows, left = fitting(row for name, one in applications.items() for row in flask_stages(name, one))
    return {"left_out": left, "middleware": rows}


COMMANDS["flask settings"] = {
    "run": show_flask,
    "rung": "probe",
    "summary": "Show the settings of Flask's applications",
    "discussion": "Shows the configuration of each application in the process, by dotted names. What is no plain value "
    "is shown by its type. Keys and passwords are withheld as everywhere.",
    "parameters": [
        {"name": "below", "kind": "text", "default": "", "help": "those alone whose names begin so"},
        EVERYWHERE,
    ],
    "cost": SEARCH_COST,
    "examples": [["ispy run shop flask settings --below SQLALCHEMY_", "those of SQLAlchemy, in each worker of shop"]],
}
COMMANDS["flask urls"] = {
    "run": show_flask_urls,
    "rung": "probe",
    "summary": "Show the URLs of Flask's applications, with the view of each",
    "discussion": "Shows each rule with its methods, its endpoint and the function that serves it.",
    "parameters": [EVERYWHERE],
    "cost": SEARCH_COST,
    "examples": [["ispy run 4711 flask urls", "of one process"]],
}
COMMANDS["flask middleware"] = {
    "run": show_flask_middleware,
    "rung": "probe",
    "summary": "Show what runs around a request of Flask's applications",
    "discussion": "Shows what is wrapped around the application's wsgi_app, outermost first, the functions before and "
    "after a request and at its end, and the handlers of errors, of the application and of its blueprints.",
    "parameters": [EVERYWHERE],
    "cost": SEARCH_COST,
    "examples": [["ispy run 4711 flask middleware", "of one process"]],
}
