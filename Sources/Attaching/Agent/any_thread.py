# Behind arrive.py, on a thread of the application's, which is to go on: the agent gets one of its own. `path`, of the
# file with this script, and `token`, of a file beside it, are given.
def begin() -> None:
    import _thread
    import posix
    import sys

    try:
        posix.unlink(token)
    except OSError:
        # Several threads are asked to run this, and another one was first.
        return
    if "eventlet" in sys.modules:
        # It replaces the making of threads, and keeps no original.
        return
    monkey = sys.modules.get("gevent.monkey")
    start = monkey.get_original("_thread", "start_new_thread") if monkey else _thread.start_new_thread
    try:
        start(run, ())
    except RuntimeError:
        # It may have no more threads. Whoever attached finds the token where it was, and why a thread is not made.
        posix.close(posix.open(token, posix.O_CREAT | posix.O_EXCL, 0o400))


def run() -> None:
    import _signal
    import posix

    # What the process is told is for its own threads. SIGILL, SIGBUS, SIGFPE and SIGSEGV come from a fault.
    _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals() - {4, 7, 8, 11})
    try:
        arrive()
    finally:
        try:
            # Whoever attached does this much earlier, unless he was killed.
            posix.unlink(path)
        except OSError:
            pass
        globals().clear()


begin()
