/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* clone, clone3, fork and vfork, told twice: of the caller when it returns, of the child when it has been made. */
#include "event-types.h"
#include "../flags.h"
#include "process.h"

/* Flags of the call as the kernel numbers them. */
INLINE u64 called_flags(struct scratch *s) {
  switch (s->type) {
    case SYSCALL_CLONE3_X:
      return user_u64(s->args[0]);
    case SYSCALL_VFORK_20_X:
      return CLONE_VFORK | CLONE_VM;
    case SYSCALL_FORK_20_X:
      return 0;
    default:
      return s->args[0];
  }
}

/* Whether what the task makes lives in another pid namespace than the first, or than the task. */
INLINE u32 pid_ns_flag(struct task_struct *task) {
  struct pid_namespace *children = task->nsproxy->pid_ns_for_children;
  return children->level != task->thread_pid->level ? SCAP_CHILD_IN_PIDNS : 0;
}

/* All parameters but the result; the flags have been found by the caller. */
INLINE void push_clone(struct scratch *s, struct task_struct *task, u32 flags) {
  struct mm_struct *mm = task->mm;
  push_command_line(s, mm->arg_start, mm->arg_end);
  push_ids(s, task);
  push_empty(s); /* cwd: the child has its parent's */
  push_resources(s, task);
  push_u32(s, flags);
  push_u32(s, task->cred->euid.val);
  push_u32(s, task->cred->egid.val);
  struct pid *pid = task->thread_pid;
  push_u64(s, (s64)nr_at(pid, pid->level));
  struct pid *leader = task->group_leader->thread_pid;
  push_u64(s, (s64)nr_at(leader, leader->level));
  struct task_struct *reaper = READ(pid_ns_of(task), child_reaper);
  push_u64(s, READ(reaper, start_boottime));
}

GLOBAL int fill_clone_in_caller(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct task_struct *task = current_task();
  u32 flags = scap_clone_flags(called_flags(s)) | pid_ns_flag(task);
  set_parameter_count(s, SYSCALL_CLONE_20_X_PARAMS);
  push_u64(s, s->result);
  push_clone(s, task, flags);
  return 0;
}
