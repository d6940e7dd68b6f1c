"""Threads that each stay on a line that is hard to find: lines.py. What Python itself says: the question `stacks`.

Statements over many lines, lines that go back, decorators, comprehensions, lambdas, try and finally, class bodies,
code far down a file or with a made-up name, and a function too long for short jumps.
"""

import functools
import threading
from typing import Any, Callable, List

from target import Settling, begin, ready, start, wait_for_end

never = threading.Event()


def stay(settling: Settling) -> None:
    settling.about_to_block()
    never.wait()


def many_lines(settling: Settling) -> None:
    print(
        "first",
        (
            stay(
                settling,
            )
        ),
        "last",
    )


def backwards(settling: Settling) -> None:
    function = functools.partial(
        print,
        "a",
    )
    values = [  # fmt: skip
        1,
        stay(settling),
    ]  # noqa: E702
    function(values)


def comprehension(settling: Settling) -> None:
    [
        stay(settling)
        for number in range(3)
        if number
        == 1
    ]  # fmt: skip


def in_lambda(settling: Settling) -> None:
    calls = [
        lambda: None,
        lambda: stay(
            settling
        ),
    ]  # fmt: skip
    calls[1]()


def decorated(function: Callable[[Settling], None]) -> Callable[[Settling], None]:
    @functools.wraps(function)
    def wrapper(settling: Settling) -> None:
        function(settling)

    return wrapper


@decorated
@decorated
def in_finally(settling: Settling) -> None:
    try:
        try:
            raise KeyError("first")
        finally:
            stay(settling)
    except KeyError:
        pass


def in_handler(settling: Settling) -> None:
    try:
        raise ValueError
    except (
        KeyError,
        ValueError,
    ):
        stay(settling)


def in_class_body(settling: Settling) -> None:
    class Body:
        first = 1

        def method(self) -> None:
            pass

        second = stay(settling)

    print(Body)


def loop_again(settling: Settling) -> None:
    for number in range(2):
        if number == 0:
            continue
        while True:
            stay(settling)


def in_with(settling: Settling) -> None:
    class Manager:
        def __enter__(self) -> None:
            pass

        def __exit__(self, *error: Any) -> None:
            stay(settling)

    with Manager():
        print(
            end="",
        )


def made(source: str, name: str, line: int) -> Callable[[Settling], None]:
    """A function compiled from text, as if it stood far down a file."""
    space = {"stay": stay}  # type: dict[str, Any]
    exec(compile("\n" * (line - 1) + source, name, "exec"), space)
    return space["made"]


LONG = "def made(settling):\n value = 0\n" + " value = value + 1\n" * 5000 + " stay(settling)\n"
GAPS = "def made(settling):\n value = 0\n" + "\n" * 70000 + " stay(\n\n settling\n\n)\n"
WIDE = "def made(settling): " + "settling;" * 3000 + " stay(settling)\n"

BODIES = {
    "many lines": many_lines,
    "backwards": backwards,
    "comprehension": comprehension,
    "lambda": in_lambda,
    "finally": in_finally,
    "handler": in_handler,
    "class body": in_class_body,
    "loop": loop_again,
    "with": in_with,
    "far down": made("def made(settling):\n stay(settling)\n", "<far>", 100000),
    "long": made(LONG, "/nowhere/long.py", 1),
    "gaps": made(GAPS, "/nowhere/\u00fcnic\u00f6de \U0001f600.py", 1),
    "wide": made(WIDE, "wide\nname.py", 1),
}


def main(names: List[str]) -> None:
    settling = Settling()
    for name in names:
        start(name, BODIES[name], settling)
    settling.wait(len(names))
    ready(len(names))
    wait_for_end()


if __name__ == "__main__":
    begin()
    main(list(BODIES))
