// System calls that Swift cannot reach: those behind _GNU_SOURCE, and variadic ones. Each returns its result or -errno.
// Nothing here writes to another process.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A range of memory, here or in the target. The same bytes as `struct iovec`, but the address is a number: an address of
/// another process must not be a pointer in Swift.
struct clinux_range {
  uint64_t address;
  uint64_t length;
};

/// process_vm_readv(2) needs _GNU_SOURCE. Returns the number of bytes read, which is short where a remote range is bad.
ssize_t clinux_process_vm_readv(pid_t pid, const struct clinux_range *local, size_t local_count,
                                const struct clinux_range *remote, size_t remote_count);

/// pidfd_open(2) has no wrapper before glibc 2.36. The descriptor is close-on-exec, and readable once the process ended.
int clinux_pidfd_open(pid_t pid);

/// pidfd_send_signal(2) has no wrapper before glibc 2.36: a signal that reaches this process and never one that took its number.
int clinux_pidfd_signal(int descriptor, int signal);

/// fork(2), which Swift does not import, twice: what goes on is nobody's child, in a session of its own, with /dev/null for
/// its standard files and without those descriptors that a program it had been would have lost. Returns 0 there, and in
/// the process that called 1. The caller must have one thread only.
int clinux_detach(void);

/// fcntl(2) is variadic. F_SETLK of a whole file for writing: 0 where this process has the lock now.
int clinux_lock(int descriptor);
/// F_GETLK: the process that has the lock, 0 where none has it, -1 where it is one of another PID namespace.
int clinux_lock_owner(int descriptor);

/// open(2) with O_PATH, which needs _GNU_SOURCE: names a file without opening it, so that nothing happens to a device or pipe.
int clinux_open_path(const char *path);

/// ptrace(2) is variadic. SEIZE with no options: a thread seized so runs on when this process dies.
int clinux_ptrace_seize(pid_t tid);
/// Asks a seized thread to stop; the stop is seen by `clinux_wait`.
int clinux_ptrace_interrupt(pid_t tid);
/// Lets a stopped thread go and no longer traces it. `signal` is delivered to it, 0 for none.
int clinux_ptrace_detach(pid_t tid, int signal);
/// Lets a stopped thread go on that stays traced. `signal` is delivered to it, 0 for none.
int clinux_ptrace_continue(pid_t tid, int signal);
/// Leaves a thread stopped that a signal has stopped together with its process, until something ends that.
int clinux_ptrace_listen(pid_t tid);

/// What wait4(2) reported: its status word is decoded by macros that Swift does not import.
struct clinux_wait_result {
  /// 1 where the thread exited or was killed, 2 where it stopped.
  int what;
  /// The stop signal, or the signal that killed it, or 0.
  int signal;
  /// The PTRACE_EVENT_ number of a stop, 0 where a signal stopped it.
  int event;
  /// The exit status where it exited by itself.
  int exit_status;
};

/// wait4(2) for one traced thread, __WALL | WNOHANG, both from Linux only. Returns 1 where something was reported, 0 where
/// there is nothing yet.
int clinux_wait(pid_t tid, struct clinux_wait_result *result);

/// signalfd(2), whose structure Swift does not import: a descriptor that is readable while one of the blocked signals that
/// a terminal's program must answer waits: SIGWINCH, SIGTERM, SIGHUP, SIGCONT. They are blocked by this call in the calling
/// thread; `clinux_signals_end` unblocks them.
int clinux_signals_begin(void);
/// The number of the next signal that waits, or 0.
int clinux_signals_next(int descriptor);
void clinux_signals_end(int descriptor);

/// Gives a terminal back, in its modes of now and after writing `text`, should a fault of the program's own end it (SIGSEGV,
/// SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGQUIT). A signal handler may do little, and Swift does not say how little it does.
void clinux_terminal_guard(int input, int output, const char *text);
/// These signals do again what they did before.
void clinux_terminal_unguard(void);

/// prctl(2) is variadic. How late, in nanoseconds, the kernel may wake the calling thread; 50,000 unless set.
int clinux_set_timer_slack(unsigned long nanoseconds);

/// ioctl(2) is variadic. TIOCGWINSZ: the size of a terminal in characters.
int clinux_window_size(int descriptor, uint16_t *rows, uint16_t *columns);

#endif
