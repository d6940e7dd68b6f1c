# The plugin `debugger`: keeps the traceback of the last exception that left a function, to be looked at afterwards.
#
# The code of the function is replaced, not the function: whoever has taken it already (`from m import f`, a URL map, a
# bound method) calls what is watched too. Only exceptions cost anything; and of each place one traceback is kept, for a
# time.

PLACE_LIMIT = 50


def debugger_places(state: dict) -> dict:
    return state["host"].setdefault("debugger", {})


def insert(state: dict, arguments: dict) -> dict:
    place = arguments["place"]
    places = debugger_places(state)
    if place in places:
        raise refusal("it is watched already")
    if len(places) >= PLACE_LIMIT:
        raise refusal("%d places are watched, which is the limit" % PLACE_LIMIT)
    function = found_function(place)
    kept: dict = {"error": None, "trace": None, "count": 0, "at": 0.0}
    # By no name of this text: a call may still be running when the agent has gone, and these with it.
    clock, trace_of = time.time, BaseException.__traceback__.__get__

    def keep(error: BaseException, values: tuple) -> None:
        # On the application's thread: some stores, which cannot fail. What called the function is not in the trace yet.
        kept["trace"] = trace_of(error)
        kept["error"] = error
        kept["count"] += 1
        kept["at"] = clock()

    check_hookable(function)
    host = state["host"]
    layer = {"body": LEFT_BY_ERROR, "given": {"@failed": keep}}

    def read() -> str:
        return "watched" if has_layer(host, function, layer) else "not watched"

    def write(text: str) -> None:
        if text == "watched":
            add_layer(host, function, layer)
            return
        if not remove_layer(host, function, layer):
            raise refusal("somebody else has replaced its code meanwhile")
        places.pop(place, None)
        kept.update({"error": None, "trace": None})

    result = change(state, "exceptions of " + place, read, write, "watched", arguments["for"])
    places[place] = {"kept": kept, "number": result["number"]}
    return result


def found_place(state: dict, place: str) -> dict:
    watched = debugger_places(state).get(place)
    if watched is None:
        raise refusal("it is not watched: list shows what is")
    return watched


def remove(state: dict, arguments: dict) -> list:
    return revert_some(state, {"change": str(found_place(state, arguments["place"])["number"])})


def list_places(state: dict, arguments: dict) -> list:
    numbers = {entry["number"]: entry for entry in state["host"]["changes"]}
    return [
        {"place": place, "change": watched["number"], "seconds": shown(numbers[watched["number"]])["seconds"]}
        for place, watched in sorted(debugger_places(state).items())
        if watched["number"] in numbers
    ]


def reset(state: dict, arguments: dict) -> list:
    return [remove(state, {"place": place})[0] for place in sorted(debugger_places(state))]


def tracebacks(state: dict, arguments: dict) -> list:
    return [
        {
            "place": place,
            "exception": type_name(watched["kept"]["error"]),
            "seconds": int(time.time() - watched["kept"]["at"]),
            "times": watched["kept"]["count"],
        }
        for place, watched in sorted(debugger_places(state).items())
        if watched["kept"]["error"] is not None
    ]


def kept_error(state: dict, arguments: dict) -> tuple:
    """The exception, and its traceback from the function on."""
    kept = found_place(state, arguments["place"])["kept"]
    error, step = kept["error"], kept["trace"]
    if error is None:
        raise refusal("no exception has left it since it is watched")
    # Within other functions that are watched there are hooks as well.
    while step.tb_frame.f_code.co_filename == HOOK_FILE and step.tb_next is not None:
        step = step.tb_next
    return error, step


def print_traceback(state: dict, arguments: dict) -> dict:
    error, step = kept_error(state, arguments)
    places = []
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename != HOOK_FILE:
            places.append("%s:%d in %s" % (code.co_filename, step.tb_lineno, code.co_name))
        step = step.tb_next
    return {"exception": exception_text(error), "traceback": places[-100:]}


def discard(state: dict, arguments: dict) -> dict:
    found_place(state, arguments["place"])["kept"].update({"error": None, "trace": None})
    return {"discarded": arguments["place"]}


def debug(work: dict, arguments: dict) -> None:
    """`pdb` after the fact, on the frames that are still there."""
    import pdb

    error, step = kept_error(work["state"], arguments)
    debugger_talk = post_mortem(pdb, work)
    say(work, exception_text(error) + "\n")
    try:
        debugger_talk.reset()
        debugger_talk.interaction(None, step)
    except SystemExit:
        pass
    finally:
        fields(debugger_talk).clear()


