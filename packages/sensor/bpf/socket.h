/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Addresses and ends of sockets. The ends come from the kernel's socket; what it lacks, from the call's address. */
#include "file.h"

enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, S_IFSOCK = 0140000 };
enum { UNIX_PATH = 108, ADDRESS_SIZE = 112, TUPLE_ROOM = 160 };
enum direction { OUTGOING, INCOMING };

INLINE u16 swap16(u16 value) {
  return value << 8 | value >> 8;
}

INLINE struct sock *sock_of(s64 fd) {
  struct file *file = file_of(fd);
  if (!file) {
    return 0;
  }
  struct inode *inode = READ(file, f_inode);
  if ((READ(inode, i_mode) & S_IFMT) != S_IFSOCK) {
    return 0;
  }
  struct socket *socket = READ(file, private_data);
  return READ(socket, sk);
}

/* An address given by the process: family, then as the family has it. */
struct user_address {
  u16 family;
  u8 bytes[ADDRESS_SIZE - 2];
};

/* A text at `text` is cut at its end and at `length`; the length with NUL. */
INLINE u32 copy_unix_path(struct scratch *s, u32 at, const void *text, s64 length) {
  if (length <= 0) {
    s->data[at] = 0;
    return 1;
  }
  if (length > UNIX_PATH) {
    length = UNIX_PATH;
  }
  /* One more than what is copied, for the NUL. */
  OPAQUE(length);
  length &= 127;
  s64 copied = bpf_probe_read_kernel_str(s->data + at, length + 1, text);
  return copied < 1 ? 1 : copied;
}

/* Reads what `length` bytes at `from` of the process hold; false when nothing useful. The rest stays zero. */
INLINE bool read_address(struct scratch *s, struct user_address *address, u64 from, s64 length) {
  if (from == 0 || length < 2) {
    return false;
  }
  if (length > ADDRESS_SIZE - 2) {
    length = ADDRESS_SIZE - 2;
  }
  OPAQUE(length);
  length &= 127;
  if (length > ADDRESS_SIZE - 2) {
    return false;
  }
  if (bpf_probe_read_user(address, length, (void *)from)) {
    s->header.flags |= LANNER_RACED;
    return false;
  }
  return true;
}

/* A name that begins with NUL is an abstract one. */
INLINE u32 put_unix_address(struct scratch *s, u32 at, struct user_address *address, s64 length) {
  u64 skip = address->bytes[0] == 0 && length > 3;
  const u8 *text = address->bytes;
  OPAQUE(text);
  return copy_unix_path(s, at, text + skip, length - 2 - skip);
}

/* A sockaddr of the process. */
GLOBAL int push_address(struct scratch *s, u64 from, u64 given) {
  if (!s) {
    return 0;
  }
  s64 length = (s32)given;
  struct user_address address = {};
  u32 at = CURSOR(s);
  if (!read_address(s, &address, from, length)) {
    return push_empty(s);
  }
  s->data[at] = address.family;
  if (address.family == AF_INET) {
    *(u32 *)(s->data + at + 1) = *(u32 *)(address.bytes + 2);
    *(u16 *)(s->data + at + 5) = swap16(*(u16 *)address.bytes);
    end_parameter(s, 7);
  } else if (address.family == AF_INET6) {
    __builtin_memcpy(s->data + at + 1, address.bytes + 6, 16);
    *(u16 *)(s->data + at + 17) = swap16(*(u16 *)address.bytes);
    end_parameter(s, 19);
  } else if (address.family == AF_UNIX) {
    end_parameter(s, 1 + put_unix_address(s, at + 1, &address, length));
  } else {
    end_parameter(s, 1);
  }
  return 0;
}

/* Both ends: address and port of here and there, in the order that the direction asks for. */
INLINE void put_ends4(struct scratch *s, u32 at, u32 here, u16 port, u32 there, u16 peer_port, u32 direction) {
  bool is_out = direction == OUTGOING;
  s->data[at] = AF_INET;
  *(u32 *)(s->data + at + 1) = is_out ? here : there;
  *(u16 *)(s->data + at + 5) = is_out ? port : peer_port;
  *(u32 *)(s->data + at + 7) = is_out ? there : here;
  *(u16 *)(s->data + at + 11) = is_out ? peer_port : port;
  end_parameter(s, 13);
}

