/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "bpf.h"
#include "record.h"

enum { MAX_SYSCALLS = 512, MAX_TYPES = 454, MAX_CARRIED_CALLS = 32, MAX_SCOPE = 65536 };

/*
 * What user space sets and changes while the programs run: the only content of .bss, which it maps into its memory.
 * packages/sensor/src/live/control.ts knows the same layout.
 */
struct control {
  /* By system call: see syscall.h; 0: not wanted. */
  u32 routes[MAX_SYSCALLS];
  u32 compat_routes[MAX_SYSCALLS];
  /* The same for the calls that socketcall and ipc of 32-bit processes carry. */
  u32 socketcall_routes[MAX_CARRIED_CALLS];
  u32 ipc_routes[MAX_CARRIED_CALLS];
  u32 is_exec_wanted, is_exit_wanted;
  /* Not 0 when the reader sleeps: the next event wakes it. */
  u32 is_reader_waiting;
  u32 scope;    /* SCOPE_* bits; 0: everything */
  u32 own_tgid; /* the sensor, which is never recorded; 0 for none */
  u32 cpus_per_ring;
  u32 page_kb;
  u32 snap_length; /* bytes recorded of data that is sent or received */
  u32 evidence, evidence_window_s; /* see evidence.h; 0: nothing is told beside what rules want */
  u64 boot_epoch_ns;
  u32 scope_turn; /* counted by the programs: a process has left the scope */
} control;

enum { SCOPE_TGIDS = 1, SCOPE_FOLLOW = 2, SCOPE_CGROUPS = 4, SCOPE_MOUNT_NS = 8 };

/* Counts of one CPU; mapped into user space's memory. */
struct cpu_counters {
  u64 offered; /* events given to the ring: the sequence number of the next */
  u64 preempted; /* events of a program that came upon another one's half-made event */
  u64 lost[MAX_TYPES];
  u64 repeated; /* uses of files that have been told as evidence before */
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1); /* number of CPUs, set before loading */
  __type(key, u32);
  __type(value, struct cpu_counters);
} counters SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1); /* number of CPUs, set before loading */
  __type(key, u32);
  __type(value, struct scratch);
} scratches SEC(".maps");

/* Processes in scope. */
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, MAX_SCOPE);
  __type(key, u32);
  __type(value, u8);
} scope_tgids SEC(".maps");

/* Control groups (version 2) and mount namespaces in scope. */
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4096);
  __type(key, u64);
  __type(value, u8);
} scope_groups SEC(".maps");

struct ring {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 65536); /* of this form; those that user space makes are larger. A multiple of any page size. */
};

/* A ring for each group of `cpus_per_ring` CPUs; user space puts them in. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, 1); /* number of rings, set before loading */
  __type(key, u32);
  __uint(value_size, sizeof(u32));
  __array(values, struct ring);
} rings SEC(".maps");

INLINE struct scratch *scratch_of_cpu(void) {
  u32 cpu = bpf_get_smp_processor_id();
  return bpf_map_lookup_elem(&scratches, &cpu);
}

/* The bound is the verifier's: where clang knows the types that there can be, it would leave it out. */
INLINE void count_lost(struct cpu_counters *counts, u32 type) {
  OPAQUE(type);
  counts->lost[type < MAX_TYPES ? type : 0]++;
}

/* A pointer that the verifier knows the type of, as the number that functions verified on their own take. */
INLINE u64 address_of(struct scratch *s, const void *pointer) {
  *(volatile u64 *)&s->address = (u64)pointer;
  return *(volatile u64 *)&s->address;
}
