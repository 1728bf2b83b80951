/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Beginning an event and giving it to the ring. */
#include "events/open.h"
#include "evidence.h"
#include "keep.h"
#include "path.h"
#include "task.h"

/* 0 when the CPU's scratch is taken: the event that is being put together there has been preempted. */
INLINE struct scratch *begin_event(u32 type, bool is_compat) {
  struct scratch *s = scratch_of_cpu();
  if (!s) {
    return 0;
  }
  if (s->is_busy) {
    u32 cpu = bpf_get_smp_processor_id();
    struct cpu_counters *counts = bpf_map_lookup_elem(&counters, &cpu);
    if (counts) {
      /* It counts as offered and lost, so that the sequence shows the gap. */
      counts->offered++;
      counts->preempted++;
      count_lost(counts, type);
    }
    return 0;
  }
  s->is_busy = 1;
  s->type = type;
  s->parameter = 0;
  s->has_path = 0;
  s->noted_path = 0;
  s->late = 0;
  s->is_unsure = 0;
  s->is_kept = 0;
  s->is_compat = is_compat;
  s->header.flags = is_compat ? LANNER_COMPAT32 : 0;
  s->header.inode = 0;
  s->header.device = 0;
  s->header.file_type = 0;
  s->header.directory_lengths[0] = 0;
  s->header.directory_lengths[1] = 0;
  return s;
}

INLINE void fill_header(struct scratch *s, struct task_struct *task) {
  struct lanner_header *h = &s->header;
  h->tgid = task->tgid;
  h->parent_tgid = task->real_parent->tgid;
  h->start_time_ns = task->group_leader->start_boottime;
  h->cgroup_id = bpf_get_current_cgroup_id();
  h->mount_ns = task->nsproxy->mnt_ns->ns.inum;
  h->pid_ns = pid_ns_inum(task);
  h->uid = task->cred->uid.val;
  h->login_uid = task->loginuid.val;
}

INLINE void fill_scap_header(struct scratch *s, struct task_struct *task, u32 length) {
  *(u64 *)s->data = bpf_ktime_get_boot_ns() + control.boot_epoch_ns;
  *(s64 *)(s->data + SCAP_TID) = task->pid;
  *(u32 *)(s->data + SCAP_LENGTH) = length;
  *(u16 *)(s->data + SCAP_TYPE) = s->type;
  *(u32 *)(s->data + SCAP_COUNT) = s->parameter;
}

/* Appends the path that has been built last, at most so long that there is room for more; gives its length. */
GLOBAL int append_built(struct scratch *s, u32 at) {
  if (!s || at > DATA_SIZE) {
    return 0;
  }
  u32 from = s->path.at;
  OPAQUE(from);
  from &= PATH_SIZE - 1;
  u32 length = PATH_SIZE - 1 - from;
  OPAQUE(length);
  length &= PATH_SIZE - 1;
  bpf_probe_read_kernel(s->data + at, length, s->path.text + from);
  return length;
}

/* Appends the path of the event's file; gives the length of what is recorded behind the header. */
INLINE u32 append_path(struct scratch *s) {
  u32 at = s->cursor;
  s->header.path_length = 0;
  if (!s->has_path) {
    return at;
  }
  if (s->noted_path) {
    build_path(s, s->noted_path);
  }
  u32 length = append_built(s, at);
  s->header.path_length = length;
  return at + length;
}

/* Appends the directories that relative paths of the event start from. */
GLOBAL int append_directories(struct scratch *s, u32 at) {
  if (!s) {
    return 0;
  }
  const struct path_place *places = path_places[s->type & 511];
  for (u32 i = 0; i < PATH_PLACES; i++) {
    u32 path = places[i].path;
    if (path == 0) {
      break;
    }
    u32 start = parameter_at(s, path - 1);
    bool is_there = *(u16 *)(s->data + SCAP_HEADER + 2 * ((path - 1) & 31)) != 0;
    /* Where a change of the directory leads is what counts, whatever its name. */
    bool is_change = s->type == SYSCALL_CHDIR_X || s->type == SYSCALL_FCHDIR_X;
    if (!is_change && (!is_there || s->data[start & (DATA_SIZE - 1)] == '/')) {
      continue;
    }
    u64 directory = is_change ? directory_path(s, CURRENT_DIRECTORY) : directory_of_path(s, path - 1);
    if (!directory) {
      continue;
    }
    build_path(s, directory);
    u32 from = s->path.at;
    OPAQUE(from);
    if (s->path.text[from & (PATH_SIZE - 1)] != '/') {
      continue;
    }
    u32 length = append_built(s, at);
    s->header.directory_lengths[i] = length;
    at += length;
  }
  return at;
}

INLINE void send(struct scratch *s, u32 cpu, struct cpu_counters *counts, u32 length) {
  u32 group = cpu / (control.cpus_per_ring ? control.cpus_per_ring : 1);
  void *ring = bpf_map_lookup_elem(&rings, &group);
  u64 wake = BPF_RB_NO_WAKEUP;
  if (control.is_reader_waiting) {
    control.is_reader_waiting = 0;
    wake = BPF_RB_FORCE_WAKEUP;
  }
  s->header.sequence = counts->offered++;
  s->header.cpu = cpu;
  OPAQUE(length);
  length &= 0xffff;
  if (length > DATA_SIZE + DATA_ROOM) {
    length = DATA_SIZE + DATA_ROOM;
  }
  if (!ring || bpf_ringbuf_output(ring, &s->header, sizeof(s->header) + length, wake)) {
    count_lost(counts, s->type);
  }
}

/* `task` is who the event is about: the current one, or the child that it has just made. */
INLINE void end_event(struct scratch *s, struct task_struct *task) {
  s->kept.size = 0;
  u32 cpu = bpf_get_smp_processor_id();
  struct cpu_counters *counts = bpf_map_lookup_elem(&counters, &cpu);
  /* Nothing at the cursor: a type that has no parameters here. */
  if (counts && s->cursor) {
    fill_header(s, task);
    s->header.scap_length = s->cursor;
    fill_scap_header(s, task, s->cursor);
    u32 used = used_descriptors[s->type & 511];
    if (used && !s->has_path) {
      note_used(s, used - 1);
    }
    u32 end = append_path(s);
    if (path_places[s->type & 511][0].path) {
      end = append_directories(s, end);
    }
    send(s, cpu, counts, end);
  }
  s->is_busy = 0;
}

/* The same for what a rule or the state may not want. The life of processes is always wanted. */
INLINE void end_call(struct scratch *s, struct task_struct *task) {
  if (s->cursor && !s->is_kept && !keep_event(s) && !is_evidence(s)) {
    s->is_busy = 0;
    return;
  }
  if (s->late) {
    complete_open(s);
    if (s->is_unsure && !keep_event(s) && !is_evidence(s)) {
      s->is_busy = 0;
      return;
    }
  }
  end_event(s, task);
}