INLINE int push_tuple4(struct scratch *s, struct sock *sk, struct user_address *given, u32 direction) {
  u32 at = CURSOR(s);
  u32 there = READ(sk, __sk_common.skc_daddr);
  u16 peer_port = swap16(READ(sk, __sk_common.skc_dport));
  if (peer_port == 0 && given->family == AF_INET) {
    there = *(u32 *)(given->bytes + 2);
    peer_port = swap16(*(u16 *)given->bytes);
  }
  put_ends4(s, at, READ(sk, __sk_common.skc_rcv_saddr), READ(sk, __sk_common.skc_num), there, peer_port, direction);
  return 0;
}

INLINE int push_tuple6(struct scratch *s, struct sock *sk, struct user_address *given, u32 direction) {
  u32 at = CURSOR(s);
  struct in6_addr there = {};
  u64 common = (u64)sk + FIELD_OFFSET(struct sock, __sk_common);
  u64 remote = common + FIELD_OFFSET(struct sock_common, skc_v6_daddr);
  u64 local = common + FIELD_OFFSET(struct sock_common, skc_v6_rcv_saddr);
  u16 port = READ(sk, __sk_common.skc_num);
  u16 peer_port = swap16(READ(sk, __sk_common.skc_dport));
  u32 here_at = direction == OUTGOING ? 1 : 19, there_at = direction == OUTGOING ? 19 : 1;
  bpf_probe_read_kernel(&there, sizeof(there), (void *)remote);
  if (peer_port == 0 && given->family == AF_INET6) {
    __builtin_memcpy(&there, given->bytes + 6, sizeof(there));
    peer_port = swap16(*(u16 *)given->bytes);
  }
  s->data[at] = AF_INET6;
  bpf_probe_read_kernel(s->data + at + here_at, 16, (void *)local);
  *(u16 *)(s->data + at + here_at + 16) = port;
  __builtin_memcpy(s->data + at + there_at, &there, 16);
  *(u16 *)(s->data + at + there_at + 16) = peer_port;
  end_parameter(s, 37);
  return 0;
}

/* The name that a unix socket is bound to; the length with NUL. */
INLINE u32 put_bound_path(struct scratch *s, u32 at, struct sock *sk) {
  struct unix_address *address = READ((struct unix_sock *)sk, addr);
  s->data[at] = 0;
  if (!address) {
    return 1;
  }
  s64 length = READ(address, len);
  /* The name follows the length: family, then the path. */
  u64 text = (u64)address + FIELD_OFFSET(struct unix_address, len) + sizeof(s32) + sizeof(u16);
  u8 first = 0;
  bpf_probe_read_kernel(&first, 1, (void *)text);
  u64 skip = first == 0 && length > 3;
  return copy_unix_path(s, at, (void *)(text + skip), length - 2 - skip);
}

INLINE int push_unix_tuple(struct scratch *s, struct sock *sk, struct user_address *given, s64 length, u32 direction) {
  u32 at = CURSOR(s);
  struct sock *peer = READ((struct unix_sock *)sk, peer);
  u32 path;
  s->data[at] = AF_UNIX;
  *(u64 *)(s->data + at + 1) = direction == INCOMING ? (u64)sk : (u64)peer;
  *(u64 *)(s->data + at + 9) = direction == INCOMING ? (u64)peer : (u64)sk;
  if (given->family == AF_UNIX && length > 2) {
    path = put_unix_address(s, at + 17, given, length);
  } else {
    path = put_bound_path(s, at + 17, direction == INCOMING || !peer ? sk : peer);
  }
  end_parameter(s, 17 + path);
  return 0;
}

/* The ends of the socket behind a descriptor. `address` and `length`: what the call names as the other end, or 0. */
GLOBAL int push_tuple(struct scratch *s, s64 fd, u64 address, u64 length, u32 direction) {
  if (!s) {
    return 0;
  }
  struct user_address given = {};
  struct sock *sk = sock_of(fd);
  if (!sk) {
    return push_empty(s);
  }
  if (!read_address(s, &given, address, (s32)length)) {
    given.family = 0;
  }
  switch (READ(sk, __sk_common.skc_family)) {
    case AF_INET:
      return push_tuple4(s, sk, &given, direction);
    case AF_INET6:
      return push_tuple6(s, sk, &given, direction);
    case AF_UNIX:
      return push_unix_tuple(s, sk, &given, (s32)length, direction);
    default:
      return push_empty(s);
  }
}
