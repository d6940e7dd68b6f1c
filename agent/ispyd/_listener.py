"""Where an agent listens: how its socket is made, and how it goes.

A path: at no moment can anybody else connect, since the socket is made and narrowed within a folder of ours alone, and
gets its name when that is done. What stands in its place is never followed, and removed only if it is a socket of this
user's at which nobody listens. A port: of this host's own addresses alone.
"""

from __future__ import annotations

import _socket
import errno
import os
import re
import stat

BACKLOG = 16
# Bytes of a path that the kernel takes for a socket (sockaddr_un, without the end).
PATH_LIMIT = 107
# So many of what killed processes left behind are looked at.
SWEEP_LIMIT = 1000


class NotListening(Exception):
    """Why there is no listener, in words for the application's owner."""


class Listener:
    """A socket that listens, of the process that made it: a forked child may do nothing with it but close it."""

    def __init__(self, socket: _socket.socket, address: str, path: str | None = None) -> None:
        self.socket = socket
        # As it is shown.
        self.address = address
        self._pid = os.getpid()
        self._path = path
        self._identity = identity(path) if path else None

    @property
    def isOwn(self) -> bool:
        """Not so in a child of a server that forks without telling Python (uWSGI)."""
        return self._pid == os.getpid()

    def close(self) -> None:
        self.socket.close()

    def wake(self) -> None:
        """Whoever waits in `accept` gets an error instead."""
        try:
            if self.isOwn:
                self.socket.shutdown(_socket.SHUT_RDWR)
        except OSError:
            # It is closed already.
            pass

    def remove(self) -> None:
        """Takes its name away, if it is still ours."""
        try:
            if self.isOwn and self._path and identity(self._path) == self._identity:
                os.unlink(self._path)
        except OSError:
            # Somebody has removed it, or took the right to.
            pass


def identity(path: str) -> tuple:
    found = os.lstat(path)
    return found.st_dev, found.st_ino


def listen_at(listen: str) -> Listener:
    """Listens where `listen` of an ispyd.ini says; raises NotListening."""
    place = listen.replace("%(pid)s", str(os.getpid()))
    try:
        if os.path.isabs(place):
            sweep(listen)
            return at_path(place)
        return at_port(place)
    except (OSError, ValueError) as error:
        # ValueError: a character that no path has.
        raise NotListening("%s: %s" % (place, getattr(error, "strerror", None) or error)) from None


def at_path(path: str) -> Listener:
    if len(os.fsencode(path)) > PATH_LIMIT:
        raise NotListening("%s is too long for a socket" % path)
    folder = os.path.dirname(path)
    check_folder(folder)
    make_room(path)
    draft = os.path.join(folder, ".ispyd-" + os.urandom(6).hex())
    os.mkdir(draft, 0o700)
    listener = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    inner = os.path.join(draft, "s")
    try:
        listener.bind(inner)
        os.chmod(inner, 0o600)
        listener.listen(BACKLOG)
        # Not by renaming, which would replace what somebody has laid there since.
        os.link(inner, path, follow_symlinks=False)
        return Listener(listener, path, path)
    except BaseException:
        listener.close()
        raise
    finally:
        for undo, what in ((os.unlink, inner), (os.rmdir, draft)):
            try:
                undo(what)
            except OSError:
                pass


def check_folder(folder: str) -> None:
    """Nobody else may put another socket in the place of ours: operators would talk to it."""
    found = os.stat(folder)
    if found.st_uid not in (0, os.geteuid()):
        raise NotListening("%s belongs to user %d, who could replace the socket" % (folder, found.st_uid))
    if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
        raise NotListening("in %s others could replace the socket: chmod go-w, or +t" % folder)


def make_room(path: str) -> None:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise NotListening("%s is there already, and is no socket" % path)
    if found.st_uid != os.geteuid():
        raise NotListening("%s is a socket of user %d" % (path, found.st_uid))
    if answers(path):
        raise NotListening("another process listens at %s: %%(pid)s in listen gives each its own" % path)
    os.unlink(path)


def answers(path: str) -> bool:
    """Whether somebody listens there."""
    probe = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        probe.setblocking(False)
        return probe.connect_ex(path) not in (errno.ECONNREFUSED, errno.ENOENT)
    finally:
        probe.close()


def sweep(listen: str) -> None:
    """Removes what processes that were killed left behind, where `listen` gives each its own."""
    folder, name = os.path.split(listen)
    if name.count("%(pid)s") != 1:
        return
    form = re.compile(re.escape(name).replace(re.escape("%(pid)s"), "([1-9][0-9]{0,9})"))
    try:
        matches = [match for match in map(form.fullmatch, os.listdir(folder)) if match]
    except OSError:
        # It need not be readable to listen in it.
        return
    for match in matches[:SWEEP_LIMIT]:
        path = os.path.join(folder, match.group(0))
        # Of another pid namespace, one that is not here may live: what counts is whether somebody listens.
        if os.path.exists("/proc/" + match.group(1)):
            continue
        try:
            make_room(path)
        except (OSError, NotListening):
            # It is not ours to remove.
            continue


def at_port(place: str) -> Listener:
    host, colon, port = place.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise NotListening("%s is neither an absolute path nor localhost:PORT" % place)
    if host == "localhost":
        host = "127.0.0.1"
    try:
        address = _socket.inet_pton(_socket.AF_INET, host)
    except OSError:
        address = b"\0"
    if address[0] != 127:
        raise NotListening("%s is not of this host alone: localhost:PORT, or a path" % place)
    listener = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        # What lingers of connections that have ended is no other listener.
        listener.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
        listener.listen(BACKLOG)
        return Listener(listener, "%s:%d" % listener.getsockname())
    except BaseException:
        listener.close()
        raise
