"""seccomp: which system calls a candidate may make. A list of what Python, NumPy and PyTorch need to compute.

Everything else, also in future kernels, is refused with "operation not permitted": processes, threads, sockets, signals
to others, tracing, memory files, changes to files, mounts, keys. Threads need no memory of their own, so no other limit
would keep a submission from using up the process numbers of the machine.
"""

import ctypes
import errno
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyseccomp import SyscallFilter

# fmt: off
ALLOWED = (
    "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "lseek", "close", "close_range", "dup",
    "open", "openat", "access", "faccessat", "faccessat2", "stat", "lstat", "fstat", "newfstatat", "statx",
    "readlink", "readlinkat", "getcwd", "getdents64", "mmap", "mprotect", "munmap", "mremap", "madvise", "brk",
    "msync", "mincore", "futex", "futex_waitv", "set_robust_list", "get_robust_list", "rseq", "sched_yield",
    "sched_getaffinity", "membarrier", "getcpu", "get_mempolicy", "mbind", "set_mempolicy", "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall", "clock_gettime", "clock_getres",
    "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrusage", "getrandom", "getpid", "gettid",
    "getppid", "getuid", "geteuid", "getgid", "getegid", "getgroups", "uname", "sysinfo", "getrlimit", "exit",
    "exit_group", "arch_prctl", "set_tid_address", "poll", "ppoll", "select", "pselect6", "epoll_create1",
    "epoll_ctl", "epoll_wait", "epoll_pwait", "eventfd2", "pipe2", "recvfrom", "sendto",
)
# fmt: on

# Duplicate a descriptor, read and set its flags.
FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030)
# Query whether it is a terminal, its width, the bytes that wait; close on exec; do not block.
IOCTL_REQUESTS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
PR_SET_NAME, PR_GET_NAME = 15, 16
PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE, PR_SET_PDEATHSIG = 38, 4, 1


def allowed() -> "SyscallFilter":
    """Return the filter.

    Raises
    ------
    RuntimeError
        If libseccomp is not installed.
    """
    import pyseccomp
    from pyseccomp import ALLOW, EQ, ERRNO, Arg, SyscallFilter

    calls = SyscallFilter(ERRNO(errno.EPERM))
    for name in ALLOWED:
        if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) >= 0:  # another architecture may lack it
            calls.add_rule(ALLOW, name)
    for command in FCNTL_COMMANDS:
        calls.add_rule(ALLOW, "fcntl", Arg(1, EQ, command))
    for request in IOCTL_REQUESTS:
        calls.add_rule(ALLOW, "ioctl", Arg(1, EQ, request))
    for option in (PR_SET_NAME, PR_GET_NAME):
        calls.add_rule(ALLOW, "prctl", Arg(0, EQ, option))
    # To read a limit, not to set one.
    calls.add_rule(ALLOW, "prlimit64", Arg(2, EQ, 0))
    return calls


def enforce(calls: "SyscallFilter") -> None:
    """Refuse all other calls of this process, for good; it may still abort, which is a signal to itself.

    Raises
    ------
    OSError
    """
    from pyseccomp import ALLOW, EQ, Arg

    calls.add_rule(ALLOW, "tgkill", Arg(0, EQ, os.getpid()))
    # No process of the same user may trace this one, and it ends with its parent.
    control(PR_SET_DUMPABLE, 0)
    control(PR_SET_PDEATHSIG, signal.SIGKILL)
    control(PR_SET_NO_NEW_PRIVS, 1)
    calls.load()


def control(option: int, value: int) -> None:
    """Call prctl.

    Raises
    ------
    OSError
    """
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option})")
