"""Makes system calls of 32-bit x86 by int 0x80. Ends with a signal where the kernel does not have them."""

import ctypes
import mmap
import struct

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
# MAP_PRIVATE, MAP_ANONYMOUS, MAP_32BIT: the calls take addresses of 32 bits.
page = libc.mmap(None, 4096, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC, 2 | 0x20 | 0x40, -1, 0)
# push rbx; mov eax, edi; mov ebx, esi; xchg edx, ecx; int 0x80; pop rbx; ret
ctypes.memmove(page, bytes.fromhex("5389f889f387d1cd805bc3"), 11)
call = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_uint] * 4)(page)
data = page + 256


def put(content):
    ctypes.memmove(data, content, len(content))
    return data


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
