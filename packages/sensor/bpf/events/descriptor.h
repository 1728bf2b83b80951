/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Pipes, io_uring and file systems being configured: descriptors with more to say than their arguments. */
#include "event-types.h"
#include "../file.h"
#include "../flags.h"
#include "../syscall.h"

GLOBAL int fill_pipe(struct scratch *s) {
  if (!s) {
    return 0;
  }
  bool has_flags = s->type == SYSCALL_PIPE2_X;
  s64 first = -1, second = -1;
  u64 inode = 0;
  if (s->result >= 0) {
    first = (s32)user_u32(s->args[0]);
    second = (s32)user_u32(s->args[0] + 4);
    struct file *file = file_of(first);
    if (file) {
      struct inode *node = READ(file, f_inode);
      inode = READ(node, i_ino);
    }
  }
  set_parameter_count(s, has_flags ? SYSCALL_PIPE2_X_PARAMS : SYSCALL_PIPE_X_PARAMS);
  push_u64(s, s->result);
  push_u64(s, first);
  push_u64(s, second);
  push_u64(s, inode);
  return has_flags ? push_u32(s, scap_descriptor_flags(s->args[1])) : 0;
}

struct io_uring_params {
  u32 sq_entries, cq_entries, flags, sq_thread_cpu, sq_thread_idle, features;
};

GLOBAL int fill_io_uring_setup(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct io_uring_params params = {};
  if (bpf_probe_read_user(&params, sizeof(params), (void *)s->args[1])) {
    s->header.flags |= LANNER_RACED;
  }
  set_parameter_count(s, SYSCALL_IO_URING_SETUP_X_PARAMS);
  push_u64(s, s->result);
  push_u32(s, s->args[0]);
  push_u32(s, params.sq_entries);
  push_u32(s, params.cq_entries);
  push_u32(s, TRANSLATE(io_uring_flags, params.flags));
  push_u32(s, params.sq_thread_cpu);
  push_u32(s, params.sq_thread_idle);
  return push_u32(s, params.features & 0x7ff);
}

enum { FSCONFIG_SET_STRING = 1, FSCONFIG_SET_BINARY = 2, FSCONFIG_SET_PATH = 3, FSCONFIG_SET_PATH_EMPTY = 4 };

GLOBAL int fill_fsconfig(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 command = s->args[1];
  set_parameter_count(s, SYSCALL_FSCONFIG_X_PARAMS);
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_u32(s, command);
  push_user_text(s, s->args[2]);
  if (command == FSCONFIG_SET_BINARY) {
    push_user_bytes(s, s->args[3], s->args[4]);
  } else {
    push_empty(s);
  }
  if (command == FSCONFIG_SET_STRING || command == FSCONFIG_SET_PATH || command == FSCONFIG_SET_PATH_EMPTY) {
    push_user_text(s, s->args[3]);
  } else {
    push_empty(s);
  }
  return push_u32(s, s->args[4]);
}

/* The offset that a pointer of the process points to; 0 without one. */
INLINE u64 offset_at(u64 pointer) {
  return pointer ? user_u64(pointer) : 0;
}

GLOBAL int fill_copy_file_range(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, SYSCALL_COPY_FILE_RANGE_X_PARAMS);
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[2]);
  push_u64(s, offset_at(s->args[3]));
  push_s32_as_s64(s, s->args[0]);
  push_u64(s, offset_at(s->args[1]));
  return push_u64(s, s->args[4]);
}

GLOBAL int fill_sendfile(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, SYSCALL_SENDFILE_X_PARAMS);
  push_u64(s, s->result);
  u64 at = s->args[2];
  push_u64(s, !at ? 0 : s->form == LONG_OFFSET ? user_u64(at) : user_word(s, at));
  push_s32_as_s64(s, s->args[0]);
  push_s32_as_s64(s, s->args[1]);
  return push_u64(s, s->args[3]);
}

/* lseek of 32-bit processes, with the offset in two halves. */
GLOBAL int fill_llseek(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u64 whence = s->args[4];
  set_parameter_count(s, SYSCALL_LLSEEK_X_PARAMS);
  push_u64(s, s->result);
  push_s32_as_s64(s, s->args[0]);
  push_u64(s, (s->args[1] << 32) | (u32)s->args[2]);
  return push_u8(s, whence <= SEEK_END ? whence : 0);
}
