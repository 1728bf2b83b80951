/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/*
 * Files in use, for who asks which of them really run or are read: an event that no rule wants is told once for each
 * file within a window. What rules want is never left out.
 */
#include "events/open.h"

/* Kinds of use, and bits of `evidence`. */
enum { EVIDENCE_MAPPING = 1, EVIDENCE_OPEN = 2 };

struct evidence_key {
  u64 inode;
  u32 device, mount_ns, kind, unused;
};

/* When each use was told last, in ns since boot. The one that was told longest ago goes when there are too many. */
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1); /* set before loading */
  __type(key, struct evidence_key);
  __type(value, u64);
} evidence_told SEC(".maps");

INLINE u32 evidence_kind(u32 type) {
  switch (type) {
    case SYSCALL_MMAP_X:
    case SYSCALL_MMAP2_X:
      return EVIDENCE_MAPPING;
    case SYSCALL_OPEN_X:
    case SYSCALL_OPENAT_2_X:
    case SYSCALL_OPENAT2_X:
    case SYSCALL_CREAT_X:
    case SYSCALL_OPEN_BY_HANDLE_AT_X:
      return EVIDENCE_OPEN;
    default:
      return 0;
  }
}

INLINE void count_repeated(void) {
  u32 cpu = bpf_get_smp_processor_id();
  struct cpu_counters *counts = bpf_map_lookup_elem(&counters, &cpu);
  if (counts) {
    counts->repeated++;
  }
}

/* Whether the event, which no rule wants, is to be told as evidence. */
GLOBAL int is_evidence(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 kind = evidence_kind(s->type);
  if (!(control.evidence & kind)) {
    return 0;
  }
  complete_open(s);
  /* Of mappings only executable ones of a file have it. */
  if (s->header.inode == 0) {
    return 0;
  }
  struct evidence_key key = {};
  key.inode = s->header.inode;
  key.device = s->header.device;
  key.mount_ns = current_task()->nsproxy->mnt_ns->ns.inum;
  key.kind = kind;
  u64 now = bpf_ktime_get_boot_ns();
  u64 *told = bpf_map_lookup_elem(&evidence_told, &key);
  if (told && now - *told < control.evidence_window_s * 1000000000ull) {
    count_repeated();
    return 0;
  }
  bpf_map_update_elem(&evidence_told, &key, &now, 0);
  s->header.flags |= LANNER_EVIDENCE;
  return 1;
}
