"""ShellManager: the agent of an application that loads it itself, listening where its `ispyd.ini` says.

    shell_manager = ShellManager(os.path.join(os.path.dirname(__file__), "ispyd.ini"))

One thread listens, and each connection is served on another. The application goes on without a listener where there
can be none: `problem` says why. Nothing of the process is replaced: no standard stream, builtin, hook or handler.
"""

from __future__ import annotations

import _signal
import _socket
import atexit
import errno
import logging
import os
import time

from ._agent import agent
from ._listener import Listener, NotListening, listen_at
from ._peers import is_allowed

# What the owner has set, by section: every agent in this process, an attached one too, looks for it by this name.
configuration: dict | None = None
# What counts where the owner's file cannot be understood: what he meant to forbid may be in it.
UNREADABLE = {"ispyd": {"ceiling": "observe"}}

# The one that this process has, under the key `one`. A dictionary needs no lock, which a fork could leave held.
_listening: dict = {}
_log = logging.getLogger("ispyd")

FORKED = "the process that was forked from has the only listener"

# Seconds after a fork before the child listens: by then it has become another user, or another program.
CHILD_SECONDS = 0.25
# Seconds that are waited where the process can open no further file, and for connections to end.
PAUSE_SECONDS = 1.0
# SIGILL, SIGBUS, SIGFPE and SIGSEGV come from a fault of the thread's own.
FAULTS = {4, 7, 8, 11}


class ShellManager:
    """Starts the listener of this process, which has one, however often it is asked for.

    Raises RuntimeError where there is no such file, and for nothing else.
    """

    def __init__(self, config_file: str | os.PathLike[str]) -> None:
        wanted = _Listening(os.path.abspath(os.fspath(config_file)))
        self._listening = _listening.setdefault("one", wanted)
        self._refusal: str | None = None
        if self._listening is wanted:
            try:
                wanted.begin()
            except BaseException:
                _listening.pop("one", None)
                raise
        elif self._listening.config_file != wanted.config_file:
            self._refusal = "this process has an agent already, by " + self._listening.config_file
        if self.problem:
            _log.warning("no agent listens: %s", self.problem)

    @property
    def problem(self) -> str | None:
        """Why this process has no listener; None where it has one."""
        listener = self._listening.listener
        foreign = None if listener is None or listener.isOwn else FORKED
        return self._refusal or self._listening.problem or foreign

    @property
    def address(self) -> str | None:
        """Where it listens: a path, or an address and a port."""
        listener = self._listening.listener
        return listener.address if listener and listener.isOwn and not self._refusal else None

    def close(self) -> None:
        """Ends the listener and every connection; what was changed over them is made as it was."""
        if not self._refusal:
            self._listening.end()


