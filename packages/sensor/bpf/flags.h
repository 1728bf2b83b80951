/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Flags of system calls as scap numbers them. */
#include "bpf.h"

struct flag {
  u32 native, scap;
};

#define TRANSLATE(table, value)                                                                                     \
  ({                                                                                                                \
    u32 scap_ = 0;                                                                                                  \
    _Pragma("unroll") for (u32 i_ = 0; i_ < sizeof(table) / sizeof(table[0]); i_++) {                               \
      if ((value) & table[i_].native) {                                                                             \
        scap_ |= table[i_].scap;                                                                                    \
      }                                                                                                             \
    }                                                                                                               \
    scap_;                                                                                                          \
  })

#if defined(__TARGET_ARCH_x86)
enum { O_DIRECT = 0x4000, O_LARGEFILE = 0x8000, O_DIRECTORY = 0x10000 };
#else
enum { O_DIRECT = 0x10000, O_LARGEFILE = 0x20000, O_DIRECTORY = 0x4000 };
#endif
enum { O_CREAT = 0x40, O_TMPFILE = 0x400000, O_CLOEXEC = 0x80000, O_NONBLOCK = 0x800 };
enum { SCAP_CREATED = 1 << 14, SCAP_UPPER = 1 << 15, SCAP_LOWER = 1 << 16 };
enum { SCAP_OF_FILE = SCAP_CREATED | SCAP_UPPER | SCAP_LOWER }; /* bits of opening that the file adds */

static const struct flag open_flags[] = {
    {O_CREAT, 4},         {0x400, 8},     {0x1000, 16},      {0x80, 32},          {O_NONBLOCK, 64},
    {0x100000, 128},      {0x200, 256},   {O_DIRECT, 512},   {O_DIRECTORY, 1024}, {O_LARGEFILE, 2048},
    {O_CLOEXEC, 4096},    {O_TMPFILE, 8192},
};

GLOBAL int scap_open_flags(u64 flags) {
  /* 0, 1, 2 are reading, writing and both; scap has a bit for each of the two. */
  return TRANSLATE(open_flags, flags) | (((flags & 3) + 1) & 3);
}

static const struct flag descriptor_flags[] = {{O_NONBLOCK, 64}, {O_DIRECT, 512}, {O_CLOEXEC, 4096}};

GLOBAL int scap_descriptor_flags(u64 flags) {
  return TRANSLATE(descriptor_flags, flags);
}

static const struct flag clone_flags[] = {
    {0x100, 1 << 15},     {0x200, 1 << 1},      {0x400, 1 << 0},       {0x800, 1 << 11},      {0x2000, 1 << 10},
    {0x4000, 1 << 27},    {0x8000, 1 << 8},     {0x10000, 1 << 13},    {0x20000, 1 << 5},     {0x40000, 1 << 12},
    {0x80000, 1 << 25},   {0x100000, 1 << 9},   {0x200000, 1 << 23},   {0x800000, 1 << 14},   {0x1000000, 1 << 24},
    {0x2000000, 1 << 28}, {0x4000000, 1 << 7},  {0x8000000, 1 << 3},   {0x10000000, 1 << 20}, {0x20000000, 1 << 6},
    {0x40000000, 1 << 4}, {0x80000000, 1 << 2},
};
enum { CLONE_VFORK = 0x4000, CLONE_VM = 0x100, SCAP_CHILD_IN_PIDNS = 1 << 29 };

GLOBAL int scap_clone_flags(u64 flags) {
  return TRANSLATE(clone_flags, flags);
}

static const struct flag mmap_flags[] = {
    {0x1, 1},      {0x2, 2},       {0x10, 4},      {0x20, 8},      {0x40, 16},      {0x4000, 64},
    {0x8000, 128}, {0x10000, 256}, {0x100, 512},   {0x800, 1024},  {0x1000, 2048},  {0x2000, 16384},
};

GLOBAL int scap_mmap_flags(u64 flags) {
  return TRANSLATE(mmap_flags, flags);
}

static const struct flag protection_flags[] = {{1, 1}, {2, 2}, {4, 4}, {8, 8}, {0x1000000, 16}, {0x2000000, 32}};
enum { PROT_EXEC = 4 };

