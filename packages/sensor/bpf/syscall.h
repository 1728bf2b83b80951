/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Number and arguments of a system call, by architecture. */
#include "maps.h"

/* What compat routes have for socketcall, which carries the socket calls of 32-bit x86. */
enum { SOCKETCALL = 0xffff };

#if defined(__TARGET_ARCH_x86)
enum { TS_COMPAT = 2, X32_BIT = 0x40000000 };

INLINE bool is_compat_task(struct task_struct *task) {
  return task->thread_info.status & TS_COMPAT;
}

/* x32 calls have the numbers of 64-bit ones, with a bit. */
INLINE u32 number_of(struct pt_regs *registers) {
  return (u32)registers->orig_ax & ~X32_BIT;
}

INLINE void read_arguments(struct scratch *s, struct pt_regs *registers) {
  if (s->is_compat) {
    s->args[0] = (u32)registers->bx;
    s->args[1] = (u32)registers->cx;
    s->args[2] = (u32)registers->dx;
    s->args[3] = (u32)registers->si;
    s->args[4] = (u32)registers->di;
    s->args[5] = (u32)registers->bp;
    return;
  }
  s->args[0] = registers->di;
  s->args[1] = registers->si;
  s->args[2] = registers->dx;
  s->args[3] = registers->r10;
  s->args[4] = registers->r8;
  s->args[5] = registers->r9;
}

INLINE u64 socket_call(struct pt_regs *registers) {
  return (u32)registers->bx;
}
#else
enum { TIF_32BIT = 1 << 22 };

INLINE bool is_compat_task(struct task_struct *task) {
  return task->thread_info.flags & TIF_32BIT;
}

INLINE u32 number_of(struct pt_regs *registers) {
  return registers->syscallno;
}

INLINE void read_arguments(struct scratch *s, struct pt_regs *registers) {
  u64 mask = s->is_compat ? 0xffffffff : ~0ull;
  s->args[0] = registers->orig_x0 & mask;
  s->args[1] = registers->user_regs.regs[1] & mask;
  s->args[2] = registers->user_regs.regs[2] & mask;
  s->args[3] = registers->user_regs.regs[3] & mask;
  s->args[4] = registers->user_regs.regs[4] & mask;
  s->args[5] = registers->user_regs.regs[5] & mask;
}

INLINE u64 socket_call(struct pt_regs *registers) {
  return registers->orig_x0;
}
#endif

INLINE struct pt_regs *registers_of(struct task_struct *task) {
  return (struct pt_regs *)bpf_task_pt_regs(task);
}

/* The arguments of a call behind socketcall are an array in the process. */
INLINE void read_socket_call(struct scratch *s) {
  u32 values[6] = {};
  bpf_probe_read_user(values, sizeof(values), (void *)s->args[1]);
  for (int i = 0; i < 6; i++) {
    s->args[i] = values[i];
  }
}
