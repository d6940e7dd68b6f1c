"""The plugin `wsgi`: requests in flight, of an application that was wrapped.

    application = WSGIApplicationWrapper(application)

What is kept of a request are a few texts of it, while it lasts, and of so many at most: no environ, no exception, no
traceback, no frame. It ends when the server closes what the application returned, or lets it go.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
import weakref
from typing import Callable, Iterable, Iterator

from .._agent import agent

REQUEST_LIMIT = 1000
# What is shown of each: characters of a text, frames of a stack.
TEXT_LIMIT = 2000
FRAME_LIMIT = 64

# By number. What comes while it is full has a number, and nothing else.
_flying: dict = {}
_numbers = itertools.count(1)
# What an own frame is known by: it stands below those of the request whose number it has.
_steps: set = set()

# The requests of a parent are not those of its child.
os.register_at_fork(after_in_child=_flying.clear)


class WSGIApplicationWrapper:
    """A WSGI application that calls another, and is like it in all else: attributes are the other's."""

    def __init__(self, application: Callable) -> None:
        object.__setattr__(self, "__wrapped__", application)
        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            try:
                object.__setattr__(self, name, getattr(application, name))
            except AttributeError:
                # An instance of a class has not all of them.
                pass

    def __call__(self, environ: dict, start_response: Callable) -> Iterable:
        number = _begin(environ)
        try:
            result = self.__wrapped__(environ, start_response)
        except BaseException:
            _end(number)
            raise
        return _returned(result, number, environ) if number else result

    def __get__(self, instance: object, owner: type | None = None) -> object:
        bind = getattr(type(self.__wrapped__), "__get__", None)
        if instance is None or bind is None:
            return self
        return type(self)(bind(self.__wrapped__, instance, owner))

    def __getattr__(self, name: str) -> object:
        if name == "__wrapped__":
            # Before it is initialised, as when it is copied.
            raise AttributeError(name)
        return getattr(self.__wrapped__, name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self.__wrapped__, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.__wrapped__, name)

    def __dir__(self) -> list:
        return dir(self.__wrapped__)


def wsgi_application() -> Callable:
    """The same as a decorator: `@wsgi_application()`."""
    return WSGIApplicationWrapper


class _Body:
    """What an application returned, whose end is noticed."""

    def __init__(self, iterable: Iterable, number: int) -> None:
        self._iterable = iterable
        self._number = number

    def __iter__(self) -> Iterator:
        return _Pieces(self, iter(self._iterable))

    def close(self) -> None:
        try:
            close = getattr(self._iterable, "close", None)
            if close is not None:
                close()
        finally:
            _end(self._number)

    def __getattr__(self, name: str) -> object:
        if name == "_iterable":
            raise AttributeError(name)
        return getattr(self._iterable, name)

    def __del__(self) -> None:
        _end(self._number)


class _SizedBody(_Body):
    # Of one piece a server tells the length.
    def __len__(self) -> int:
        return len(self._iterable)


class _Pieces:
    """Its pieces, one after the other. It keeps the whole, which a server may hold no longer."""

    def __init__(self, body: _Body, iterator: Iterator) -> None:
        self._body = body
        self._iterator = iterator

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> object:
        # What this frame is known by.
        number = self._body._number  # noqa: F841
        return next(self._iterator)


_steps.update((WSGIApplicationWrapper.__call__.__code__, _Pieces.__next__.__code__))


def _begin(environ: dict) -> int:
    """Its number; 0 where it is not kept."""
    number = next(_numbers)
    if len(_flying) >= REQUEST_LIMIT or not isinstance(environ, dict):
        return 0
    _flying[number] = {
        "began": time.monotonic(),
        "thread": agent["original"]("get_ident")(),
        "greenlet": _greenlet(),
        "method": _text(environ, "REQUEST_METHOD"),
        "path": _text(environ, "SCRIPT_NAME") + _text(environ, "PATH_INFO"),
        "query": _text(environ, "QUERY_STRING"),
        "remote": _text(environ, "REMOTE_ADDR"),
        "watch": None,
    }
    return number


def _end(number: int) -> None:
    _flying.pop(number, None)


def _text(environ: dict, name: str) -> str:
    value = dict.get(environ, name)
    return value if type(value) is str else ""


def _greenlet() -> weakref.ref | None:
    module = sys.modules.get("greenlet")
    return weakref.ref(module.getcurrent()) if module else None


def _returned(result: Iterable, number: int, environ: dict) -> Iterable:
    """What the server gets: a file that it has wrapped itself it must know again."""
    wrapper = dict.get(environ, "wsgi.file_wrapper")
    isFile = (
        isinstance(result, wrapper)
        if isinstance(wrapper, type)
        # By what a function returns, which could be anything.
        else wrapper is not None and not isinstance(result, (list, tuple, bytes, str))
    )
    if not isFile:
        return (_SizedBody if hasattr(type(result), "__len__") else _Body)(result, number)
    try:
        _flying[number]["watch"] = weakref.ref(result, lambda _: _end(number))
    except (KeyError, TypeError):
        # Nothing tells when it goes.
        _end(number)
    return result


def requests(call: object) -> list:
    """A row for each request in flight, oldest first."""
    frames = sys._current_frames()
    now = time.monotonic()
    rows = []
    for number, entry in sorted(_flying.copy().items()):
        rows.append(
            {
                "number": number,
                "thread": entry["thread"],
                "seconds": round(now - entry["began"], 3),
                "method": entry["method"][:TEXT_LIMIT],
                "path": _decoded(entry["path"][:TEXT_LIMIT]),
                "query": entry["query"][:TEXT_LIMIT],
                "remote": entry["remote"][:TEXT_LIMIT],
                "stack": _stack(number, entry, frames),
            }
        )
    return rows


def _decoded(path: str) -> str:
    """What a client sent as UTF-8 is given byte by byte (PEP 3333)."""
    try:
        return path.encode("latin-1").decode("utf-8", "replace")
    except UnicodeError:
        return path


def _stack(number: int, entry: dict, frames: dict) -> list:
    """Innermost first; empty while the server is at work on it, and the thread may be on something else."""
    frame = frames.get(entry["thread"])
    greenlet = entry["greenlet"] and entry["greenlet"]()
    if greenlet is not None:
        # Of one that is switched away from; None of the one that runs.
        frame = sys.modules["greenlet"].greenlet.gr_frame.__get__(greenlet) or frame
    places = []
    while frame is not None:
        code = frame.f_code
        if code in _steps and frame.f_locals.get("number") == number:
            return places[:FRAME_LIMIT]
        places.append("%s:%s %s" % (code.co_filename, frame.f_lineno, code.co_name))
        frame = frame.f_back
    return []


COMMANDS = {
    "wsgi requests": {
        "run": requests,
        "rung": "probe",
        "summary": "Show the requests that a wrapped application is serving",
        "discussion": "Shows each request in flight of an application in a WSGIApplicationWrapper: since when, what "
        "was asked for by whom, and the stack of the thread that serves it. A thousand at most: those that came while "
        "so many were in flight are missing, by their numbers. `ispy requests` tells the same of any application, "
        "from outside.",
        "parameters": [],
        "cost": "the stacks of the threads, read once",
        "examples": [["ispy run shop wsgi requests", "in each worker of shop"]],
    }
}
