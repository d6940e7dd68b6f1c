"""Who is at the other end of a connection, as the kernel says: this process' user or root; nobody else is heard."""

from __future__ import annotations

import _socket
import os
import sys

ESTABLISHED = "01"


def is_allowed(connection: _socket.socket) -> bool:
    try:
        if connection.family == _socket.AF_UNIX:
            user = user_of_path(connection)
        else:
            user = user_of_port(connection.getsockname(), connection.getpeername())
    except (OSError, ValueError, IndexError):
        return False
    return user in (0, os.geteuid())


def user_of_path(connection: _socket.socket) -> int:
    # struct ucred: pid, uid, gid.
    found = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    return int.from_bytes(found[4:8], sys.byteorder)


def user_of_port(ours: tuple, theirs: tuple) -> int | None:
    first = socket_user(ours, theirs)
    # A socket that was closed is shown as root's. One that is whole later was whole before, when its user was read.
    return first if first is not None and socket_user(ours, theirs) is not None else None


def socket_user(ours: tuple, theirs: tuple) -> int | None:
    """The user whose socket is the other end; None where it is not, or no longer, that of a process."""
    wanted = [endpoint(*theirs), endpoint(*ours), ESTABLISHED]
    with open("/proc/self/net/tcp", encoding="ascii") as table:
        for line in table:
            # sl, local, remote, state, queues, timer, retransmissions, uid, timeout, inode.
            words = line.split()
            if words[1:4] == wanted:
                return int(words[7]) if words[9] != "0" else None
    return None


def endpoint(host: str, port: int) -> str:
    """As /proc/net/tcp shows it: the address as a number of this processor's."""
    return "%08X:%04X" % (int.from_bytes(_socket.inet_pton(_socket.AF_INET, host), sys.byteorder), port)
