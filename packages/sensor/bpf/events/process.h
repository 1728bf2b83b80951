/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* The parameters that clone and execve share: command line, ids, limits, memory, name and control groups. */
#include "../cgroups.h"
#include "../memory.h"
#include "../submit.h"

enum { RLIMIT_NOFILE = 7 };

/* Name of the program as it was called, and its arguments, out of the process's own memory. */
GLOBAL int push_command_line(struct scratch *s, u64 from, u64 end) {
  if (!s) {
    return 0;
  }
  if (from == 0 || end <= from) {
    push_empty(s);
    return push_empty(s);
  }
  u32 before = s->cursor;
  push_user_text(s, from);
  u64 length = s->cursor - before;
  return push_user_texts(s, from + length, length ? end : from);
}

/* Parameters 3 to 14; `cwd` has been pushed by the caller's choice when `has_cwd`. */
INLINE void push_ids(struct scratch *s, struct task_struct *task) {
  push_u64(s, task->pid);
  push_u64(s, task->tgid);
  push_u64(s, task->real_parent->pid);
}

INLINE void push_resources(struct scratch *s, struct task_struct *task) {
  struct mm_struct *mm = task->mm;
  push_u64(s, task->signal->rlim[RLIMIT_NOFILE].rlim_cur);
  push_u64(s, task->maj_flt);
  push_u64(s, task->min_flt);
  push_u32(s, vm_size(mm));
  push_u32(s, vm_rss(mm));
  push_u32(s, vm_swap(mm));
  push_kernel_text(s, address_of(s, task->comm));
  push_cgroups(s, task);
}
