/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Data through sockets: how much, its beginning, and between whom. */
#include "event-types.h"
#include "../socket.h"
#include "vector.h"

/* A msghdr of the process, native or of 32 bits. */
struct message {
  u64 address, address_length, buffers, buffer_count, control, control_length;
};

INLINE void read_message(struct scratch *s, struct message *message, u64 from) {
  u32 word = s->is_compat ? 4 : 8;
  message->address = user_word(s, from);
  message->address_length = user_u32(from + word);
  message->buffers = user_word(s, from + 2 * word);
  message->buffer_count = user_word(s, from + 3 * word);
  message->control = user_word(s, from + 4 * word);
  message->control_length = user_word(s, from + 5 * word);
}

GLOBAL int fill_sendto(struct scratch *s) {
  if (!s) {
    return 0;
  }
  s64 fd = (s32)s->args[0];
  bool has_address = s->type == SOCKET_SENDTO_X;
  set_parameter_count(s, SOCKET_SENDTO_X_PARAMS);
  push_u64(s, s->result);
  push_data(s, s->args[1], s->result < 0 ? s->args[2] : s->result);
  push_u64(s, fd);
  push_u32(s, s->args[2]);
  return push_tuple(s, fd, has_address ? s->args[4] : 0, has_address ? s->args[5] : 0, OUTGOING);
}

/* recvfrom has the ends before the descriptor, recv behind it. */
GLOBAL int fill_recvfrom(struct scratch *s) {
  if (!s) {
    return 0;
  }
  s64 fd = (s32)s->args[0];
  bool is_from = s->type == SOCKET_RECVFROM_X;
  set_parameter_count(s, SOCKET_RECVFROM_X_PARAMS);
  push_u64(s, s->result);
  push_data(s, s->args[1], s->result);
  if (!is_from) {
    push_u64(s, fd);
    push_u32(s, s->args[2]);
  }
  if (s->result < 0) {
    push_empty(s);
  } else {
    u64 address = is_from ? s->args[4] : 0;
    push_tuple(s, fd, address, address ? user_u32(s->args[5]) : 0, INCOMING);
  }
  if (is_from) {
    push_u64(s, fd);
    push_u32(s, s->args[2]);
  }
  return 0;
}

GLOBAL int fill_sendmsg(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct message message;
  s64 fd = (s32)s->args[0];
  read_message(s, &message, s->args[1]);
  u64 size = vector_size(s, message.buffers, message.buffer_count);
  set_parameter_count(s, SOCKET_SENDMSG_X_PARAMS);
  push_u64(s, s->result);
  push_vector(s, message.buffers, message.buffer_count, s->result < 0 ? (s64)size : s->result);
  push_u64(s, fd);
  push_u32(s, size);
  return push_tuple(s, fd, message.address, message.address_length, OUTGOING);
}

/* Size of the buffers, data, ends and control messages of a message that has come in. */
INLINE void push_received(struct scratch *s, struct message *message, s64 fd, s64 length) {
  push_u32(s, vector_size(s, message->buffers, message->buffer_count));
  push_vector(s, message->buffers, message->buffer_count, length);
  push_tuple(s, fd, message->address, message->address_length, INCOMING);
  push_user_bytes(s, message->control, message->control_length);
}

/* A call that has brought nothing has none of them. */
INLINE void push_nothing_received(struct scratch *s) {
  push_empty(s);
  push_empty(s);
  push_empty(s);
  push_empty(s);
}

GLOBAL int fill_recvmsg(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct message message;
  s64 fd = (s32)s->args[0];
  set_parameter_count(s, SOCKET_RECVMSG_X_PARAMS);
  push_u64(s, s->result);
  if (s->result < 0) {
    push_nothing_received(s);
    return push_u64(s, fd);
  }
  read_message(s, &message, s->args[1]);
  push_received(s, &message, fd, s->result);
  return push_u64(s, fd);
}

/* How long one of several messages of a call has become; it stands behind the header. */
INLINE s64 message_length(struct scratch *s) {
  return user_u32(s->args[1] + (s->is_compat ? 28 : 56));
}

/* One of the messages that a call has sent at once. */
GLOBAL int fill_sendmmsg(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct message message;
  s64 fd = (s32)s->args[0];
  set_parameter_count(s, SOCKET_SENDMMSG_X_PARAMS);
  if (s->result <= 0) {
    push_u64(s, s->result);
    push_u64(s, fd);
    push_u32(s, 0);
    push_empty(s);
    return push_empty(s);
  }
  s64 length = message_length(s);
  read_message(s, &message, s->args[1]);
  push_u64(s, length);
  push_u64(s, fd);
  push_u32(s, vector_size(s, message.buffers, message.buffer_count));
  push_vector(s, message.buffers, message.buffer_count, length);
  return push_tuple(s, fd, message.address, message.address_length, OUTGOING);
}

GLOBAL int fill_recvmmsg(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct message message;
  s64 fd = (s32)s->args[0];
  set_parameter_count(s, SOCKET_RECVMMSG_X_PARAMS);
  if (s->result <= 0) {
    push_u64(s, s->result);
    push_u64(s, fd);
    push_nothing_received(s);
    return 0;
  }
  s64 length = message_length(s);
  read_message(s, &message, s->args[1]);
  push_u64(s, length);
  push_u64(s, fd);
  push_received(s, &message, fd, length);
  return 0;
}
