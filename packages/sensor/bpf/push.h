/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Writing parameters, one after the other, with their lengths before them all. */
#include "maps.h"

/* Sets where the parameters start. */
INLINE void set_parameter_count(struct scratch *s, u32 count) {
  s->cursor = SCAP_HEADER + 2 * count;
}

/* Ends the parameter whose bytes have been written at the cursor. */
INLINE void end_parameter(struct scratch *s, u32 length) {
  u32 index = s->parameter & 31;
  *(u16 *)(s->data + SCAP_HEADER + 2 * index) = length;
  s->cursor += length;
  s->parameter = index + 1;
}

/* Where the next parameter starts; when an event would become too long, this is empty. */
#define CURSOR(s)                                                                                                   \
  ({                                                                                                                \
    u32 at_ = (s)->cursor;                                                                                          \
    OPAQUE(at_);                                                                                                    \
    if (at_ >= DATA_SIZE) {                                                                                         \
      (s)->header.flags |= LANNER_TRUNCATED;                                                                        \
      end_parameter(s, 0);                                                                                          \
      return 0;                                                                                                     \
    }                                                                                                               \
    at_;                                                                                                            \
  })

INLINE int push_empty(struct scratch *s) {
  end_parameter(s, 0);
  return 0;
}

INLINE int push_u64(struct scratch *s, u64 value) {
  u32 at = CURSOR(s);
  *(u64 *)(s->data + at) = value;
  end_parameter(s, 8);
  return 0;
}

/* A descriptor or process id: 32 bits with a sign in the process, 64 here. */
INLINE int push_s32_as_s64(struct scratch *s, u64 value) {
  return push_u64(s, (s64)(s32)value);
}

INLINE int push_u32(struct scratch *s, u32 value) {
  u32 at = CURSOR(s);
  *(u32 *)(s->data + at) = value;
  end_parameter(s, 4);
  return 0;
}

INLINE int push_u16(struct scratch *s, u16 value) {
  u32 at = CURSOR(s);
  *(u16 *)(s->data + at) = value;
  end_parameter(s, 2);
  return 0;
}

INLINE int push_u8(struct scratch *s, u8 value) {
  u32 at = CURSOR(s);
  s->data[at] = value;
  end_parameter(s, 1);
  return 0;
}

/* A text of the process, with its NUL; empty when it is not there. */
GLOBAL int push_user_text(struct scratch *s, u64 from) {
  if (!s) {
    return 0;
  }
  u32 at = CURSOR(s);
  s64 length = bpf_probe_read_user_str(s->data + at, PATH_SIZE + 1, (void *)from);
  if (length < 0) {
    if (from) {
      s->header.flags |= LANNER_RACED;
    }
    return push_empty(s);
  }
  if (length > PATH_SIZE) {
    s->data[at + PATH_SIZE - 1] = 0;
    s->header.flags |= LANNER_TRUNCATED;
    length = PATH_SIZE;
  }
  end_parameter(s, length);
  return 0;
}

GLOBAL int push_kernel_text(struct scratch *s, u64 from) {
  if (!s) {
    return 0;
  }
  u32 at = CURSOR(s);
  s64 length = bpf_probe_read_kernel_str(s->data + at, PATH_SIZE, (void *)from);
  end_parameter(s, length < 0 ? 0 : length);
  return 0;
}

/* Bytes of the process; at most PATH_SIZE - 1. */
GLOBAL int push_user_bytes(struct scratch *s, u64 from, u64 length) {
  if (!s) {
    return 0;
  }
  u32 at = CURSOR(s);
  if (length >= PATH_SIZE) {
    length = PATH_SIZE - 1;
    s->header.flags |= LANNER_TRUNCATED;
  }
  OPAQUE(length);
  length &= PATH_SIZE - 1;
  if (!from || bpf_probe_read_user(s->data + at, length, (void *)from)) {
    if (from && length) {
      s->header.flags |= LANNER_RACED;
    }
    return push_empty(s);
  }
  end_parameter(s, length);
  return 0;
}

/* Data that is sent or received: no more of it than the settings say, which is not called truncation. */
INLINE int push_data(struct scratch *s, u64 from, s64 length) {
  if (length <= 0) {
    return push_empty(s);
  }
  u64 most = control.snap_length;
  return push_user_bytes(s, from, (u64)length < most ? length : most);
}

/* A list of texts in the process, each ended by NUL; an unfinished last one is ended. */
GLOBAL int push_user_texts(struct scratch *s, u64 from, u64 end) {
  if (!s) {
    return 0;
  }
  u32 at = CURSOR(s);
  u64 length = end > from ? end - from : 0;
  if (length > PATH_SIZE) {
    length = PATH_SIZE;
    s->header.flags |= LANNER_TRUNCATED;
  }
  OPAQUE(length);
  length &= 2 * PATH_SIZE - 1;
  if (length == 0 || bpf_probe_read_user(s->data + at, length, (void *)from)) {
    if (length) {
      s->header.flags |= LANNER_RACED;
    }
    return push_empty(s);
  }
  s->data[at + length - 1] = 0;
  end_parameter(s, length);
  return 0;
}

INLINE u64 user_u64(u64 from) {
  u64 value = 0;
  bpf_probe_read_user(&value, sizeof(value), (void *)from);
  return value;
}

INLINE u32 user_u32(u64 from) {
  u32 value = 0;
  bpf_probe_read_user(&value, sizeof(value), (void *)from);
  return value;
}

/* A pointer or size in a structure of the process. */
INLINE u64 user_word(struct scratch *s, u64 from) {
  return s->is_compat ? user_u32(from) : user_u64(from);
}
