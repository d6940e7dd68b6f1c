#define _GNU_SOURCE
#include "ctracer.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#if defined(__x86_64__)

#include <cpuid.h>
#include <sys/user.h>

/// The selector of 64-bit code in user mode: __USER_CS of arch/x86/include/asm/segment.h.
enum { user_code_segment = 0x33 };

int ctracer_place(pid_t tid, struct ctracer_place *place) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, tid, NULL, &registers) < 0) return -errno;
  *place = (struct ctracer_place){
      .instruction = registers.rip,
      .stack = registers.rsp,
      .call = (int64_t)registers.orig_rax,
      .result = (int64_t)registers.rax,
      .arguments = {registers.rdi, registers.rsi},
      .is_native = registers.cs == user_code_segment,
  };
  return 0;
}

int ctracer_divert(pid_t tid, uint64_t instruction, uint64_t result) {
  struct user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, tid, NULL, &registers) < 0) return -errno;
  registers.rip = instruction;
  registers.rax = result;
  // In no system call: the kernel repeats none, and skips one that was about to begin.
  registers.orig_rax = (unsigned long long)-1;
  return ptrace(PTRACE_SETREGS, tid, NULL, &registers) < 0 ? -errno : 0;
}

uint64_t ctracer_extended_state_size(void) {
  unsigned a, b, c, d;
  // OSXSAVE, and then the size of what is enabled in XCR0: Intel SDM, CPUID leaves 1 and 0xD.
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
  if (!__get_cpuid_count(0xd, 0, &a, &b, &c, &d)) return 0;
  return b;
}

extern const char ctracer_stub_begin[], ctracer_stub_end[];
const void *ctracer_stub_code(void) { return ctracer_stub_begin; }
size_t ctracer_stub_code_size(void) { return (size_t)(ctracer_stub_end - ctracer_stub_begin); }

#else

int ctracer_place(pid_t tid, struct ctracer_place *place) { return -ENOSYS; }
int ctracer_divert(pid_t tid, uint64_t instruction, uint64_t result) { return -ENOSYS; }
uint64_t ctracer_extended_state_size(void) { return 0; }
const void *ctracer_stub_code(void) { return NULL; }
size_t ctracer_stub_code_size(void) { return 0; }

#endif

int ctracer_take_descriptor(int process, int descriptor) {
  // The number is the same on every architecture; older headers do not name it.
  long taken = syscall(438, process, descriptor, 0);
  return taken < 0 ? -errno : (int)taken;
}

int ctracer_poke(pid_t tid, uint64_t address, const void *bytes, size_t count) {
  for (size_t done = 0; done < count; done += sizeof(long)) {
    void *place = (void *)(uintptr_t)(address + done);
    size_t part = count - done < sizeof(long) ? count - done : sizeof(long);
    long word = 0;
    if (part < sizeof(long)) {
      // What is behind the last byte stays as it is.
      errno = 0;
      word = ptrace(PTRACE_PEEKDATA, tid, place, NULL);
      if (errno != 0) return -errno;
    }
    memcpy(&word, (const char *)bytes + done, part);
    if (ptrace(PTRACE_POKEDATA, tid, place, (void *)word) < 0) return -errno;
  }
  return 0;
}

ssize_t ctracer_write(pid_t pid, uint64_t address, const void *bytes, size_t count) {
  struct iovec local = {(void *)bytes, count}, remote = {(void *)(uintptr_t)address, count};
  ssize_t written = process_vm_writev(pid, &local, 1, &remote, 1, 0);
  return written < 0 ? -errno : written;
}
