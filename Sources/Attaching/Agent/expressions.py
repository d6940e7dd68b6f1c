# Conditions and values of messages (Documentation/Expressions.md): a tree that was sent is made into a function, which
# whoever watches a call asks with the call's values. What the values then mean is in expression_values.py.

NODE_LIMIT = 100
NODE_DEPTH_LIMIT = 20
LITERAL_LIMIT = 1000


def compiled(tree: list) -> tuple:
    """A function of this expression, the names and the specials whose values it takes, in that order.

    What the function raises is made by `undecided`; nothing else comes out of it, but what a signal's handler raises
    meanwhile, and RecursionError or MemoryError where there is no room left even for that. What it returns may be an
    object of the application: `truth` says whether a condition holds.
    """
    plan = laid_out(tree)
    taken = parameters_of(plan)
    lines = [*body_of(plan), "        return " + plan["result"][0]]
    lines += ["    except NO_ROOM:"]
    # With as few calls as can be: there may be room for one.
    lines.append("        raise LookupError(UNDECIDED, 'there is no room left to carry it out') from None")
    return made_condition(", ".join(taken), lines, {}), tuple(plan["names"]), tuple(plan["specials"])


def decision(tree: list, source: str, undecided: object) -> tuple:
    """The same for a condition alone, by fewer steps: a function that says True or False, and None once `undecided` was
    told why. It takes all in one: the `values`, or the `locals` by their names."""
    plan = laid_out(tree)
    taken = parameters_of(plan)
    reads = ["        %s = locals.get(%r, UNDEFINED)" % pair for pair in zip(taken, plan["names"])]
    if source == "values":
        reads = ["        %s, = values" % ", ".join(taken)] if taken else []
    lines = [*reads, *body_of(plan), "        return " + truth_text(plan["result"])]
    lines += ["    except (LookupError, *NO_ROOM) as error:", "        tell(error)"]
    return made_condition(source, lines, {"tell": undecided}), tuple(plan["names"]), tuple(plan["specials"])


def laid_out(tree: list) -> dict:
    plan: dict = {"lines": [], "names": [], "specials": [], "nodes": 0, "cost": 0, "made": 0, "indent": 2}
    plan["usesBudget"] = False
    plan["result"] = present(plan, lay_out(plan, tree, 1))
    return plan


def parameters_of(plan: dict) -> list:
    taken = ["n%d" % number for number in range(len(plan["names"]))]
    return taken + ["s%d" % number for number in range(len(plan["specials"]))]


def body_of(plan: dict) -> list:
    if not plan["usesBudget"]:
        return plan["lines"]
    return ["        budget = [%d]" % (STEP_LIMIT - plan["nodes"] - plan["cost"]), *plan["lines"]]


def made_condition(taken: str, lines: list, more: dict) -> object:
    space: dict = {name: globals()[name] for name in USED}
    space.update({"__builtins__": {}, "type": type, "int": int, "float": float, "str": str, "LookupError": LookupError})
    space.update(more)
    text = "\n".join(["def condition(%s):" % taken, "    try:", *lines])
    exec(compile(text, take.__code__.co_filename, "exec", 0, True), space)
    return space["condition"]


# From a tree to lines of Python. Nothing that was sent gets into them but constants, as Python itself writes them. Each
# part leaves the name or the literal that holds its value, and what is known of it: of which kind a literal is, or that
# it is a bool.


def lay_out(plan: dict, node: object, depth: int) -> tuple:
    if type(node) is not list or not node or type(node[0]) is not str or node[0] not in NODES:
        raise refusal("it is no expression")
    plan["nodes"] += 1
    if plan["nodes"] > NODE_LIMIT or depth > NODE_DEPTH_LIMIT:
        raise refusal("it is an expression of too many parts, or too deep")
    size, function = NODES[node[0]]
    if len(node) != size:
        raise refusal("it is no expression: %s has another number of parts" % node[0])
    return function(plan, node, depth + 1)


def emit(plan: dict, line: str) -> None:
    plan["lines"].append("    " * plan["indent"] + line)


