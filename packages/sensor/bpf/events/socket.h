/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Sockets made, named and connected. */
#include "event-types.h"
#include "../flags.h"
#include "../socket.h"

enum { EINPROGRESS = 115, SOCK_TYPE = 0xf };

GLOBAL int fill_socket(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u64 type = s->args[1];
  set_parameter_count(s, SOCKET_SOCKET_X_PARAMS);
  push_u64(s, s->result);
  push_u32(s, s->args[0]);
  push_u32(s, type & SOCK_TYPE);
  push_u32(s, s->args[2]);
  return push_u32(s, scap_descriptor_flags(type & ~SOCK_TYPE));
}

GLOBAL int fill_bind(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, SOCKET_BIND_X_PARAMS);
  push_u64(s, s->result);
  push_address(s, s->args[1], s->args[2]);
  return push_s32_as_s64(s, s->args[0]);
}

GLOBAL int fill_connect(struct scratch *s) {
  if (!s) {
    return 0;
  }
  s64 fd = (s32)s->args[0];
  set_parameter_count(s, SOCKET_CONNECT_X_PARAMS);
  push_u64(s, s->result);
  if (s->result == 0 || s->result == -EINPROGRESS) {
    push_tuple(s, fd, s->args[1], s->args[2], OUTGOING);
  } else {
    push_empty(s);
  }
  push_u64(s, fd);
  return push_address(s, s->args[1], s->args[2]);
}

/* The new connection, and how full the queue of its listener is. */
GLOBAL int fill_accept(struct scratch *s) {
  if (!s) {
    return 0;
  }
  bool has_flags = s->type == SOCKET_ACCEPT4_6_X;
  set_parameter_count(s, has_flags ? SOCKET_ACCEPT4_6_X_PARAMS : SOCKET_ACCEPT_5_X_PARAMS);
  push_u64(s, s->result);
  if (s->result < 0) {
    push_empty(s);
  } else {
    push_tuple(s, s->result, 0, 0, INCOMING);
  }
  struct sock *listener = sock_of((s32)s->args[0]);
  u32 length = listener ? READ(listener, sk_ack_backlog) : 0;
  u32 most = listener ? READ(listener, sk_max_ack_backlog) : 0;
  push_u8(s, most ? (u64)length * 100 / most : 0);
  push_u32(s, length);
  push_u32(s, most);
  return has_flags ? push_u32(s, 0) : 0;
}

GLOBAL int fill_socketpair(struct scratch *s) {
  if (!s) {
    return 0;
  }
  s64 first = -1, second = -1;
  u64 source = 0, peer = 0;
  if (s->result >= 0) {
    first = (s32)user_u32(s->args[3]);
    second = (s32)user_u32(s->args[3] + 4);
    source = (u64)sock_of(first);
    peer = (u64)sock_of(second);
  }
  set_parameter_count(s, SOCKET_SOCKETPAIR_X_PARAMS);
  push_u64(s, s->result);
  push_u64(s, first);
  push_u64(s, second);
  push_u64(s, source);
  push_u64(s, peer);
  push_u32(s, s->args[0]);
  push_u32(s, s->args[1] & SOCK_TYPE);
  return push_u32(s, s->args[2]);
}
