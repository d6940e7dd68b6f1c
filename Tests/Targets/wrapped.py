"""Applications in a WSGIApplicationWrapper, for listening.py: what is asked about them, each a function."""

import gc
import os
import threading
import types
import wsgiref.util
import wsgiref.validate
from typing import Any, Callable, Dict, Iterable, List, Tuple
from wsgiref.handlers import SimpleHandler

from ispyd.plugins import wsgi

SECRET = "s3cret-of-a-customer"


def environ(**more: Any) -> Dict[str, Any]:
    made: Dict[str, Any] = {"REMOTE_ADDR": "192.0.2.7", "QUERY_STRING": "a=b", "HTTP_AUTHORIZATION": SECRET}
    made.update(more)
    wsgiref.util.setup_testing_defaults(made)
    return made


def start_response(status: str, headers: List[Tuple[str, str]], exc_info: Any = None) -> Callable:
    return lambda data: None


def call(application: Callable, **more: Any) -> Any:
    return application(environ(**more), start_response)


def rows() -> List[Dict[str, Any]]:
    return wsgi.requests(types.SimpleNamespace(arguments={}))


class Failing(Exception):
    pass


def raising(environ: Dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    local = bytearray(SECRET, "ascii")
    raise Failing(local)


class Loud:
    """An object that is not to be asked anything."""

    def __repr__(self) -> str:
        raise AssertionError("repr was called")

    __str__ = __repr__


def what_a_failure_leaves() -> List[int]:
    """Tracebacks, frames and exceptions that stay after requests that fail, and requests."""
    application = wsgi.WSGIApplicationWrapper(raising)
    for _ in range(100):
        try:
            call(application)
        except Failing:
            pass
    gc.collect()
    kinds = (types.TracebackType, Failing)
    objects = gc.get_objects()
    return [
        sum(isinstance(thing, kinds) for thing in objects),
        sum(type(thing) is types.FrameType and thing.f_code is raising.__code__ for thing in objects),
        len(rows()),
    ]


def when_it_ends() -> List[int]:
    """How many are in flight: while the body is held, once it is closed; held again, once it is let go; iterated over
    by whoever holds the iterator alone, and afterwards."""
    application = wsgi.WSGIApplicationWrapper(lambda environ, start_response: iter([b"a", b"b"]))
    counts = []
    body = call(application)
    counts.append(len(rows()))
    body.close()
    counts.append(len(rows()))
    body = call(application)
    counts.append(len(rows()))
    body = None
    gc.collect()
    counts.append(len(rows()))
    pieces = iter(call(application))
    next(pieces)
    counts.append(len(rows()))
    pieces = None
    gc.collect()
    return counts + [len(rows())]


def how_many_are_kept() -> List[int]:
    application = wsgi.WSGIApplicationWrapper(lambda environ, start_response: [b""])
    bodies = [call(application) for _ in range(wsgi.REQUEST_LIMIT + 5)]
    kept, last = len(rows()), rows()[-1]["number"]
    answered = sum(list(body) == [b""] for body in bodies)
    for body in bodies:
        # Of those that were not kept, what the application returned came as it was.
        if hasattr(body, "close"):
            body.close()
    left = len(rows())
    body = call(application)
    return [kept, rows()[0]["number"] - last - 1, answered, left]


def a_row() -> Dict[str, Any]:
    """Of a request that stands in its handler, with an environ that is not to be shown."""
    inside, leave = threading.Event(), threading.Event()

    def handler(environ: Dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        inside.set()
        leave.wait(60)
        return [b""]

    application = wsgi.WSGIApplicationWrapper(handler)
    more = {"loud": Loud(), "SCRIPT_NAME": "/shop", "PATH_INFO": "/\u00c3\u00a4", "REMOTE_USER": Loud()}
    thread = threading.Thread(target=call, args=(application,), kwargs=more)
    thread.start()
    inside.wait(60)
    found = rows()
    leave.set()
    thread.join()
    assert len(found) == 1 and not rows()
    row = found[0]
    row["is_its_thread"] = row.pop("thread") == thread.ident
    row["functions"] = [place.rpartition(" ")[2] for place in row["stack"]]
    row["holds_secret"] = SECRET in repr(row)
    return row


def a_row_of_a_generator() -> List[str]:
    """The functions of a request whose body is made while it is sent."""
    found: List[str] = []

    def body() -> Iterable[bytes]:
        found.extend(place.rpartition(" ")[2] for place in rows()[0]["stack"])
        yield b""

    for _ in call(wsgi.WSGIApplicationWrapper(lambda environ, start_response: body())):
        pass
    return found


def served(application: Callable) -> List[str]:
    """The answer of wsgiref's handler, which takes a length and a file for what they are."""
    import io

    output = io.BytesIO()
    handler = SimpleHandler(io.BytesIO(), output, io.StringIO(), environ())
    handler.sent_file = False

    def sendfile() -> bool:
        handler.sent_file = True
        return False

    handler.sendfile = sendfile
    handler.run(application)
    return [output.getvalue().decode("latin-1"), handler.sent_file]


def one_piece(environ: Dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


def a_file(environ: Dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return environ["wsgi.file_wrapper"](open(__file__, "rb"))


def writing(environ: Dict[str, Any], start_response: Callable) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])(b"written")
    return []


def is_the_same() -> List[bool]:
    """Whether a server says the same of each with the wrapper as without, as the validator of PEP 3333 does."""
    same = []
    for application in (one_piece, a_file, writing):
        plain, own = served(application), served(wsgi.WSGIApplicationWrapper(application))
        # Once more, should the second have passed between.
        same.append(own in (plain, served(application)) and not rows())
    valid = wsgiref.validate.validator
    body = call(valid(wsgi.WSGIApplicationWrapper(valid(one_piece))), PATH_INFO="/", SCRIPT_NAME="")
    same.append(list(body) == [b"hello"])
    body.close()
    return same + [not rows()]


class Shop:
    """An application with attributes, and one that is a method."""

    name = "shop"

    def __call__(self, environ: Dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        return [self.name.encode()]

    @wsgi.wsgi_application()
    def page(self, environ: Dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """A page."""
        return [self.name.encode(), str(len(rows())).encode()]


def what_falls_through() -> List[Any]:
    shop = Shop()
    wrapper = wsgi.WSGIApplicationWrapper(shop)
    early = wrapper
    wrapper.name = "market"
    return [
        shop.name,
        wrapper.name,
        hasattr(wrapper, "nothing"),
        "page" in dir(wrapper),
        [piece.decode() for piece in call(early)],
        [piece.decode() for piece in call(shop.page)],
        Shop.page.__doc__,
        Shop.page.__name__,
    ]


def a_greenlet() -> List[str]:
    """The functions of a request whose greenlet is switched away from."""
    import greenlet

    def handler(environ: Dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        greenlet.getcurrent().parent.switch()
        return [b""]

    other = greenlet.greenlet(lambda: call(wsgi.WSGIApplicationWrapper(handler)))
    other.switch()
    functions = [place.rpartition(" ")[2] for place in rows()[0]["stack"]]
    other.switch()
    return functions


def of_a_child() -> int:
    """How many requests a child that is forked while one is served takes for its own."""
    body = call(wsgi.WSGIApplicationWrapper(one_piece))
    child = os.fork()
    if child == 0:
        os._exit(len(rows()))
    code = os.waitpid(child, 0)[1] >> 8
    body.close()
    return code