GLOBAL int scap_protection(u64 flags) {
  return TRANSLATE(protection_flags, flags);
}

static const struct flag resolve_flags[] = {{1, 16}, {2, 4}, {4, 8}, {8, 1}, {16, 2}, {32, 32}};

GLOBAL int scap_resolve_flags(u64 flags) {
  return TRANSLATE(resolve_flags, flags);
}

static const struct flag fchownat_flags[] = {{0x100, 1024}, {0x1000, 4096}};
static const struct flag module_flags[] = {{0x200, 1}, {O_NONBLOCK, 2}};
static const struct flag io_uring_flags[] = {{1, 1}, {2, 2}, {4, 8}, {8, 16}, {16, 32}, {32, 64}, {64, 128}};

/* Commands of fcntl below 1024 and from there on; 0 stands for what scap has no number for. */
const u8 fcntl_commands[64] = {
    [0] = 1, [1] = 2, [2] = 3, [3] = 4, [4] = 5, [5] = 6, [6] = 8, [7] = 9, [8] = 10, [9] = 12, [10] = 13, [11] = 15,
    [12] = 17, [13] = 18, [14] = 19, [15] = 21, [16] = 22,
};
const u8 fcntl_own_commands[16] = {[0] = 23, [1] = 24, [2] = 27, [5] = 25, [6] = 26, [7] = 28, [8] = 29};

GLOBAL int scap_fcntl_command(u64 command) {
  if (command < 64) {
    return fcntl_commands[command];
  }
  u64 own = command - 1024;
  return own < 16 ? fcntl_own_commands[own] : 0;
}

/* Requests of ptrace up to 33 and from 0x4200 on. */
const u8 ptrace_requests[64] = {
    [0] = 1,   [1] = 2,   [2] = 3,   [3] = 4,   [4] = 5,   [5] = 6,   [6] = 7,   [7] = 8,   [8] = 9,   [9] = 10,
    [12] = 26, [13] = 27, [14] = 28, [15] = 29, [16] = 11, [17] = 12, [18] = 30, [19] = 31, [21] = 32, [24] = 13,
    [25] = 33, [26] = 34, [30] = 35, [31] = 36, [32] = 37, [33] = 38,
};

GLOBAL int scap_ptrace_request(u64 request) {
  if (request < 64) {
    return ptrace_requests[request];
  }
  /* PTRACE_SETOPTIONS to PTRACE_SETSIGMASK are in the same order in both. */
  u64 late = request - 0x4200;
  return late < 12 ? late + 14 : 0;
}

enum { SEEK_END = 2, FUTEX_LAST = 12, FUTEX_BITS = 0x180 };
static const struct flag semaphore_flags[] = {{0x200, 1 << 13}, {0x400, 1 << 14}};
static const struct flag operation_flags[] = {{0x800, 1}, {0x1000, 2}};
static const struct flag poll_flags[] = {
    {0x1, 1},    {0x2, 2},     {0x4, 4},      {0x2000, 8},  {0x8, 16},    {0x10, 32},
    {0x20, 64},  {0x40, 128},  {0x80, 256},   {0x100, 512}, {0x200, 1024},
};

/* Operations of futex have the kernel's numbers; whether it is private, and by which clock it waits, are bits. */
INLINE u16 scap_futex_operation(u64 operation) {
  u32 kind = operation & 127;
  return (kind <= FUTEX_LAST ? kind : 0) | (operation & FUTEX_BITS);
}

GLOBAL int scap_poll_flags(u64 flags) {
  return TRANSLATE(poll_flags, flags);
}

/* Commands of semctl; 0 stands for what scap has no bit for. */
const u16 semaphore_commands[32] = {
    [0] = 1 << 2,   [1] = 1 << 1,   [2] = 1 << 0,  [3] = 1 << 3,   [11] = 1 << 8,  [12] = 1 << 9,  [13] = 1 << 6,
    [14] = 1 << 7,  [15] = 1 << 10, [16] = 1 << 12, [17] = 1 << 11, [18] = 1 << 5, [19] = 1 << 4,
};

INLINE u16 scap_semaphore_command(u64 command) {
  u32 number = command & 0xffff;
  return number < 32 ? semaphore_commands[number & 31] : 0;
}
