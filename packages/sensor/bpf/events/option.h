/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Options of sockets, read and set. */
#include "event-types.h"
#include "../push.h"

enum { OPTION_BYTES = 0, OPTION_ERROR = 1, OPTION_U32 = 2, OPTION_U64 = 3, OPTION_TIME = 4 };
enum { LEVEL_SOCKET = 1, LEVEL_TCP = 6, SO_ERROR = 4, SO_MEMINFO = 55, SO_COOKIE = 57, SO_PEERGROUPS = 59 };
enum { SO_RCVTIMEO = 20, SO_SNDTIMEO = 21, SO_RCVTIMEO_NEW = 66, SO_SNDTIMEO_NEW = 67, LAST_SAME_OPTION = 50 };
/* Options from 1 to 49 that are numbers: all but an error, SO_LINGER, SO_PEERCRED, times, filters and SO_PEERNAME. */
#define NUMBER_OPTIONS                                                                                              \
  (((1ull << 50) - 2) & ~(1ull << 4 | 1ull << 13 | 1ull << 17 | 1ull << 20 | 1ull << 21 | 1ull << 26 | 1ull << 28))

/* Up to 50 scap has the kernel's numbers. */
INLINE u8 scap_option(u32 option) {
  switch (option) {
    case SO_RCVTIMEO_NEW:
      return SO_RCVTIMEO;
    case SO_SNDTIMEO_NEW:
      return SO_SNDTIMEO;
    case SO_PEERGROUPS:
      return 51;
    case SO_MEMINFO:
      return 52;
    case SO_COOKIE:
      return 53;
    default:
      return option <= LAST_SAME_OPTION ? option : 0;
  }
}

INLINE u8 option_kind(u32 level, u32 option) {
  if (level != LEVEL_SOCKET) {
    return OPTION_BYTES;
  }
  switch (option) {
    case SO_ERROR:
      return OPTION_ERROR;
    case SO_COOKIE:
      return OPTION_U64;
    case SO_RCVTIMEO:
    case SO_SNDTIMEO:
    case SO_RCVTIMEO_NEW:
    case SO_SNDTIMEO_NEW:
      return OPTION_TIME;
    default:
      return option < LAST_SAME_OPTION && (NUMBER_OPTIONS >> (option & 63) & 1) ? OPTION_U32 : OPTION_BYTES;
  }
}

INLINE u64 option_time(struct scratch *s, u32 option, u64 from) {
  bool is_short = s->is_compat && (option == SO_RCVTIMEO || option == SO_SNDTIMEO);
  u64 seconds = is_short ? user_u32(from) : user_u64(from);
  return seconds * 1000000000ull + (u64)user_u32(from + (is_short ? 4 : 8)) * 1000;
}

/* A kind, then the value. */
GLOBAL int push_option(struct scratch *s, u32 kind, u64 value, u64 from, u32 length) {
  if (!s) {
    return 0;
  }
  u32 at = CURSOR(s);
  s->data[at] = kind;
  if (kind != OPTION_BYTES) {
    *(u64 *)(s->data + at + 1) = value;
    end_parameter(s, kind == OPTION_U32 ? 5 : 9);
    return 0;
  }
  OPAQUE(length);
  length = length < PATH_SIZE ? length & (PATH_SIZE - 1) : PATH_SIZE - 1;
  if (bpf_probe_read_user(s->data + at + 1, length, (void *)from)) {
    length = 0;
  }
  end_parameter(s, 1 + length);
  return 0;
}

/* Of one that is read the length is where the process has it, of one that is set it is an argument. */
GLOBAL int fill_option(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 level = s->args[1], option = s->args[2];
  u64 from = s->args[3];
  u32 length = s->type == SOCKET_GETSOCKOPT_X ? user_u32(s->args[4]) : s->args[4];
  u32 kind = option_kind(level, option);
  u64 value = kind == OPTION_TIME    ? option_time(s, option, from)
              : kind == OPTION_U64   ? user_u64(from)
              : kind == OPTION_ERROR ? (u64)(-(s64)(s32)user_u32(from))
                                     : user_u32(from);
  set_parameter_count(s, SOCKET_GETSOCKOPT_X_PARAMS);
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_u8(s, level == LEVEL_SOCKET ? 1 : level == LEVEL_TCP ? 2 : 0);
  push_u8(s, level == LEVEL_SOCKET ? scap_option(option) : 0);
  push_option(s, kind, value, from, length);
  return push_u32(s, length);
}
