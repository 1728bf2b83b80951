/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* The end of a thread, and who takes over its children. */
#include "event-types.h"
#include "../submit.h"

enum { PF_EXITING = 4, MAX_THREADS_SEARCHED = 64, MAX_ANCESTORS = 32 };

/* Another living thread of the group, or 0. */
INLINE u64 living_sibling(struct task_struct *task) {
  struct signal_struct *signal = task->signal;
  u64 head = (u64)signal + FIELD_OFFSET(struct signal_struct, thread_head);
  u64 entry = (u64)READ((struct list_head *)head, next);
  for (int i = 0; i < MAX_THREADS_SEARCHED && entry != head && entry != 0; i++) {
    struct task_struct *thread = (void *)entry - FIELD_OFFSET(struct task_struct, thread_node);
    if (!(READ(thread, flags) & PF_EXITING)) {
      return READ(thread, pid);
    }
    entry = (u64)READ((struct list_head *)entry, next);
  }
  return 0;
}

INLINE bool is_subreaper(struct signal_struct *signal) {
  u64 word = 0;
  bpf_probe_read_kernel(&word, __builtin_preserve_field_info(signal->is_child_subreaper, 1),
                        (void *)signal + __builtin_preserve_field_info(signal->is_child_subreaper, 0));
  word <<= __builtin_preserve_field_info(signal->is_child_subreaper, 4);
  return word >> __builtin_preserve_field_info(signal->is_child_subreaper, 5);
}

INLINE u64 reaper_in_namespace(struct task_struct *task) {
  struct task_struct *init = READ(pid_ns_of(task), child_reaper);
  return READ(init, pid);
}

/* As the kernel looks for it: a thread of the group, an ancestor that asked to be it, the namespace's first process. */
INLINE u64 reaper_of(struct task_struct *task) {
  struct list_head *children = (void *)task + FIELD_OFFSET(struct task_struct, children);
  if (READ(children, next) == children) {
    return 0;
  }
  u64 sibling = living_sibling(task);
  if (sibling) {
    return sibling;
  }
  u32 level = task->thread_pid->level;
  struct task_struct *ancestor = task->real_parent;
  for (int i = 0; i < MAX_ANCESTORS; i++) {
    struct pid *pid = ancestor->thread_pid;
    if (pid->level != level || ancestor->pid == 0) {
      break;
    }
    if (is_subreaper(ancestor->signal)) {
      return ancestor->pid;
    }
    ancestor = ancestor->real_parent;
  }
  return reaper_in_namespace(task);
}

INLINE void fill_exit(struct scratch *s, struct task_struct *task) {
  u32 code = task->exit_code;
  set_parameter_count(s, PROCEXIT_1_E_PARAMS);
  push_u64(s, (s64)(s32)code);
  push_u64(s, (code & 0x7f) == 0 ? (code >> 8) & 0xff : 0);
  push_u8(s, (code & 0x7f) != 0x7f ? code & 0x7f : 0);
  push_u8(s, code & 0x80 ? 1 : 0);
  push_u64(s, reaper_of(task));
}
