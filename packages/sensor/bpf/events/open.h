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

/*
 * What only the opened file tells is left open until the event is to be kept: most opens are not, and looking at files
 * costs more than all else. `flags`: the parameter with the flags.
 */
INLINE int push_late_ids(struct scratch *s, u32 flags) {
  s->ids_at = s->cursor;
  s->late_flags = flags;
  if (s->result >= 0) {
    s->late = 1u << flags | 3u << s->parameter;
  }
  push_u32(s, 0);
  return push_u64(s, 0);
}

INLINE int push_late_flags(struct scratch *s, u32 flags) {
  s->flags_at = s->cursor;
  return push_u32(s, flags);
}

/* Puts in what had been left open. */
GLOBAL int complete_open(struct scratch *s) {
  if (!s || !s->late) {
    return 0;
  }
  s->late = 0;
  struct file *file = file_of(s->result);
  if (!file) {
    return 0;
  }
  u32 more = flags_of_file(file, note_file(s, file));
  u32 flags_at = s->flags_at, ids_at = s->ids_at;
  OPAQUE(flags_at);
  OPAQUE(ids_at);
  if (s->type == SYSCALL_CREAT_X) {
    *(u16 *)(s->data + (flags_at & (DATA_SIZE - 1))) = more & SCAP_UPPER ? 1 : more & SCAP_LOWER ? 2 : 0;
  } else {
    *(u32 *)(s->data + (flags_at & (DATA_SIZE - 1))) |= more;
  }
  *(u32 *)(s->data + (ids_at & (DATA_SIZE - 1))) = s->header.device;
  *(u64 *)(s->data + (ids_at & (DATA_SIZE - 1)) + 4) = s->header.inode;
  return 0;
}

GLOBAL int fill_open(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u64 flags = s->args[1];
  set_parameter_count(s, SYSCALL_OPEN_X_PARAMS);
  push_u64(s, s->result);
  push_user_text(s, s->args[0]);
  push_late_flags(s, scap_open_flags(flags));
  push_u32(s, mode_of(flags, s->args[2]));
  return push_late_ids(s, 2);
}

GLOBAL int fill_openat(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u64 flags = s->args[2];
  set_parameter_count(s, SYSCALL_OPENAT_2_X_PARAMS);
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_user_text(s, s->args[1]);
  push_late_flags(s, scap_open_flags(flags));
  push_u32(s, mode_of(flags, s->args[3]));
  return push_late_ids(s, 3);
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
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_user_text(s, s->args[1]);
  push_late_flags(s, scap_open_flags(how.flags));
  push_u32(s, mode_of(how.flags, how.mode));
  push_u32(s, scap_resolve_flags(how.resolve));
  return push_late_ids(s, 3);
}

GLOBAL int fill_creat(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, SYSCALL_CREAT_X_PARAMS);
  push_u64(s, s->result);
  push_user_text(s, s->args[0]);
  push_u32(s, s->args[1] & 07777);
  push_late_ids(s, 5);
  s->flags_at = s->cursor;
  return push_u16(s, 0);
}

/* The handle is opaque: the path is the kernel's. */
GLOBAL int fill_open_by_handle_at(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, SYSCALL_OPEN_BY_HANDLE_AT_X_PARAMS);
  struct file *file = file_of(s->result);
  u32 more = file ? flags_of_file(file, note_file(s, file)) : 0;
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_u32(s, scap_open_flags(s->args[2]) | more);
  if (s->has_path) {
    build_noted_path(s);
    push_path(s);
  } else {
    push_empty(s);
  }
  push_u32(s, s->header.device);
  return push_u64(s, s->header.inode);
}
