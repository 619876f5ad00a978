"""Submissions that try to leave their process: to the network, to other processes, into the kernel."""

import platform
import socket

import pytest

from tests.hostile.attempts import attempt
from tests.hostile.stage import Hostile

FORBIDDEN = {
    "a folder": "return os.mkdir('/tmp/backproof-was-here')",
    "a link": "return os.symlink('{folder}/course', '/tmp/backproof-was-here')",
    "another name": "return os.rename('{folder}/course', '{folder}/gone')",
    "a second name": "return os.link('{folder}/course/reference/target.py', '/tmp/backproof-was-here')",
    "a removed file": "return os.unlink('{folder}/course/reference/target.py')",
    "a removed folder": "return os.rmdir('{folder}/submission')",
    "a truncated file": "return os.truncate('{folder}/course/reference/target.py', 0)",
    "a mode": "return os.chmod('{folder}/course/reference/target.py', 0o777)",
    "an owner": "return os.chown('{folder}/course/reference/target.py', 0, 0)",
    "a time": "return os.utime('{folder}/course/reference/target.py')",
    "an attribute": "return os.setxattr('{folder}/course/reference/target.py', 'user.grade', b'10')",
    "a named pipe": "return os.mkfifo('/tmp/backproof-was-here')",
    "another root": "return os.chroot('{folder}')",
    "another folder to work in": "return os.chdir('{folder}/course')",
    "a TCP connection": "return socket.create_connection(('127.0.0.1', {port}))",
    "a TCP server": "return socket.create_server(('127.0.0.1', 0))",
    "a UDP message": "return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'grade', ('127.0.0.1', {port}))",
    "a Unix socket": "return socket.socket(socket.AF_UNIX).connect('{folder}/socket')",
    "an abstract Unix socket": "return socket.socket(socket.AF_UNIX).connect('\\\\0backproof')",
    "a pair of sockets": "return socket.socketpair()",
    "the kernel's own socket": "return socket.socket(16, socket.SOCK_RAW, 0)",
    "fork": "return os.fork()",
    "fork of the C library": "return asked(libc.fork())",
    "a subprocess": "return subprocess.run(['/bin/true'])",
    "a shell": "return os.popen('true')",
    "posix_spawn": "return os.posix_spawn('/bin/true', ['true'], {{}})",
    "another program": "return os.execv(sys.executable, [sys.executable, '-c', 'pass'])",
    "multiprocessing": "from multiprocessing import get_context\n"
    "process = get_context('fork').Process(target=print)\n"
    "return process.start()",
    "a signal to the parent": "return os.kill(os.getppid(), signal.SIGKILL)",
    "a signal to the examiner": "return os.kill({examiner}, signal.SIGKILL)",
    "a signal to everybody": "return os.kill(-1, signal.SIGTERM)",
    "a signal to the group": "return os.killpg(0, signal.SIGTERM)",
    "a thread's signal to the examiner": "return asked(libc.tgkill({examiner}, {examiner}, 9))",
    "a descriptor of a process": "return os.pidfd_open({examiner})",
    "tracing the parent": "return asked(libc.ptrace(16, os.getppid(), 0, 0))",
    "being traced": "return asked(libc.ptrace(0, 0, 0, 0))",
    "reading another's memory": "vector = (ctypes.c_void_p * 2)(id(libc), 8)\n"
    "return asked(libc.process_vm_readv({examiner}, vector, 1, vector, 1, 0))",
    "a file in memory": "return os.memfd_create('program')",
    "shared memory": "return asked(libc.shmget(0, 4096, 0o1600))",
    "io_uring": "return asked(libc.syscall(425, 8, (ctypes.c_char * 120)()))",
    "a namespace": "return asked(libc.unshare(0x10000000))",
    "a mount": "return asked(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))",
    "more memory": "return asked(libc.setrlimit(9, (ctypes.c_ulong * 2)(2**40, 2**40)))",
    "being root": "return os.setuid(0)",
    "a priority": "return os.nice(-5)",
    "a dump": "return asked(libc.prctl(4, 1, 0, 0, 0))",
    "outliving the grader": "return asked(libc.prctl(1, 0, 0, 0, 0))",
    "another session": "return os.setsid()",
    "an alarm": "return signal.setitimer(signal.ITIMER_REAL, 1)",
    "the clock": "return asked(libc.settimeofday((ctypes.c_long * 2)(), None))",
    "the name of the machine": "return asked(libc.sethostname(b'mine', 4))",
    "typing into the terminal": "import fcntl, termios\nreturn fcntl.ioctl(0, termios.TIOCSTI, b'x')",
    "a larger pipe": "import fcntl\nreturn fcntl.fcntl(1, 1031, 2**20)",
    "signals when something arrives": "import fcntl\nreturn fcntl.fcntl(1, fcntl.F_SETOWN, {examiner})",
}

# Calls without a function in the C library, by their numbers on x86-64.
BY_NUMBER = {
    "fork": "57",
    "vfork": "58",
    "a clone that is no thread": "56, 17, 0, 0, 0, 0",
    "a clone in a namespace": "56, 0x10000011, 0, 0, 0, 0",
    "keys": "250, 0, -3, 1",
    "bpf": "321, 0, (ctypes.c_char * 120)(), 120",
    "a fault handler": "323, 0",
    "a descriptor of another process": "438, 3, 0, 0",
    "a module of the kernel": "313, 0, b'', 0",
    "Landlock's rules": "445, 3, 1, (ctypes.c_char * 16)(), 0",
    "a filter of its own": "317, 1, 0, (ctypes.c_char * 16)()",
}
X86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86-64")


@pytest.mark.parametrize("name", FORBIDDEN)
def test_the_kernel_refuses(stage, name):
    """Processes, sockets, signals, tracing and changes of files are refused, and no connection arrives."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        stage.expect(attempt(stage, FORBIDDEN[name], "refused: EPERM", port=server.getsockname()[1]))
        with pytest.raises(BlockingIOError):
            server.accept()


@X86
@pytest.mark.parametrize("name", BY_NUMBER)
def test_the_kernel_refuses_by_number(stage, name):
    """Calls without a function in the C library are refused, too."""
    stage.expect(attempt(stage, f"return asked(libc.syscall({BY_NUMBER[name]}))", "refused: EPERM"))


@X86
def test_calls_of_another_architecture_end_the_process(stage):
    """A system call of 32-bit x86, whose numbers mean other things, ends the process."""
    fork_by_interrupt = "b8 02 00 00 00 cd 80 c3"  # mov eax, 2; int 0x80; ret
    code = f"""
        import ctypes, mmap

        def mean(x):
            memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            memory.write(bytes.fromhex("{fork_by_interrupt}"))
            return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
    """
    stage.expect(Hostile(code, "timeout", "it died of signal SIGSYS"))