def post_mortem(pdb: object, work: dict) -> object:
    """A `pdb.Pdb` that talks with whoever gave the command, and touches nothing of the application's.

    Its own way to evaluate a line sets sys.stdout of the whole process meanwhile; in its place stands the console's.
    """
    output = type(sys.implementation)(write=lambda text: say(work, text), flush=lambda: None, encoding="utf-8")
    hasReadline = "readline" in sys.modules
    if not hasReadline:
        # It would be imported to complete words, of which there is no use here, and would look at the terminal.
        sys.modules["readline"] = None
    try:
        talk = pdb.Pdb(stdin=type(sys.implementation)(), stdout=output, nosigint=True, readrc=False)
    finally:
        if not hasReadline:
            sys.modules.pop("readline", None)
    talk.use_rawinput = False
    talk.prompt = "(Pdb) "

    def in_frame(function: object) -> object:
        """Calls it with the frame's names, among which the built-in functions are the console's."""
        names = talk.curframe.f_globals
        space = console_space(work, dict(names))
        try:
            return function(space, getattr(talk, "curframe_locals", None) or talk.curframe.f_locals)
        finally:
            changed = {name: space[name] for name in space if name not in names or names[name] is not space[name]}
            changed.pop("__builtins__", None)
            names.update(changed)
            space.clear()

    def default(line: str) -> None:
        text = line[1:].strip() if line[:1] == "!" else line
        try:
            in_frame(lambda names, own: evaluate(work, text + "\n", 0, names, own))
        except Exception as error:
            # As it says everything else that went wrong.
            error.__context__ = error.__traceback__ = None
            talk.error(exception_text(error))

    def value_of(text: str) -> object:
        try:
            return in_frame(lambda names, own: eval(text, names, own))
        except Exception as error:
            talk.error(exception_text(error))
            raise

    def loop() -> None:
        while True:
            try:
                # What it tells itself to do comes first.
                line = talk.cmdqueue.pop(0) if talk.cmdqueue else ask(work, talk.prompt)
            except KeyboardInterrupt:
                continue
            line = "EOF" if line is None else talk.precmd(line)
            try:
                stop = attempt(work, talk.onecmd, (line,))
            except KeyboardInterrupt:
                say(work, "*** KeyboardInterrupt\n")
                continue
            if talk.postcmd(stop, line):
                return

    def refuse(line: str) -> None:
        say(work, "*** not here: this looks at an exception that has left its function\n")

    talk.default = default
    talk._getval = value_of
    talk.cmdloop = talk._cmdloop = loop
    for name in ("interact", "debug", "run", "restart", "jump", "j", "commands"):
        setattr(talk, "do_" + name, refuse)
    return talk


PLACE = {"name": "place", "kind": "text", "help": "module:function or module:class.function"}
FOR = {"name": "for", "kind": "duration", "default": "10m", "help": "how long it is watched"}


def describe(
    name: str, run: object, rung: str, summary: str, discussion: str, parameters: list, **more: object
) -> None:
    words = "".join(" shop.checkout:pay" for parameter in parameters if parameter is PLACE)
    COMMANDS["debugger " + name] = {
        "run": run,
        "rung": rung,
        "enabledBy": "debugger",
        "summary": summary,
        "discussion": discussion,
        "parameters": parameters,
        "cost": more.pop("cost", "none"),
        "examples": [["ispy run shop debugger %s%s" % (name, words), more.pop("purpose")]],
        **more,
    }


describe(
    "insert",
    insert,
    "change",
    "Keep the last exception that leaves a function",
    "Watches a function for a time: of each exception that leaves it the last one is kept, with its frames and all "
    "that they hold. The code of the function is replaced meanwhile, so that calls through references that were taken "
    "before are seen too. Calls that are running are not.",
    [PLACE, FOR],
    cost="some 100 ns for each call; the frames of one exception are kept alive",
    purpose="in each worker of shop, for ten minutes",
)
describe(
    "remove",
    remove,
    "change",
    "Watch a function no longer",
    "The function gets its code back, and what was kept is let go.",
    [PLACE],
    purpose="in each worker",
)
describe(
    "list",
    list_places,
    "probe",
    "List the functions that are watched",
    "Lists them, with the number of the change and the time that is left.",
    [],
    purpose="in each worker",
)
describe(
    "reset",
    reset,
    "change",
    "Watch nothing any more",
    "Every function gets its code back, and what was kept is let go.",
    [],
    purpose="in each worker",
)
describe(
    "tracebacks",
    tracebacks,
    "probe",
    "List the exceptions that were kept",
    "Lists the type of each, how many left the function and when the last did.",
    [],
    purpose="in each worker",
)
describe(
    "print",
    print_traceback,
    "probe",
    "Show where an exception that was kept came from",
    "Shows its type and words, and its stack, outermost first.",
    [PLACE],
    purpose="in each worker",
)
describe(
    "discard",
    discard,
    "probe",
    "Let an exception go that was kept",
    "The function is watched on.",
    [PLACE],
    purpose="in each worker",
)
describe(
    "debug",
    debug,
    "console",
    "Open pdb on an exception that was kept",
    "Opens Python's debugger after the fact: where, up, down, args, p, pp, list and so on, on the frames as they were "
    "left. Whatever is typed that is none of its commands is carried out as Python. Ctrl-C interrupts that; q or "
    "Ctrl-D ends it.",
    [PLACE],
    cost="whatever is typed",
    purpose="in one worker",
    isApart=True,
    talks=True,
)
