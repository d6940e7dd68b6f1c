#define _GNU_SOURCE
#include "clinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

_Static_assert(sizeof(struct clinux_range) == sizeof(struct iovec), "a range is an iovec");
_Static_assert(offsetof(struct clinux_range, length) == offsetof(struct iovec, iov_len), "a range is an iovec");

ssize_t clinux_process_vm_readv(pid_t pid, const struct clinux_range *local, size_t local_count,
                                const struct clinux_range *remote, size_t remote_count) {
  ssize_t count = process_vm_readv(pid, (const struct iovec *)local, local_count, (const struct iovec *)remote,
                                   remote_count, 0);
  return count < 0 ? -errno : count;
}

int clinux_pidfd_open(pid_t pid) {
  // The number is the same on every architecture; older headers do not name it.
  long descriptor = syscall(434, pid, 0);
  return descriptor < 0 ? -errno : (int)descriptor;
}

int clinux_pidfd_signal(int descriptor, int signal) {
  // The number is the same on every architecture; older headers do not name it.
  return syscall(424, descriptor, signal, NULL, 0) < 0 ? -errno : 0;
}

/// Closes what is not close-on-exec: pipes and files of whoever started us, who may wait for their end.
static void close_inherited(void) {
  DIR *directory = opendir("/proc/self/fd");
  if (directory == NULL) return;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    int descriptor = atoi(entry->d_name);
    int flags = descriptor > 2 ? fcntl(descriptor, F_GETFD) : -1;
    if (flags >= 0 && !(flags & FD_CLOEXEC)) close(descriptor);
  }
  closedir(directory);
}

int clinux_detach(void) {
  pid_t child = fork();
  if (child < 0) return -errno;
  if (child > 0) {
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : -EAGAIN;
  }
  setsid();
  pid_t second = fork();
  if (second != 0) _exit(second < 0);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int descriptor = 0; descriptor < 3; descriptor++) dup2(null, descriptor);
  if (null > 2) close(null);
  close_inherited();
  (void)!chdir("/");
  prctl(PR_SET_NAME, "ispy-recorder");
  return 0;
}

int clinux_lock(int descriptor) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(descriptor, F_SETLK, &lock) < 0 ? -errno : 0;
}

int clinux_lock_owner(int descriptor) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(descriptor, F_GETLK, &lock) < 0) return -errno;
  if (lock.l_type == F_UNLCK) return 0;
  return lock.l_pid > 0 ? lock.l_pid : -1;
}

int clinux_open_path(const char *path) {
  int descriptor = open(path, O_PATH | O_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_ptrace_seize(pid_t tid) { return ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0 ? -errno : 0; }

int clinux_ptrace_interrupt(pid_t tid) { return ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0 ? -errno : 0; }

int clinux_ptrace_detach(pid_t tid, int signal) {
  return ptrace(PTRACE_DETACH, tid, NULL, (void *)(intptr_t)signal) < 0 ? -errno : 0;
}

int clinux_ptrace_continue(pid_t tid, int signal) {
  return ptrace(PTRACE_CONT, tid, NULL, (void *)(intptr_t)signal) < 0 ? -errno : 0;
}

int clinux_ptrace_listen(pid_t tid) { return ptrace(PTRACE_LISTEN, tid, NULL, NULL) < 0 ? -errno : 0; }

int clinux_wait(pid_t tid, struct clinux_wait_result *result) {
  int status = 0;
  pid_t found = wait4(tid, &status, __WALL | WNOHANG, NULL);
  if (found < 0) return -errno;
  if (found == 0) return 0;
  *result = (struct clinux_wait_result){0};
  if (WIFSTOPPED(status)) {
    result->what = 2;
    result->signal = WSTOPSIG(status);
    result->event = status >> 16;
  } else {
    result->what = 1;
    result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  }
  return 1;
}

static void terminal_signals(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGWINCH);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGHUP);
  sigaddset(set, SIGCONT);
}

int clinux_signals_begin(void) {
  sigset_t set;
  terminal_signals(&set);
  if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -EINVAL;
  int descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

int clinux_signals_next(int descriptor) {
  struct signalfd_siginfo info;
  return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

void clinux_signals_end(int descriptor) {
  sigset_t set;
  terminal_signals(&set);
  close(descriptor);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGQUIT};
enum { fault_count = sizeof faults / sizeof faults[0] };
static struct {
  volatile sig_atomic_t is_on;
  int input, output;
  struct termios modes;
  size_t length;
  char text[128];
  struct sigaction before[fault_count];
} guarded;

static void give_back(int number) {
  if (guarded.is_on) {
    guarded.is_on = 0;
    ssize_t written = write(guarded.output, guarded.text, guarded.length);
    (void)written;
    tcsetattr(guarded.input, TCSANOW, &guarded.modes);
  }
  signal(number, SIG_DFL);
  raise(number);
}

void clinux_terminal_guard(int input, int output, const char *text) {
  guarded.input = input;
  guarded.output = output;
  guarded.length = strnlen(text, sizeof guarded.text);
  memcpy(guarded.text, text, guarded.length);
  if (tcgetattr(input, &guarded.modes) != 0) return;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = give_back;
  for (int index = 0; index < fault_count; index++) sigaction(faults[index], &action, &guarded.before[index]);
  guarded.is_on = 1;
}

void clinux_terminal_unguard(void) {
  if (!guarded.is_on) return;
  guarded.is_on = 0;
  for (int index = 0; index < fault_count; index++) sigaction(faults[index], &guarded.before[index], NULL);
}

int clinux_set_timer_slack(unsigned long nanoseconds) {
  return prctl(PR_SET_TIMERSLACK, nanoseconds, 0, 0, 0) < 0 ? -errno : 0;
}

int clinux_window_size(int descriptor, uint16_t *rows, uint16_t *columns) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) < 0) return -errno;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return 0;
}
