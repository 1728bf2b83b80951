/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Which processes are watched at all. */
#include "event-types.h"
#include "maps.h"

enum { CGROUP_LEVELS = 8 };

INLINE bool has_group(u64 id) {
  return bpf_map_lookup_elem(&scope_groups, &id) != 0;
}

/* The cgroup of the current process or one above it. */
GLOBAL int is_cgroup_in_scope(void) {
  if (has_group(bpf_get_current_cgroup_id())) {
    return 1;
  }
  for (int level = 1; level < CGROUP_LEVELS; level++) {
    u64 id = bpf_get_current_ancestor_cgroup_id(level);
    if (id == 0) {
      return 0;
    }
    if (has_group(id)) {
      return 1;
    }
  }
  return 0;
}

/* Calls come in rows: a process that has just been found is not looked up again until one has left the scope. */
INLINE bool is_process_in_scope(u32 tgid) {
  struct scratch *s = scratch_of_cpu();
  u32 turn = control.scope_turn + 1;
  if (!s || (s->scope_tgid == tgid && s->scope_turn == turn)) {
    return s != 0;
  }
  if (!bpf_map_lookup_elem(&scope_tgids, &tgid)) {
    return false;
  }
  s->scope_tgid = tgid;
  s->scope_turn = turn;
  return true;
}

INLINE bool is_in_scope(struct task_struct *task) {
  u32 scope = control.scope;
  u32 tgid = task->tgid;
  if (scope == 0) {
    return tgid != control.own_tgid;
  }
  if ((scope & SCOPE_TGIDS) && is_process_in_scope(tgid)) {
    return true;
  }
  if ((scope & SCOPE_MOUNT_NS) && has_group(task->nsproxy->mnt_ns->ns.inum)) {
    return tgid != control.own_tgid;
  }
  if ((scope & SCOPE_CGROUPS) && is_cgroup_in_scope()) {
    return tgid != control.own_tgid;
  }
  return false;
}

/* More processes than the scope has room for: what this one does is not seen, and that is told as a lost event. */
INLINE void count_unfollowed(void) {
  u32 cpu = bpf_get_smp_processor_id();
  struct cpu_counters *counts = bpf_map_lookup_elem(&counters, &cpu);
  if (counts) {
    counts->offered++;
    count_lost(counts, SYSCALL_CLONE_20_X);
  }
}

/* What a process of the scope starts belongs to it, whoever becomes its parent later. */
INLINE void follow_fork(struct task_struct *parent, struct task_struct *child) {
  u32 from = parent->tgid, to = child->tgid;
  if (!(control.scope & SCOPE_FOLLOW) || from == to || !bpf_map_lookup_elem(&scope_tgids, &from)) {
    return;
  }
  u8 one = 1;
  if (bpf_map_update_elem(&scope_tgids, &to, &one, 0)) {
    count_unfollowed();
  }
}

INLINE void leave_scope(struct task_struct *task) {
  u32 tgid = task->tgid;
  if ((control.scope & SCOPE_TGIDS) && task->signal->live.counter == 0) {
    bpf_map_delete_elem(&scope_tgids, &tgid);
    __sync_fetch_and_add(&control.scope_turn, 1);
  }
}
