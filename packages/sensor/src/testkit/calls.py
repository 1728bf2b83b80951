"""Makes the calls that programs seldom make by themselves. Argument: an empty folder to work in."""

import ctypes
import mmap
import os
import select
import socket
import struct
import sys
import time

folder = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
NUMBERS = {
    "x86_64": dict(semget=64, semop=65, semctl=66, futex=202, keyctl=250, quotactl=179, nanosleep=35),
    "aarch64": dict(semget=190, semop=193, semctl=191, futex=98, keyctl=219, quotactl=60, nanosleep=101),
}[os.uname().machine]


def call(name, *arguments):
    """The arguments as words of 64 bits."""
    return libc.syscall(NUMBERS[name], *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_char_p), ("length", ctypes.c_size_t)]


def vectors():
    file = os.open(folder + "/vectors", os.O_CREAT | os.O_RDWR, 0o600)
    os.writev(file, [b"one", b"", b"two", b"x" * 200])
    os.lseek(file, 2, os.SEEK_SET)
    os.readv(file, [bytearray(3), bytearray(2)])
    written = (Vector * 2)(Vector(b"A", 1), Vector(b"B", 1))
    libc.pwritev(file, written, 2, ctypes.c_long(4))
    into = ctypes.create_string_buffer(9)
    address = ctypes.addressof(into)
    read = (Vector * 2)(Vector(ctypes.c_char_p(address), 1), Vector(ctypes.c_char_p(address + 1), 8))
    libc.preadv(file, read, 2, ctypes.c_long(3))
    os.lseek(file, -1, os.SEEK_END)


def options():
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 3, 500000))
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 7))
    one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    one.getsockopt(socket.SOL_SOCKET, 57, 8)
    one.setblocking(False)
    one.getsockname()
    try:
        one.getpeername()
    except OSError:
        pass


class Header(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("buffers", ctypes.POINTER(Vector)),
        ("count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_size_t),
        ("length", ctypes.c_size_t),
    ]


def messages(*parts):
    """One message for each text, and what keeps their memory."""
    vectors = [Vector(text, len(text)) for text in parts]
    headers = (Header * len(parts))()
    for header, vector in zip(headers, vectors):
        header.buffers = ctypes.pointer(vector)
        header.count = 1
    return headers, vectors


def many_messages():
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    sent, _kept = messages(b"first", b"second", b"third")
    libc.sendmmsg(one.fileno(), sent, 3, 0)
    got, _kept = messages(*(bytes(16) for _ in range(3)))
    libc.recvmmsg(other.fileno(), got, 3, socket.MSG_DONTWAIT, None)
    libc.sendmmsg(-1, sent, 3, 0)


def waiting():
    first, second = os.pipe()
    os.write(second, b"x")
    poll = select.poll()
    poll.register(first, select.POLLIN)
    poll.register(second, select.POLLOUT)
    poll.poll(5)
    select.select([first], [], [], 0)
    wait = select.epoll()
    wait.register(first, select.EPOLLIN)
    wait.poll(0, 9)
    call("nanosleep", ctypes.byref((ctypes.c_long * 2)(0, 1234)), None)
    libc.ppoll(None, 0, ctypes.byref((ctypes.c_long * 2)(0, 4321)), None)
    word = ctypes.c_int(5)
    call("futex", ctypes.byref(word), 1 | 128, 77, None, None, 0)


def identities():
    libc.getuid(), libc.geteuid(), libc.getgid(), libc.getegid()
    os.getresuid()
    os.getresgid()


def semaphores():
    made = call("semget", 0, 2, 0o1000 | 0o600)
    call("semctl", made, 1, 16, 41)
    call("semop", made, ctypes.byref((ctypes.c_short * 6)(0, 3, 0x1000, 1, -1, 0x800)), 2)
    call("semctl", made, 0, 0, 0)


def others():
    process, size = os.getpid(), 16
    text = ctypes.create_string_buffer(b"read by process", size)
    into = ctypes.create_string_buffer(size)
    local = Vector(ctypes.cast(into, ctypes.c_char_p), size)
    remote = Vector(ctypes.cast(text, ctypes.c_char_p), size)
    libc.process_vm_readv(process, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    libc.process_vm_writev(process, ctypes.byref(remote), 1, ctypes.byref(local), 1, 0)
    # KEYCTL_SEARCH in no key ring that there is; Q_QUOTAON, Q_GETFMT of no device.
    call("keyctl", 10, -100, b"user", b"lanner:absent", 9)
    call("keyctl", 21, -101)
    call("quotactl", 0x80000200, b"/nonexistent/device", 2, b"/nonexistent/file")
    call("quotactl", 0x80000700 | 1, b"/nonexistent/device", 33, ctypes.create_string_buffer(80))


for behaviour in (vectors, options, many_messages, waiting, identities, semaphores, others):
    behaviour()
