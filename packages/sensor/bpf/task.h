/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Ids and namespaces of a task. */
#include "maps.h"

enum { PF_KTHREAD = 0x200000 };

/* The kernel nests pid namespaces no deeper than 32; the verifier of 6.1 wants a bound after the multiplication. */
enum { UPIDS_MASK = 1023 };

/* The entry of a pid structure in the namespace of that level. */
INLINE struct upid *upid_at(struct pid *pid, u32 level) {
  return (void *)pid + FIELD_OFFSET(struct pid, numbers) + ((level * TYPE_SIZE(struct upid)) & UPIDS_MASK);
}

/* The namespace that a task lives in, which is not the one of its children after unshare. */
INLINE struct pid_namespace *pid_ns_of(struct task_struct *task) {
  struct pid *pid = task->thread_pid;
  return READ(upid_at(pid, pid->level), ns);
}

/* The number of the first pid namespace, the same on every machine (PROC_PID_INIT_INO). */
enum { FIRST_PID_NS = 0xeffffffc };

INLINE u32 pid_ns_inum(struct task_struct *task) {
  if (task->thread_pid->level == 0) {
    return FIRST_PID_NS;
  }
  return READ(pid_ns_of(task), ns.inum);
}

/* The number of `pid` as a task sees it that lives at `level`. */
INLINE s32 nr_at(struct pid *pid, u32 level) {
  return READ(upid_at(pid, level), nr);
}

/* A set of capabilities of a task; scap has the kernel's bits. */
#define CAPABILITIES(task, set)                                                                                     \
  ({                                                                                                                \
    u64 bits_ = 0;                                                                                                  \
    bpf_probe_read_kernel(&bits_, sizeof(bits_), (void *)(task)->cred + FIELD_OFFSET(struct cred, set));            \
    bits_;                                                                                                          \
  })