class _Listening:
    def __init__(self, config_file: str) -> None:
        self.config_file = config_file
        self.problem: str | None = None
        self.listener: Listener | None = None
        self._listen = ""
        self._host: dict = {}
        self._connections: list = []
        self._isOver = False
        self._over = _lock()

    def begin(self) -> None:
        settings = _read(self.config_file)
        if settings is None:
            self.problem = "%s is no configuration file" % self.config_file
            return
        self._listen = (settings.get("ispyd") or {}).get("listen") or ""
        if not self._listen:
            self.problem = "%s says nowhere to listen ([ispyd] listen)" % self.config_file
            return
        self._new_host()
        try:
            self.listener = listen_at(self._listen)
            self._start(self._accept, self.listener)
        except (NotListening, LookupError) as error:
            self._give_up(str(error.args[-1]))
            return
        atexit.register(self._remove)
        os.register_at_fork(after_in_child=self._begin_in_child)
        if "%(pid)s" not in self._listen:
            _log.info("processes that this one forks do not listen: %%(pid)s in listen gives each its own")

    def end(self) -> None:
        self._isOver = True
        _listening.pop("one", None)
        atexit.unregister(self._remove)
        if self._over.locked():
            self._over.release()
        listener, self.listener = self.listener, None
        self.problem = self.problem or "it was closed"
        if listener is None or not listener.isOwn:
            return
        listener.remove()
        listener.wake()
        for connection in list(self._connections):
            _shut_down(connection)
        end = time.monotonic() + PAUSE_SECONDS
        while self._connections and time.monotonic() < end:
            time.sleep(0.002)

    # In a forked child there is no thread of its parent's, and what it inherited is its parent's.

    def _begin_in_child(self) -> None:
        if self._isOver:
            return
        try:
            # Closed, never shut down: that would end them for the parent.
            for connection in self._connections:
                connection.close()
            self._connections = []
            if self.listener is not None:
                self.listener.close()
                self.listener = None
            agent["revert_all"]({"host": self._host}, "the process was forked")
            self._new_host()
            self._over = _lock()
            if "%(pid)s" in self._listen:
                self.problem = None
                self._start(self._accept, None)
            else:
                self.problem = FORKED + ": %(pid)s in listen gives each its own"
        except LookupError as error:
            self.problem = str(error.args[-1])
        except Exception as error:
            # Nobody is told: a fork is no place to write, and the child has something else to do.
            self.problem = type(error).__name__

    def _new_host(self) -> None:
        self._host = agent["make_host"](os.environ)
        self._host["isGuest"] = False

    # On threads of ours.

    def _start(self, function: object, *arguments: object) -> None:
        """Starts a thread to which no signal is delivered: they are for the application's own."""
        before = _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals() - FAULTS)
        try:
            agent["start_thread"](function, arguments)
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, before)

    def _accept(self, listener: Listener | None) -> None:
        if listener is None:
            if self._wait(CHILD_SECONDS):
                return
            try:
                listener = self.listener = listen_at(self._listen)
            except NotListening as error:
                self.problem = str(error)
                return
        while not self._isOver:
            try:
                descriptor, _ = listener.socket._accept()
            except OSError as error:
                if error.errno in (errno.EBADF, errno.EINVAL):
                    # It was closed, or woken to be.
                    break
                self._wait(PAUSE_SECONDS)
                continue
            self._welcome(_socket.socket(fileno=descriptor))
        listener.remove()
        listener.close()

    def _welcome(self, connection: _socket.socket) -> None:
        self._connections.append(connection)
        try:
            if is_allowed(connection) and len(self._connections) <= agent["CONNECTION_LIMIT"] and not self._isOver:
                self._start(self._serve, connection, self._host)
                return
        except LookupError:
            # There can be no thread for it.
            pass
        self._drop(connection)

    def _serve(self, connection: _socket.socket, host: dict) -> None:
        try:
            agent["serve"](connection, host)
        finally:
            self._drop(connection)

    def _drop(self, connection: _socket.socket) -> None:
        # For whoever has a copy of it, too: a child that was forked in the moment when it came.
        _shut_down(connection)
        connection.close()
        try:
            self._connections.remove(connection)
        except ValueError:
            # This is a child that was forked meanwhile.
            pass

    def _wait(self, seconds: float) -> bool:
        """Waits for the end, so long at most; whether it came."""
        self._over.acquire(True, seconds)
        return self._isOver

    # Elsewhere.

    def _give_up(self, why: str) -> None:
        self.problem = why
        self._remove()
        if self.listener is not None:
            self.listener.close()
            self.listener = None

    def _remove(self) -> None:
        if self.listener is not None:
            self.listener.remove()


def _lock() -> object:
    """A lock that is held, to be waited for; not one of gevent's."""
    lock = agent["original"]("allocate_lock")()
    lock.acquire()
    return lock


def _shut_down(connection: _socket.socket) -> None:
    try:
        connection.shutdown(_socket.SHUT_RDWR)
    except OSError:
        # It has gone already.
        pass


def _read(path: str) -> dict | None:
    """Publishes what the owner's file says; None where it cannot be understood."""
    global configuration
    configuration = UNREADABLE
    try:
        configuration = agent["read_configuration"](path)
    except OSError as error:
        raise RuntimeError("the configuration file %s cannot be read: %s" % (path, error.strerror)) from None
    except Exception:
        return None
    return configuration
