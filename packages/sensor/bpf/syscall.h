/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Number and arguments of a system call, by architecture. */
#include "maps.h"
#include "push.h"

/*
 * A route: the event type, above it how the arguments have to be arranged, above that the number in scap's list.
 * packages/sensor/src/live/routes.ts makes them.
 */
enum { TYPE_OF_ROUTE = 0xfff };
INLINE u32 form_of(u32 route) {
  return route >> 12 & 15;
}

/* Forms that 32-bit processes give their arguments. */
enum form {
  PLAIN,
  SOCKETCALL,       /* socketcall of x86, which carries the socket calls */
  IPC,              /* ipc of x86, which carries the calls of System V */
  POINTED,          /* the first argument points to them all */
  SHORT_IDS,        /* ids have 16 bits */
  SHORT_OWNER,      /* the same, behind a path or descriptor */
  SPLIT_POSITION,   /* the fourth and the fifth are the halves of a position */
  ALIGNED_POSITION, /* the fifth and the sixth are */
  LONG_OFFSET,      /* the third points to 64 bits */
  SIGNED_OFFSET,    /* the second has a sign */
  SHORT_RESULTS,    /* ids that the call writes have 16 bits */
};

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

INLINE u32 first_argument(struct pt_regs *registers) {
  return registers->bx;
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

INLINE u32 first_argument(struct pt_regs *registers) {
  return registers->orig_x0;
}
#endif

INLINE struct pt_regs *registers_of(struct task_struct *task) {
  return (struct pt_regs *)bpf_task_pt_regs(task);
}

/* The route of the call that another one carries; 0 when it is not wanted, or none. */
INLINE u32 carried_route(u32 form, u32 call) {
  /* The upper half of a call of ipc is a version. */
  u32 number = form == IPC ? call & 0xffff : call;
  if (number >= MAX_CARRIED_CALLS) {
    return 0;
  }
  OPAQUE(number);
  number &= MAX_CARRIED_CALLS - 1;
  return form == IPC ? control.ipc_routes[number] : control.socketcall_routes[number];
}

INLINE void read_pointed(struct scratch *s, u64 from) {
  u32 values[6] = {};
  bpf_probe_read_user(values, sizeof(values), (void *)from);
  for (int i = 0; i < 6; i++) {
    s->args[i] = values[i];
  }
}

enum { IPC_SEMOP = 1, IPC_SEMCTL = 3, IPC_SEMTIMEDOP = 4 };

/*
 * ipc has a call, three numbers, a pointer and one more for some of the calls. Those whose events have no parameters are
 * left as they are.
 */
INLINE void arrange_ipc(struct scratch *s) {
  u32 call = s->args[0] & 0xffff;
  u64 second = s->args[2], third = s->args[3], pointer = s->args[4];
  bool is_operation = call == IPC_SEMOP || call == IPC_SEMTIMEDOP;
  s->args[0] = s->args[1];
  s->args[1] = is_operation ? pointer : second;
  s->args[2] = is_operation ? second : third;
  s->args[3] = call == IPC_SEMCTL ? user_u32(pointer) : s->args[5];
}

/* -1 stands for none in both widths. */
INLINE u64 wide_id(u64 id) {
  return (u16)id == 0xffff ? 0xffffffff : (u16)id;
}

/* Gives the arguments the form that the call has in a process of 64 bits. */
GLOBAL int arrange_arguments(struct scratch *s, u32 form) {
  if (!s) {
    return 0;
  }
  switch (form) {
    case SOCKETCALL:
      read_pointed(s, s->args[1]);
      return 0;
    case IPC:
      arrange_ipc(s);
      return 0;
    case POINTED:
      read_pointed(s, s->args[0]);
      return 0;
    case SHORT_IDS:
      s->args[0] = wide_id(s->args[0]);
      s->args[1] = wide_id(s->args[1]);
      s->args[2] = wide_id(s->args[2]);
      return 0;
    case SHORT_OWNER:
      s->args[1] = wide_id(s->args[1]);
      s->args[2] = wide_id(s->args[2]);
      return 0;
    case SPLIT_POSITION:
      s->args[3] = (u32)s->args[3] | s->args[4] << 32;
      return 0;
    case ALIGNED_POSITION:
      s->args[3] = (u32)s->args[4] | s->args[5] << 32;
      return 0;
    case SIGNED_OFFSET:
      s->args[1] = (s64)(s32)s->args[1];
      return 0;
    default:
      return 0;
  }
}
