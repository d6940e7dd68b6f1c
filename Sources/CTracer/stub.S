// What a diverted thread runs, and the thread that it makes. Written into the target behind the code of a file of its own;
// position independent; `struct ctracer_stub_data` follows the last instruction. See InjectionStub.swift.
//
// The diverted thread gives everything back by itself: whoever diverted it never has to come back. It uses its own stack,
// below the red zone (System V ABI, AMD64, 3.2.2), keeps general registers, flags, errno, the signal mask and what XSAVE
// saves, and touches no other memory but the ledger.
#if defined(__x86_64__)

    .hidden ctracer_stub_begin
    .hidden ctracer_stub_end
    .globl ctracer_stub_begin
    .globl ctracer_stub_end

    .set resume, 0
    .set extended_state_size, 8
    .set ledger, 16
    .set errno_location, 24
    .set pthread_create_, 32
    .set attr_init, 40
    .set attr_setstacksize, 48
    .set attr_setdetachstate, 56
    .set source, 64
    .set source_size, 72
    .set gil_ensure, 80
    .set gil_release, 88
    .set run_string, 96
    .set interpreter, 104
    .set thread_new, 112
    .set acquire_thread, 120
    .set thread_clear, 128
    .set thread_delete_current, 136
    .set blocked_signals, 144
    .set name, 152

    // Of `struct ctracer_ledger`.
    .set ledger_stub, 4
    .set ledger_result, 8
    .set ledger_tid, 12
    .set ledger_thread, 16

    // asm/unistd_64.h, signal.h, linux/prctl.h, pthread.h
    .set SYS_rt_sigprocmask, 14
    .set SYS_prctl, 157
    .set SYS_gettid, 186
    .set SIG_SETMASK_, 2
    .set PR_SET_NAME_, 15
    .set PTHREAD_CREATE_DETACHED_, 1
    .set stack_size, 8 << 20

    .section .rodata.ctracer_stub, "a", @progbits
    .balign 8
ctracer_stub_begin:
    lea     -0x180(%rsp), %rsp
    pushfq
    cld
    push    %rax
    push    %rcx
    push    %rdx
    push    %rbx
    push    %rbp
    push    %rsi
    push    %rdi
    push    %r8
    push    %r9
    push    %r10
    push    %r11
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    mov     %rsp, %rbp
    lea     ctracer_stub_end(%rip), %r13

    sub     extended_state_size(%r13), %rsp
    and     $-64, %rsp
    mov     %rsp, %r12
    // XRSTOR refuses an area whose header, 64 bytes at 512, has other bits set than XSAVE writes.
    lea     512(%r12), %rdi
    xor     %eax, %eax
    mov     $8, %ecx
    rep stosq
    mov     $-1, %eax
    mov     $-1, %edx
    xsave64 (%r12)

    // 0: the mask of signals, 8: pthread_t, 16: pthread_attr_t of 56 bytes
    sub     $128, %rsp
    mov     ledger(%r13), %rbx
    movl    $1, ledger_stub(%rbx)
    call    *errno_location(%r13)
    mov     %rax, %r15
    mov     (%rax), %r14d

    // The new thread begins with these signals blocked: none of the process' is handled by it.
    mov     $SYS_rt_sigprocmask, %eax
    mov     $SIG_SETMASK_, %edi
    lea     blocked_signals(%r13), %rsi
    lea     (%rsp), %rdx
    mov     $8, %r10d
    syscall
    lea     16(%rsp), %rdi
    call    *attr_init(%r13)
    lea     16(%rsp), %rdi
    mov     $stack_size, %esi
    call    *attr_setstacksize(%r13)
    lea     16(%rsp), %rdi
    mov     $PTHREAD_CREATE_DETACHED_, %esi
    call    *attr_setdetachstate(%r13)
    lea     8(%rsp), %rdi
    lea     16(%rsp), %rsi
    lea     .Lthread(%rip), %rdx
    xor     %ecx, %ecx
    call    *pthread_create_(%r13)
    mov     %eax, ledger_result(%rbx)
    mov     $SYS_rt_sigprocmask, %eax
    mov     $SIG_SETMASK_, %edi
    lea     (%rsp), %rsi
    xor     %edx, %edx
    mov     $8, %r10d
    syscall
    mov     %r14d, (%r15)
    movl    $2, ledger_stub(%rbx)
    mov     $-1, %eax
    mov     $-1, %edx
    xrstor64 (%r12)
    mov     %rbp, %rsp
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %r11
    pop     %r10
    pop     %r9
    pop     %r8
    pop     %rdi
    pop     %rsi
    pop     %rbp
    pop     %rbx
    pop     %rdx
    pop     %rcx
    pop     %rax
    popfq
    lea     0x180(%rsp), %rsp
    jmp     *ctracer_stub_end+resume(%rip)

    // void *thread(void *): runs the source with the GIL, in the interpreter that is asked for.
.Lthread:
    push    %rbx
    push    %r12
    push    %r13
    lea     ctracer_stub_end(%rip), %r13
    mov     ledger(%r13), %rbx
    mov     $SYS_gettid, %eax
    syscall
    mov     %eax, ledger_tid(%rbx)
    mov     $SYS_prctl, %eax
    mov     $PR_SET_NAME_, %edi
    lea     name(%r13), %rsi
    syscall
    movl    $1, ledger_thread(%rbx)
    mov     interpreter(%r13), %rdi
    test    %rdi, %rdi
    jnz     .Lsubinterpreter
    call    *gil_ensure(%r13)
    mov     %eax, %r12d
    mov     source(%r13), %rdi
    xor     %esi, %esi
    call    *run_string(%r13)
    mov     %r12d, %edi
    call    *gil_release(%r13)
    jmp     .Lend

.Lsubinterpreter:
    call    *thread_new(%r13)
    mov     %rax, %r12
    mov     %rax, %rdi
    call    *acquire_thread(%r13)
    mov     source(%r13), %rdi
    xor     %esi, %esi
    call    *run_string(%r13)
    mov     %r12, %rdi
    call    *thread_clear(%r13)
    call    *thread_delete_current(%r13)

.Lend:
    movl    $2, ledger_thread(%rbx)
    pop     %r13
    pop     %r12
    pop     %rbx
    xor     %eax, %eax
    ret

    .balign 8
ctracer_stub_end:

#endif

    .section .note.GNU-stack, "", @progbits
