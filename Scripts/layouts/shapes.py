"""Structures that stand in a .c file of CPython and so in no header: their first members, by version.

Read from the named source file, and held against living interpreters by the tests of tasks, locks and values. `last` is
the newest version for which that was done: generate.py refuses a newer one until somebody has looked.
"""

from __future__ import annotations

from typing import NamedTuple

Version = tuple[int, int]


class Shape(NamedTuple):
    """A structure up to the last member of interest, in C; `FREE_THREADED(...)` is in free-threaded builds only."""

    name: str
    source: str
    first: Version
    last: Version
    members: str


NEWEST: Version = (3, 15)

FUTURE = "PyObject ob_base; void *loop; void *callback0; void *context0; void *callbacks; void *exception; "
RESULT = "void *exception_tb; void *result; void *source_tb; void *cancel_msg; "
WAITER = "void *fut_waiter; void *coro; void *name; void *context; "

# What a future and a task begin with (FutureObj_HEAD), and what a task has after that.
ASYNCIO = [
    (
        ((3, 8), (3, 8)),
        FUTURE + "void *result; void *source_tb; int state; int log_tb; int blocking; void *dict; void *weakreflist; ",
        WAITER + "int must_cancel; int log_destroy_pending;",
    ),
    (
        ((3, 9), (3, 9)),
        FUTURE + "void *result; void *source_tb; void *cancel_msg; int state; int log_tb; int blocking; void *dict; "
        "void *weakreflist; void *cancelled_exc_state[4]; ",
        WAITER + "int must_cancel; int log_destroy_pending;",
    ),
    (
        ((3, 10), (3, 10)),
        FUTURE + RESULT + "int state; int log_tb; int blocking; "
        "void *dict; void *weakreflist; void *cancelled_exc_state[4]; ",
        WAITER + "int must_cancel; int log_destroy_pending;",
    ),
    (
        ((3, 11), (3, 12)),
        FUTURE + RESULT + "int state; int log_tb; int blocking; void *dict; void *weakreflist; void *cancelled_exc; ",
        WAITER + "int must_cancel; int log_destroy_pending; int num_cancels_requested;",
    ),
    (
        ((3, 13), (3, 13)),
        FUTURE + RESULT + "void *cancelled_exc; int state; unsigned bits; ",
        "int num_cancels_requested; " + WAITER,
    ),
    (
        ((3, 14), NEWEST),
        FUTURE + RESULT + "void *cancelled_exc; void *awaited_by; "
        "int state; char is_task; char awaited_by_is_set; unsigned char bits; ",
        "int num_cancels_requested; " + WAITER + "struct llist_node node; FREE_THREADED(size_t tid;)",
    ),
]

SHAPES: list[Shape] = [
    Shape(
        "_dictkeysobject",
        "Objects/dict-common.h",
        (3, 8),
        (3, 10),
        "Py_ssize_t dk_refcnt; Py_ssize_t dk_size; void *dk_lookup; Py_ssize_t dk_usable; Py_ssize_t dk_nentries; "
        "char dk_indices[];",
    ),
    Shape("PyModuleObject", "Objects/moduleobject.c", (3, 8), (3, 9), "PyObject ob_base; PyObject *md_dict;"),
    Shape(
        "rangeobject",
        "Objects/rangeobject.c",
        (3, 8),
        NEWEST,
        "PyObject ob_base; void *start; void *stop; void *step; void *length;",
    ),
    Shape("mappingproxyobject", "Objects/descrobject.c", (3, 8), NEWEST, "PyObject ob_base; void *mapping;"),
    Shape(
        "PyDateTime_TimeZone",
        "Modules/_datetimemodule.c",
        (3, 8),
        NEWEST,
        "PyObject ob_base; void *offset; void *name;",
    ),
    # The inner structure is `mpd_t` of Modules/_decimal/libmpdec/mpdecimal.h.
    Shape(
        "PyDecObject",
        "Modules/_decimal/_decimal.c",
        (3, 8),
        NEWEST,
        "PyObject ob_base; Py_hash_t hash; struct { unsigned char flags; ssize_t exp; ssize_t digits; ssize_t len; "
        "ssize_t alloc; size_t *data; };",
    ),
    Shape(
        "dequeobject",
        "Modules/_collectionsmodule.c",
        (3, 8),
        NEWEST,
        "PyVarObject ob_base; void *leftblock; void *rightblock; Py_ssize_t leftindex; Py_ssize_t rightindex; "
        "size_t state; Py_ssize_t maxlen;",
    ),
    Shape(
        "dequeblock",
        "Modules/_collectionsmodule.c",
        (3, 8),
        NEWEST,
        "void *leftlink; void *data[64]; void *rightlink;",
    ),
    # 3.13.0 has the first form and 3.13.5 the second: the size of the instances tells.
    Shape(
        "semaphore_lockobject",
        "Modules/_threadmodule.c",
        (3, 8),
        (3, 13),
        "PyObject ob_base; void *lock_lock; void *in_weakreflist; char locked;",
    ),
    Shape("mutex_lockobject", "Modules/_threadmodule.c", (3, 13), NEWEST, "PyObject ob_base; PyMutex lock;"),
    Shape(
        "semaphore_rlockobject",
        "Modules/_threadmodule.c",
        (3, 8),
        (3, 13),
        "PyObject ob_base; void *rlock_lock; unsigned long rlock_owner; unsigned long rlock_count;",
    ),
    Shape("mutex_rlockobject", "Modules/_threadmodule.c", (3, 14), NEWEST, "PyObject ob_base; _PyRecursiveMutex lock;"),
    Shape("simplequeueobject", "Modules/_queuemodule.c", (3, 8), (3, 12), "PyObject ob_base; void *lock;"),
    Shape(
        "simplequeueobject", "Modules/_queuemodule.c", (3, 13), NEWEST, "PyObject ob_base; char has_threads_waiting;"
    ),
    Shape("wait_entry", "Python/parking_lot.c", (3, 13), NEWEST, "void *park_arg; size_t addr; size_t sema;"),
    # coroutine_wrapper.cw_coroutine, async_generator_asend.ags_gen, async_generator_athrow.agt_gen,
    # anext_awaitable.wrapped (Objects/genobject.c, Objects/iterobject.c), FutureIter.future (Modules/_asynciomodule.c).
    Shape("awaitableobject", "Objects/genobject.c", (3, 8), NEWEST, "PyObject ob_base; void *wrapped;"),
]

for (first, last), head, tail in ASYNCIO:
    SHAPES.append(Shape("FutureObj", "Modules/_asynciomodule.c", first, last, head))
    SHAPES.append(Shape("TaskObj", "Modules/_asynciomodule.c", first, last, head + tail))


def shapes(version: Version) -> list[Shape]:
    """The structures of a version of CPython."""
    return [shape for shape in SHAPES if shape.first <= version <= shape.last]
