/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* The open family: what was asked for, and which file came of it. */
#include "event-types.h"
#include "../file.h"
#include "../flags.h"

struct open_how {
  u64 flags, mode, resolve;
};

/* What the file that was opened adds to the flags. */
INLINE u32 flags_of_file(struct file *file, u32 layer) {
  u32 flags = READ(file, f_mode) & FMODE_CREATED ? SCAP_CREATED : 0;
  return flags | (layer == LAYER_UPPER ? SCAP_UPPER : layer == LAYER_LOWER ? SCAP_LOWER : 0);
}

INLINE u32 mode_of(u64 flags, u64 mode) {
  return flags & (O_CREAT | O_TMPFILE) ? mode & 07777 : 0;
}

INLINE int push_file_ids(struct scratch *s) {
  push_u32(s, s->header.device);
  return push_u64(s, s->header.inode);
}

/* Notes the file that has been opened; gives the flags that it adds. */
GLOBAL int note_opened(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct file *file = file_of(s->result);
  if (!file) {
    return 0;
  }
  return flags_of_file(file, note_file(s, file));
}

GLOBAL int fill_open(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u64 flags = s->args[1];
  set_parameter_count(s, SYSCALL_OPEN_X_PARAMS);
  u32 more = note_opened(s);
  push_u64(s, s->result);
  push_user_text(s, s->args[0]);
  push_u32(s, scap_open_flags(flags) | more);
  push_u32(s, mode_of(flags, s->args[2]));
  return push_file_ids(s);
}

GLOBAL int fill_openat(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u64 flags = s->args[2];
  set_parameter_count(s, SYSCALL_OPENAT_2_X_PARAMS);
  u32 more = note_opened(s);
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_user_text(s, s->args[1]);
  push_u32(s, scap_open_flags(flags) | more);
  push_u32(s, mode_of(flags, s->args[3]));
  return push_file_ids(s);
}

GLOBAL int fill_openat2(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct open_how how = {};
  if (bpf_probe_read_user(&how, sizeof(how), (void *)s->args[2])) {
    s->header.flags |= LANNER_RACED;
  }
  set_parameter_count(s, SYSCALL_OPENAT2_X_PARAMS);
  u32 more = note_opened(s);
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_user_text(s, s->args[1]);
  push_u32(s, scap_open_flags(how.flags) | more);
  push_u32(s, mode_of(how.flags, how.mode));
  push_u32(s, scap_resolve_flags(how.resolve));
  return push_file_ids(s);
}

GLOBAL int fill_creat(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, SYSCALL_CREAT_X_PARAMS);
  u32 more = note_opened(s);
  push_u64(s, s->result);
  push_user_text(s, s->args[0]);
  push_u32(s, s->args[1] & 07777);
  push_file_ids(s);
  return push_u16(s, more & SCAP_UPPER ? 1 : more & SCAP_LOWER ? 2 : 0);
}

/* The handle is opaque: the path is the kernel's. */
GLOBAL int fill_open_by_handle_at(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, SYSCALL_OPEN_BY_HANDLE_AT_X_PARAMS);
  u32 more = note_opened(s);
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_u32(s, scap_open_flags(s->args[2]) | more);
  if (s->has_path) {
    build_noted_path(s);
    push_path(s);
  } else {
    push_empty(s);
  }
  return push_file_ids(s);
}
