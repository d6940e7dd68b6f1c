// What changes another process: its registers, its memory, its descriptors. Only the room `Attaching` links it. Each
// function returns its result or -errno; -ENOSYS on an architecture that there is no stub for.
#ifndef CTRACER_H
#define CTRACER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Where a stopped thread stands: those registers by which it is decided whether it may be diverted.
struct ctracer_place {
  uint64_t instruction;
  uint64_t stack;
  /// The system call that it is in or has just left, -1 for none (orig_rax).
  int64_t call;
  /// What that returned, or -ENOSYS at its entry, or one of the kernel's own codes for a call to be repeated (rax).
  int64_t result;
  /// The first two arguments of that call.
  uint64_t arguments[2];
  /// 64-bit code runs in it.
  int is_native;
};

/// PTRACE_GETREGS of a stopped thread that this one traces.
int ctracer_place(pid_t tid, struct ctracer_place *place);
/// PTRACE_SETREGS: the thread goes on at `instruction`, with `result` where a system call leaves its result, and is in no
/// system call. Everything else is as it was.
int ctracer_divert(pid_t tid, uint64_t instruction, uint64_t result);

/// Bytes that XSAVE needs for the registers that the kernel has enabled; 0 where the processor has no XSAVE.
uint64_t ctracer_extended_state_size(void);

/// pidfd_getfd(2), Linux 5.6: a descriptor of ours for what `descriptor` is in the process, close-on-exec.
int ctracer_take_descriptor(int process, int descriptor);

/// PTRACE_POKEDATA, word by word, through a stopped thread that this one traces: reaches code as well.
int ctracer_poke(pid_t tid, uint64_t address, const void *bytes, size_t count);

/// process_vm_writev(2) of one range.
ssize_t ctracer_write(pid_t pid, uint64_t address, const void *bytes, size_t count);

/// What the stub finds behind its code; the order is that of stub.S.
struct ctracer_stub_data {
  /// Where the diverted thread goes on.
  uint64_t resume;
  uint64_t extended_state_size;
  /// Where the stub writes down how far it came: `struct ctracer_ledger`.
  uint64_t ledger;
  uint64_t errno_location;
  uint64_t pthread_create;
  uint64_t pthread_attr_init;
  uint64_t pthread_attr_setstacksize;
  uint64_t pthread_attr_setdetachstate;
  /// Source of Python, NUL-terminated.
  uint64_t source;
  uint64_t source_size;
  uint64_t gil_ensure;
  uint64_t gil_release;
  uint64_t run_string;
  /// The subinterpreter to run in; 0 for the main one.
  uint64_t interpreter;
  uint64_t thread_new;
  uint64_t acquire_thread;
  uint64_t thread_clear;
  uint64_t thread_delete_current;
  /// Of the new thread: all but those that a fault raises.
  uint64_t blocked_signals;
  /// What the new thread is called.
  char name[16];
};

/// Four bytes each, zero before.
struct ctracer_ledger {
  /// 1 once a thread is to be diverted; the stub does not write it.
  uint32_t committed;
  /// 1 once the diverted thread is in the stub, 2 once it has restored what it had.
  uint32_t stub;
  /// What pthread_create returned.
  int32_t result;
  /// Of the new thread, as it sees itself.
  int32_t tid;
  /// 1 once the new thread runs, 2 when Python has returned to it.
  uint32_t thread;
};

/// The code of the stub, position independent; `ctracer_stub_data` follows it at the next multiple of eight.
const void *ctracer_stub_code(void);
size_t ctracer_stub_code_size(void);

#endif
