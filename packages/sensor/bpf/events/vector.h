/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Data in several buffers, each an address and a length in the process. */
#include "../push.h"

/* Buffers behind these do not count. */
enum { MAX_BUFFERS = 16 };
enum { BUFFER_UNREAD = 1u << 31 };

/* The sum of the lengths of the buffers. The verifier of 6.1 takes no loop that is entered in the middle of a turn, so
 * that a word of either width is read in the same way. */
GLOBAL u64 vector_size(struct scratch *s, u64 buffers, u64 count) {
  if (!s) {
    return 0;
  }
  u32 word = s->is_compat ? 4 : 8;
  u64 size = 0;
  for (u32 i = 0; i < MAX_BUFFERS; i++) {
    if (i >= count) {
      break;
    }
    u64 length = 0;
    bpf_probe_read_user(&length, word, (void *)(buffers + (2 * i + 1) * word));
    size += length;
  }
  return size;
}

/* Copies the beginning of one buffer behind the parameter's bytes; how many they are then, with BUFFER_UNREAD. */
GLOBAL u32 copy_buffer(struct scratch *s, u64 buffer, u32 done, u32 most) {
  if (!s) {
    return 0;
  }
  u32 word = s->is_compat ? 4 : 8, at = s->cursor + done, length = most - done;
  u64 size = user_word(s, buffer + word);
  if (size < length) {
    length = size;
  }
  OPAQUE(at);
  OPAQUE(length);
  length &= PATH_SIZE - 1;
  if (at >= DATA_SIZE || (length && bpf_probe_read_user(s->data + at, length, (void *)user_word(s, buffer)))) {
    s->header.flags |= LANNER_RACED;
    return done | BUFFER_UNREAD;
  }
  return done + length;
}

/* The beginning of what `length` bytes in all went through the buffers, no more than the settings say. */
GLOBAL int push_vector(struct scratch *s, u64 buffers, u64 count, s64 length) {
  if (!s) {
    return 0;
  }
  u32 most = control.snap_length < PATH_SIZE ? control.snap_length : PATH_SIZE - 1, done = 0;
  u32 step = s->is_compat ? 8 : 16;
  if (length < (s64)most) {
    most = length > 0 ? length : 0;
  }
  for (u32 i = 0; i < MAX_BUFFERS; i++) {
    if (i >= count || done >= most) {
      break;
    }
    done = copy_buffer(s, buffers + i * step, done, most);
  }
  end_parameter(s, done & ~BUFFER_UNREAD);
  return 0;
}
