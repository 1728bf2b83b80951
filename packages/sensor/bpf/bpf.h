/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* What the kernel's own header of helpers would give: the helpers that are called, by their numbers, and CO-RE. */
#include "kernel.h"

#define SEC(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
/* Verified once, on its own, whoever calls it. */
#define GLOBAL __attribute__((noinline))
#define __uint(name, value) int(*name)[value]
#define __type(name, value) typeof(value) *name
#define __array(name, value) typeof(value) *name[]

enum {
  BPF_MAP_TYPE_HASH = 1,
  BPF_MAP_TYPE_LRU_HASH = 9,
  BPF_MAP_TYPE_ARRAY = 2,
  BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
  BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_F_MMAPABLE = 1 << 10 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*bpf_map_update_elem)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static long (*bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static u32 (*bpf_get_smp_processor_id)(void) = (void *)8;
static u64 (*bpf_get_current_pid_tgid)(void) = (void *)14;
static u64 (*bpf_get_current_cgroup_id)(void) = (void *)80;
static long (*bpf_probe_read_user)(void *to, u32 size, const void *from) = (void *)112;
static long (*bpf_probe_read_kernel)(void *to, u32 size, const void *from) = (void *)113;
static long (*bpf_probe_read_user_str)(void *to, u32 size, const void *from) = (void *)114;
static long (*bpf_probe_read_kernel_str)(void *to, u32 size, const void *from) = (void *)115;
static u64 (*bpf_get_current_ancestor_cgroup_id)(int level) = (void *)123;
static u64 (*bpf_ktime_get_boot_ns)(void) = (void *)125;
static long (*bpf_ringbuf_output)(void *ring, void *from, u64 size, u64 flags) = (void *)130;
static struct task_struct *(*bpf_get_current_task_btf)(void) = (void *)158;
static long (*bpf_task_pt_regs)(struct task_struct *task) = (void *)175;
static long (*bpf_loop)(u32 count, void *callback, void *context, u64 flags) = (void *)181;

/* Keeps clang from deriving again a bound that the verifier then cannot see. */
#define OPAQUE(value) asm volatile("" : "+r"(value))

/* A member of a type behind a pointer that the verifier does not know. */
#define READ(pointer, member)                                                                                       \
  ({                                                                                                                \
    typeof((pointer)->member) value_ = {0};                                                                         \
    bpf_probe_read_kernel(&value_, sizeof(value_), __builtin_preserve_access_index(&(pointer)->member));            \
    value_;                                                                                                         \
  })
#define FIELD_EXISTS(field) __builtin_preserve_field_info(field, 2)
#define FIELD_OFFSET(type, member) __builtin_preserve_field_info(((type *)0)->member, 0)
#define TYPE_SIZE(type) __builtin_preserve_type_info(*(type *)0, 1)
#define ENUM_EXISTS(type, value) __builtin_preserve_enum_value(*(typeof(enum type) *)value, 0)
#define ENUM_VALUE(type, value) __builtin_preserve_enum_value(*(typeof(enum type) *)value, 1)
#define TYPE_EXISTS(type) __builtin_preserve_type_info(*(type *)0, 0)

extern void *bpf_rdonly_cast(const void *address, u32 type) __attribute__((section(".ksyms"), weak));

/*
 * Kernels that know this type (6.3) let programs read where they say what lies there: a single instruction. To the others
 * that branch is dead, and a helper reads, which takes ten times as long.
 */
#define HAS_CASTS TYPE_EXISTS(struct bpf_rb_node)

/*
 * A task that is to be read. From a pointer that it trusts, a newer verifier follows another one only after it has looked
 * through the names of all types of the kernel for what is said of this structure, again and again: nearly half of the
 * time in which the programs are checked. What has been cast it does not trust, and lets be read all the same.
 */
INLINE struct task_struct *readable(struct task_struct *task) {
  if (HAS_CASTS) {
    return bpf_rdonly_cast(task, __builtin_btf_type_id(*(struct task_struct *)0, 1));
  }
  return task;
}

INLINE struct task_struct *current_task(void) {
  return readable(bpf_get_current_task_btf());
}

/* The task at an address that the current one has been found at: asking for it again takes longer. */
INLINE struct task_struct *task_at(u64 address) {
  return HAS_CASTS ? bpf_rdonly_cast((void *)address, __builtin_btf_type_id(*(struct task_struct *)0, 1)) : current_task();
}

/* Eight bytes of the kernel's memory, whatever they are; 0 where there is nothing. */
INLINE u64 word_at(u64 address) {
  if (HAS_CASTS) {
    struct timespec64 *words = bpf_rdonly_cast((void *)address, __builtin_btf_type_id(*(struct timespec64 *)0, 1));
    return words->tv_sec;
  }
  u64 word = 0;
  bpf_probe_read_kernel(&word, sizeof(word), (void *)address);
  return word;
}

/* A member of eight bytes. */
#define WORD_OF(type, address, member) word_at((u64)(address) + FIELD_OFFSET(type, member))
