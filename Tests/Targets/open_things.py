"""Holds sockets of several kinds: one that listens, one with another end, one with a path."""

import os
import socket
import tempfile

from target import begin, ready, wait_for_end

begin()
listening = socket.create_server(("127.0.0.1", 0))
connected = socket.create_connection(listening.getsockname())
accepted, _ = listening.accept()
folder = tempfile.mkdtemp()
named = socket.socket(socket.AF_UNIX)
named.bind(os.path.join(folder, "socket"))
# The name is in the kernel's table; the file is not needed any more.
os.unlink(os.path.join(folder, "socket"))
os.rmdir(folder)
ready()
wait_for_end()
