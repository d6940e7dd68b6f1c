# The plugin `python`, as far as it runs in the target: a console.
#
# What it shows goes to whoever gave the command and nowhere else: sys.stdout, sys.displayhook and the built-in
# functions of the application stay what they are. So `print`, `input`, `exit` and `help` of the console are its own,
# and the value of an expression is shown by it.

CONSOLE_FILE = "<console>"


def console(work: dict, arguments: dict) -> None:
    space = console_space(work)
    say(work, "Python %s on %s\n" % (sys.version.replace("\n", " "), sys.platform))
    say(work, "This is process %d, and anything may be done to it. exit() or Ctrl-D ends this console.\n" % os.getpid())
    try:
        converse(work, space)
    finally:
        space.clear()


def console_space(work: dict, names: dict | None = None) -> dict:
    """A namespace whose built-in functions talk with whoever gave the command."""
    import builtins

    own = dict(vars(builtins))
    output = type(sys.implementation)(write=lambda text: say(work, text), flush=lambda: None, encoding="utf-8")

    def print_(*values: object, sep: str = " ", end: str = "\n", file: object = None, flush: bool = False) -> None:
        builtins.print(*values, sep=sep, end=end, file=output if file is None else file, flush=flush)

    def input_(prompt: object = "") -> str:
        line = ask(work, str(prompt))
        if line is None:
            raise EOFError
        return line

    def leave(code: object = None) -> None:
        raise SystemExit(code)

    def help_(*things: object) -> None:
        import pydoc

        for thing in things:
            say(work, pydoc.plain(pydoc.render_doc(thing)) + "\n")

    own.update({"print": print_, "input": input_, "exit": leave, "quit": leave, "help": help_, "_": None})
    space = names if names is not None else {"__name__": "__console__", "__doc__": None}
    space["__builtins__"] = own
    return space


def converse(work: dict, space: dict) -> None:
    """Asks for statements and carries them out, until it is told to leave."""
    import codeop

    compiler = codeop.CommandCompiler()
    text = ""
    while True:
        try:
            line = ask(work, "... " if text else ">>> ")
        except KeyboardInterrupt:
            say(work, "KeyboardInterrupt\n")
            text = ""
            continue
        if line is None:
            return
        text += line
        try:
            if compiler(text, CONSOLE_FILE, "single") is None:
                text += "\n"
                continue
        except (SyntaxError, ValueError, OverflowError) as error:
            show_exception(work, error)
            text = ""
            continue
        if not carry_out(work, text, compiler.compiler.flags, space, space):
            return
        text = ""


def carry_out(work: dict, text: str, flags: int, names: dict, own_names: object) -> bool:
    """Carries out what was typed; false where it was to leave. Interrupted and failed is shown."""
    try:
        attempt(work, evaluate, (work, text, flags, names, own_names))
    except SystemExit:
        return False
    except BaseException as error:
        show_exception(work, error)
    return True


def evaluate(work: dict, text: str, flags: int, names: dict, own_names: object) -> None:
    import ast

    tree = compile(text, CONSOLE_FILE, "single", ast.PyCF_ONLY_AST | flags, True)
    for statement in tree.body:
        if isinstance(statement, ast.Expr):
            expression = ast.Expression(statement.value)
            value = eval(compile(expression, CONSOLE_FILE, "eval", flags, True), names, own_names)
            if value is not None:
                say(work, repr(value) + "\n")
                names["__builtins__"]["_"] = value
        else:
            module = ast.Module([statement], [])
            exec(compile(module, CONSOLE_FILE, "exec", flags, True), names, own_names)


def show_exception(work: dict, error: BaseException) -> None:
    import traceback

    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename == show_exception.__code__.co_filename:
        step = step.tb_next
    try:
        say(work, "".join(traceback.format_exception(type(error), error, step)))
    except Exception:
        # It is the application's exception, and may fail to say what it is.
        say(work, type_name(error) + "\n")


COMMANDS["python console"] = {
    "run": console,
    "isApart": True,
    "talks": True,
    "enabledBy": "python:console",
    "rung": "console",
    "summary": "Open an interactive Python interpreter in the process",
    "discussion": "Statements are carried out by a thread of their own in the process; Ctrl-C interrupts one, and "
    "exit() or Ctrl-D ends the console. What it prints goes to you and not to the application's output; what it "
    "changes stays changed. It is off unless a policy grants the rung console, or the owner of the application has "
    "enabled it ([python:console] enabled in its ispyd.ini).",
    "parameters": [],
    "cost": "whatever is typed",
    "examples": [["ispy run 4711 python console", "with --reason, where the policy asks for one"]],
}
