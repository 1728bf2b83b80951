/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Times and descriptors that calls wait for. */
#include "flags.h"
#include "push.h"

/* Calls of 32-bit processes from here on have times of 64 bits. */
enum { FIRST_TIME64 = 403, MAX_POLLED = 16 };

INLINE u64 time_at(struct scratch *s, u64 from) {
  if (!from) {
    return 0;
  }
  bool is_short = s->is_compat && s->native_nr < FIRST_TIME64;
  u64 seconds = is_short ? user_u32(from) : user_u64(from);
  return seconds * 1000000000ull + user_u32(from + (is_short ? 4 : 8));
}

struct polled {
  s32 fd;
  s16 events, returned;
};

/* A number, then so many descriptors with what they were found ready for. */
GLOBAL int push_polled(struct scratch *s, u64 from, u64 count) {
  if (!s) {
    return 0;
  }
  u32 at = CURSOR(s), used = 2;
  u16 number = 0;
  for (u32 i = 0; i < MAX_POLLED; i++) {
    struct polled polled;
    if (i >= count || bpf_probe_read_user(&polled, sizeof(polled), (void *)(from + i * sizeof(polled)))) {
      break;
    }
    u32 place = at + used;
    OPAQUE(place);
    place &= 2 * DATA_SIZE - 1;
    if (place > DATA_SIZE + DATA_ROOM - 16) {
      break;
    }
    *(s64 *)(s->data + place) = polled.fd;
    *(s16 *)(s->data + place + 8) = scap_poll_flags((u16)polled.returned);
    used += 10;
    number++;
  }
  OPAQUE(at);
  *(u16 *)(s->data + (at & (DATA_SIZE - 1))) = number;
  end_parameter(s, used);
  return 0;
}