def hold(plan: dict, text: str, known: str | None = None) -> tuple:
    """A new variable with that value."""
    plan["made"] += 1
    name = "t%d" % plan["made"]
    emit(plan, "%s = %s" % (name, text))
    return name, known


def helped(plan: dict, text: str, known: str | None = None) -> tuple:
    """The same, of what takes steps."""
    plan["usesBudget"] = True
    return hold(plan, text, known)


def present(plan: dict, value: tuple) -> tuple:
    """What goes on unseen is at least there."""
    if value[0][0] in "ns" and value[1] is None:
        emit(plan, "if %s is UNDEFINED:" % value[0])
        emit(plan, "    raise missing()")
    return value


def known_name(name: object) -> str:
    if type(name) is not str or len(name) > LITERAL_LIMIT or not name.isidentifier():
        raise refusal("it is no expression: a name is none")
    return name


def lay_name(plan: dict, node: list, depth: int) -> tuple:
    name = known_name(node[1])
    if name not in plan["names"]:
        plan["names"].append(name)
    return "n%d" % plan["names"].index(name), None


def lay_special(plan: dict, node: list, depth: int) -> tuple:
    if node[1] not in ("return", "exception", "ms"):
        raise refusal("it is no expression: there is no such special")
    if node[1] not in plan["specials"]:
        plan["specials"].append(node[1])
    return "s%d" % plan["specials"].index(node[1]), None


def lay_constant(plan: dict, node: list, depth: int) -> tuple:
    value = node[1]
    if value is None or type(value) is bool:
        return repr(value), "word"
    if type(value) is str and len(value) <= LITERAL_LIMIT:
        plan["cost"] += len(value) // 64
        return repr(value), TEXT
    if type(value) is int and value.bit_length() <= BIT_LIMIT:
        return "(%r)" % value, NUMBER
    if type(value) is float and value - value == 0:
        return "(%r)" % value, NUMBER
    raise refusal("it is no expression: a constant is none")


def lay_attribute(plan: dict, node: list, depth: int) -> tuple:
    thing = lay_out(plan, node[1], depth)
    return helped(plan, "attribute_of(%s, %r, budget)" % (thing[0], known_name(node[2])))


def lay_item(plan: dict, node: list, depth: int) -> tuple:
    thing, key = lay_out(plan, node[1], depth), lay_out(plan, node[2], depth)
    return helped(plan, "item_of(%s, %s, %r, budget)" % (thing[0], key[0], key[1] in (NUMBER, TEXT)))


def lay_not(plan: dict, node: list, depth: int) -> tuple:
    return hold(plan, "not " + truth_text(lay_out(plan, node[1], depth)), "truth")


def truth_text(value: tuple) -> str:
    return value[0] if value[1] == "truth" else "truth(%s)" % value[0]


def lay_negative(plan: dict, node: list, depth: int) -> tuple:
    value = lay_out(plan, node[1], depth)
    return ("(-%s)" % value[0], NUMBER) if value[1] == NUMBER else hold(plan, "-number(%s)" % value[0])


def lay_and_or(plan: dict, node: list, depth: int) -> tuple:
    left = lay_out(plan, node[1], depth)
    name, _ = hold(plan, left[0])
    emit(plan, "if %s%s:" % ("" if node[0] == "and" else "not ", truth_text((name, left[1]))))
    plan["indent"] += 1
    right = present(plan, lay_out(plan, node[2], depth))
    emit(plan, "%s = %s" % (name, right[0]))
    plan["indent"] -= 1
    return name, "truth" if left[1] == right[1] == "truth" else None


