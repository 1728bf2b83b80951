"""Makes system calls of 32-bit x86 by int 0x80. Ends with a signal where the kernel does not have them."""

import ctypes
import mmap
import struct

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
# MAP_PRIVATE, MAP_ANONYMOUS, MAP_32BIT: the calls take addresses of 32 bits.
page = libc.mmap(None, 4096, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC, 2 | 0x20 | 0x40, -1, 0)
# push rbx; push rbp; mov eax, [rdi]; mov ebx, [rdi+4]; and so on for ecx, edx, esi, ebp, edi; int 0x80; pop rbp; pop rbx; ret
CODE = "53558b078b5f048b4f088b570c8b77108b6f188b7f14cd805d5bc3"
ctypes.memmove(page, bytes.fromhex(CODE), len(CODE) // 2)
enter = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(page)


def call(*words):
    """The number of the call, then up to six arguments."""
    return enter(put(struct.pack("7I", *(word & 0xFFFFFFFF for word in words + (0,) * (7 - len(words)))), 1024))


data = page + 256


def put(content, at=0):
    ctypes.memmove(data + at, content, len(content))
    return data + at


OPEN, SOCKETCALL, OPENAT = 5, 102, 295
call(OPEN, put(b"/etc/hostname\0"), 0, 0)
call(OPENAT, 0xFFFFFF9C, put(b"/etc/passwd\0"), 0)
server = call(SOCKETCALL, 1, put(struct.pack("III", 2, 1, 0)), 0)
call(SOCKETCALL, 3, put(struct.pack("III", server, data + 64, 16) + bytes(52) + b"\2\0\0\1\x7f\0\0\1" + bytes(8)), 0)
WRITEV, LLSEEK, GETRESUID32, NANOSLEEP, GETSOCKOPT = 146, 140, 209, 162, 15
file = call(OPEN, put(b"/dev/null\0"), 1, 0)
call(WRITEV, file, put(struct.pack("IIII", data + 64, 3, data + 80, 2) + bytes(48) + b"one" + bytes(13) + b"12"), 2)
call(LLSEEK, file, 1, 2)
call(GETRESUID32, data, data + 4, data + 8)
call(NANOSLEEP, put(struct.pack("II", 0, 1234)), 0, 0)
call(SOCKETCALL, GETSOCKOPT, put(struct.pack("IIIII", server, 1, 3, data + 64, data + 80) + bytes(60) + b"\4\0\0\0"), 0)

# Calls whose arguments are other ones than in a process of 64 bits.
PREAD64, OLD_MMAP, MUNMAP, SENDFILE64, LSEEK, SETUID, SETREUID, CHOWN, GETRESUID, TRUNCATE64 = 180, 90, 91, 239, 19, 23, 70, 182, 165, 193
zero = call(OPEN, put(b"/dev/zero\0"), 2, 0)
call(PREAD64, zero, data + 64, 4, 7, 1)
mapped = call(OLD_MMAP, put(struct.pack("6I", 0, 8192, 3, 2, zero, 4096)))
call(MUNMAP, mapped, 8192)
call(SENDFILE64, file, zero, put(struct.pack("Q", 0x1_0000_0003)), 1)
call(LSEEK, file, -5, 0)
call(GETRESUID, put(b"\xff" * 16), data + 4, data + 8)
call(CHOWN, put(b"/nonexistent/file\0"), 0x1_0000 + 12, 0xFFFF)
call(TRUNCATE64, put(b"/nonexistent/file\0"), 1, 0)
# The upper half of an id counts for nothing: this is setreuid(-1, 0).
call(SETREUID, 0xFFFF, 0x7_0000)

# The calls of System V by way of ipc.
IPC, SEMOP, SEMGET, SEMCTL, SEMTIMEDOP, MSGSND, MSGRCV, MSGGET, MSGCTL, SHMAT, SHMDT, SHMGET, SHMCTL = (117, 1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24)
IPC_PRIVATE, IPC_RMID, SETVAL, IPC_64 = 0, 0, 16, 0x100
made = call(IPC, SEMGET, IPC_PRIVATE, 2, 0o1000 | 0o600)
call(IPC, SEMCTL, made, 1, SETVAL | IPC_64, put(struct.pack("I", 41)))
call(IPC, SEMOP, made, 2, 0, put(struct.pack("6h", 0, 3, 0x1000, 1, -1, 0x800)))
call(IPC, SEMTIMEDOP, made, 1, 0, put(struct.pack("3h", 0, 1, 0)), put(struct.pack("II", 0, 1000), 64))
call(IPC, SEMCTL, made, 0, IPC_RMID, put(struct.pack("I", 0)))
queue = call(IPC, MSGGET, IPC_PRIVATE, 0o1000 | 0o600)
call(IPC, MSGSND, queue, 4, 0, put(struct.pack("I", 1) + b"text"))
# The first version has the address and the type behind a pointer.
call(IPC, MSGRCV, queue, 16, 0, put(struct.pack("II", data + 64, 1)))
call(IPC, MSGSND, queue, 4, 0, put(struct.pack("I", 1) + b"text"))
call(IPC, 1 << 16 | MSGRCV, queue, 16, 0, data + 64, 1)
call(IPC, MSGCTL, queue, IPC_RMID, 0, 0)
shared = call(IPC, SHMGET, IPC_PRIVATE, 4096, 0o1000 | 0o600)
if call(IPC, SHMAT, shared, 0, data + 64, 0) == 0:
    call(IPC, SHMDT, 0, 0, 0, struct.unpack("I", ctypes.string_at(data + 64, 4))[0])
call(IPC, SHMCTL, shared, IPC_RMID, 0, 0)
# No call at all, and one that is not known.
call(IPC, 0, 0, 0, 0, 0)
call(IPC, 34, 0, 0, 0, 0)
call(SOCKETCALL, 33, data)
call(SETUID, 0x1_0000)
