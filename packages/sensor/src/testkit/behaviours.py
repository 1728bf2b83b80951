"""Does what the kernel tests of the live sensor look for. Argument: an empty folder to work in."""

import ctypes
import os
import socket
import sys

folder = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)


def files():
    os.chdir(folder)
    made = os.open(b"caf\xc3\xa9-\xff", os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o640)
    os.fchmod(made, 0o4755)
    os.fchown(made, 0, 0)
    os.close(made)
    os.symlink("caf\u00e9-\udcff", "link")
    os.close(os.open("link", os.O_RDONLY))
    os.link(b"caf\xc3\xa9-\xff", "hard")
    directory = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    os.close(os.open("../" + os.path.basename(folder) + "/link", os.O_RDONLY, dir_fd=directory))
    os.mkdir("sub", 0o711)
    os.rename("hard", "sub/moved")
    os.chmod("sub/moved", 0o600)
    os.unlink("sub/moved")
    os.rmdir("sub")
    try:
        os.open("absent", os.O_RDONLY)
    except FileNotFoundError:
        pass
    os.close(directory)
    deep()


def deep():
    """A file whose path is as long as one can be."""
    name = "d" * 200
    start = os.getcwd()
    length = len(start)
    while length + 201 < 4000:
        os.mkdir(name)
        os.chdir(name)
        length += 201
    rest = "f" * min(250, 4095 - length - 1)
    os.close(os.open(rest, os.O_CREAT | os.O_WRONLY, 0o600))
    path = os.getcwd() + "/" + rest
    os.close(os.open(path, os.O_RDONLY))
    os.chdir(start)


def descriptors():
    first, second = os.pipe()
    os.dup2(first, 100)
    os.dup(second)
    import fcntl

    fcntl.fcntl(first, fcntl.F_DUPFD_CLOEXEC, 200)
    memory = os.memfd_create("scratch", os.MFD_CLOEXEC)
    os.eventfd(7)
    os.close(memory)


def network():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(5)
    client = socket.socket()
    client.connect(server.getsockname())
    accepted, _ = server.accept()
    client.send(b"hello")
    accepted.recv(16)
    accepted.sendmsg([b"wor", b"ld"])
    client.recvmsg(16)
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagram.bind(("127.0.0.1", 0))
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.sendto(b"ping", datagram.getsockname())
    datagram.recvfrom(16)
    six = socket.socket(socket.AF_INET6)
    six.bind(("::1", 0))
    six.listen(1)
    seventh = socket.socket(socket.AF_INET6)
    seventh.connect(six.getsockname())
    named = socket.socket(socket.AF_UNIX)
    named.bind("named.sock")
    named.listen(1)
    socket.socket(socket.AF_UNIX).connect("named.sock")
    socket.socketpair()
    refused = socket.socket()
    refused.setblocking(False)
    try:
        refused.connect(("127.0.0.1", 1))
    except OSError:
        pass
    print(server.getsockname()[1], client.getsockname()[1], datagram.getsockname()[1], six.getsockname()[1])


def control():
    libc.prctl(15, b"renamed", 0, 0, 0)
    os.kill(os.getpid(), 0)
    libc.ptrace(16, 0x7FFFFFFF, 0, 0)
    os.setsid()
    os.umask(0o22)
    libc.mount(b"none", b"/nonexistent", b"tmpfs", 3, None)
    libc.umount2(b"/nonexistent", 2)
    libc.setns(0, 0x40000000)
    libc.unshare(0x400)
    child = os.fork()
    if child == 0:
        os.chroot(folder)
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    try:
        os.execve("/nonexistent/program", ["shown", "one", "two"], {"A": "b"})
    except FileNotFoundError:
        pass


files()
descriptors()
network()
control()