def lay_comparison(plan: dict, node: list, depth: int) -> tuple:
    sign = node[1]
    if type(sign) is not str or sign not in COMPARISONS:
        raise refusal("it is no expression: nothing is compared so")
    left, right = lay_out(plan, node[2], depth), lay_out(plan, node[3], depth)
    if sign in ("is", "is not"):
        if right[1] != "word":
            raise refusal("it is no expression: `is` goes with None, True and False")
        # Of a literal Python would say aloud that it is not to be compared so.
        return hold(plan, "%s %s %s" % (hold(plan, present(plan, left)[0])[0], sign, right[0]), "truth")
    if sign in ("in", "not in"):
        text = "contains(%s, %s, budget)" % (right[0], left[0])
        return helped(plan, text if sign == "in" else "not " + text, "truth")
    if left[1] in (NUMBER, TEXT) and right[1] is None:
        return compared_with_literal(plan, left, right, sign, right[0], left[1])
    if right[1] in (NUMBER, TEXT) and left[1] is None:
        return compared_with_literal(plan, left, right, sign, left[0], right[1])
    isLiteral = {left[1], right[1]} & {NUMBER, TEXT, "word"}
    plan["usesBudget"] = plan["usesBudget"] or not isLiteral
    return hold(plan, slow_comparison(left, right, sign, "None" if isLiteral else "budget"), "truth")


def slow_comparison(left: tuple, right: tuple, sign: str, budget: str) -> str:
    if sign in ("==", "!="):
        return "%sequal(%s, %s, %s)" % ("" if sign == "==" else "not ", left[0], right[0], budget)
    return "ordered(%r, %s, %s, %s)" % (sign, left[0], right[0], budget)


def compared_with_literal(plan: dict, left: tuple, right: tuple, sign: str, value: str, known: str) -> tuple:
    """What most conditions are: the type is looked at, and then Python compares."""
    name = hold(plan, "type(%s)" % value)[0]
    emit(plan, "if %s is %s:" % (name, "str" if known == TEXT else "int or %s is float" % name))
    emit(plan, "    %s = %s %s %s" % (name, left[0], sign, right[0]))
    emit(plan, "else:")
    emit(plan, "    %s = %s" % (name, slow_comparison(left, right, sign, "None")))
    return name, "truth"


def lay_arithmetic(plan: dict, node: list, depth: int) -> tuple:
    if type(node[1]) is not str or node[1] not in ("+", "-", "*", "/", "//", "%"):
        raise refusal("it is no expression: nothing is reckoned so")
    left, right = lay_out(plan, node[2], depth), lay_out(plan, node[3], depth)
    return helped(plan, "reckoned(%r, %s, %s, budget)" % (node[1], left[0], right[0]))


def lay_call(plan: dict, node: list, depth: int) -> tuple:
    name, arguments = node[1:]
    if type(name) is not str or name not in FUNCTIONS or type(arguments) is not list:
        raise refusal("it is no expression: there is no such function")
    count, function, known = FUNCTIONS[name]
    if len(arguments) != count:
        raise refusal("it is no expression: a function has another number of values")
    values = [lay_out(plan, argument, depth) for argument in arguments]
    if name == "defined":
        if values[0][0][0] != "n":
            raise refusal("it is no expression: `defined` takes a name")
        return hold(plan, "%s is not UNDEFINED" % values[0][0], "truth")
    return helped(plan, "%s(%s, budget)" % (function, ", ".join(value[0] for value in values)), known)


COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not")
FUNCTIONS = {
    "len": (1, "length", None),
    "type": (1, "name_of_type", None),
    "startswith": (2, "begins", "truth"),
    "endswith": (2, "ends", "truth"),
    "lower": (1, "lowered", None),
    "upper": (1, "uppered", None),
    "like": (2, "like", "truth"),
    "abs": (1, "magnitude", None),
    "min": (2, "lesser", None),
    "max": (2, "greater", None),
    "defined": (1, "", None),
}
# How many parts each kind has, its own name among them, and what lays it out.
NODES = {
    "name": (2, lay_name),
    "special": (2, lay_special),
    "const": (2, lay_constant),
    "attr": (3, lay_attribute),
    "item": (3, lay_item),
    "not": (2, lay_not),
    "neg": (2, lay_negative),
    "and": (3, lay_and_or),
    "or": (3, lay_and_or),
    "cmp": (4, lay_comparison),
    "arith": (4, lay_arithmetic),
    "call": (3, lay_call),
}
# What a function's code calls.
USED = (
    ["UNDEFINED", "UNDECIDED", "NO_ROOM", "missing", "truth", "number", "equal", "ordered", "contains"]
    + ["reckoned", "attribute_of", "item_of"]
    + [function for _, function, _ in FUNCTIONS.values() if function]
)
