"""stock_plugin.py: a plugin of an application's own, as its owner would write it, and some that go wrong."""

# ruff: noqa: ANN001, ANN201, ANN202 - plugins are seldom annotated

import stock


def levels(call):
    """What is left of each article."""
    return [{"article": article, "left": left} for article, left in sorted(stock.LEVELS.items())]


def hold(call):
    """Nothing of an article is sold for a time."""
    article = call.arguments["article"]
    if article not in stock.LEVELS:
        raise call.refuse("there is no article of that name")

    def read():
        return stock.LEVELS[article]

    def write(left):
        stock.LEVELS[article] = left

    return call.change("stock of " + article, read, write, 0)


def fails(call):
    raise ValueError("the password=hunter2 is wrong")


def hangs(call):
    stock.LEVELS["apple"] = -1
    while True:
        pass


def odd(call):
    return object()


COMMANDS = {
    "stock levels": {"run": levels, "rung": "probe", "summary": "Show what is left of each article"},
    "stock hold": {
        "run": hold,
        "rung": "change",
        "summary": "Sell nothing of an article for a time",
        "parameters": [
            {"name": "article", "kind": "text", "help": "its name"},
            {"name": "for", "kind": "duration", "default": "10m", "help": "how long"},
        ],
        "cost": "none",
        "examples": [["ispy run shop stock hold apple --for 5m", "no apples for five minutes"]],
    },
    "stock fails": {"run": fails, "rung": "probe", "summary": "Raise an exception"},
    "stock hangs": {"run": hangs, "rung": "probe", "summary": "Never return"},
    "stock odd": {"run": odd, "rung": "probe", "summary": "Return what is no data"},
}

BAD_RUNG = {"bad one": {"run": levels, "rung": "sometimes", "summary": "Stand nowhere"}}
TWO_NAMES = {
    "one a": {"run": levels, "rung": "probe", "summary": "Be of one"},
    "two b": {"run": levels, "rung": "probe", "summary": "Be of another"},
}
TAKEN = {"logging all": {"run": levels, "rung": "probe", "summary": "Be what is there already"}}


class Greeter(object):
    """A plugin as the first ispyd had them."""

    name = "greeter"

    def activate(self, configuration):
        self.word = configuration.get("greeter", "word")

    def do_hello(self, line):
        """hello NAME
        Say hello to somebody. And no more."""

        print(self.word, line, file=self.stdout)

    def do_exit(self, line):
        return True
