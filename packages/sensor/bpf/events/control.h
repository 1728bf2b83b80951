/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Processes that control themselves or others: ptrace, prctl, capabilities, limits, mappings. */
#include "event-types.h"
#include "../file.h"
#include "../flags.h"
#include "../memory.h"
#include "../task.h"

/* Kinds of a dynamic parameter of ptrace. */
enum { PTRACE_NUMBER = 0, PTRACE_SIGNAL = 1 };
enum { PTRACE_PEEKTEXT = 1, PTRACE_PEEKUSR = 3, PTRACE_CONT = 7, PTRACE_SINGLESTEP = 9, PTRACE_DETACH = 17,
       PTRACE_SYSCALL = 24 };

INLINE int push_dynamic_u64(struct scratch *s, u64 value) {
  u32 at = CURSOR(s);
  s->data[at] = PTRACE_NUMBER;
  *(u64 *)(s->data + at + 1) = value;
  end_parameter(s, 9);
  return 0;
}

INLINE int push_dynamic_signal(struct scratch *s, u64 value) {
  u32 at = CURSOR(s);
  s->data[at] = PTRACE_SIGNAL;
  s->data[at + 1] = value;
  end_parameter(s, 2);
  return 0;
}

GLOBAL int fill_ptrace(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u64 request = s->args[0], data = s->args[3];
  set_parameter_count(s, SYSCALL_PTRACE_X_PARAMS);
  push_u64(s, s->result);
  if (s->result < 0) {
    push_empty(s);
    push_empty(s);
  } else {
    push_dynamic_u64(s, s->args[2]);
    if (request == PTRACE_CONT || request == PTRACE_SINGLESTEP || request == PTRACE_DETACH ||
        request == PTRACE_SYSCALL) {
      push_dynamic_signal(s, data);
    } else {
      push_dynamic_u64(s, request >= PTRACE_PEEKTEXT && request <= PTRACE_PEEKUSR ? user_word(s, data) : data);
    }
  }
  push_u16(s, scap_ptrace_request(request));
  return push_s32_as_s64(s, s->args[1]);
}

enum { PR_SET_NAME = 15, PR_GET_NAME = 16, PR_GET_CHILD_SUBREAPER = 37 };

GLOBAL int fill_prctl(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 option = s->args[0];
  set_parameter_count(s, SYSCALL_PRCTL_X_PARAMS);
  push_u64(s, s->result);
  push_u32(s, option);
  if (option == PR_SET_NAME || option == PR_GET_NAME) {
    push_user_text(s, s->args[1]);
    return push_u64(s, 0);
  }
  push_empty(s);
  return push_u64(s, option == PR_GET_CHILD_SUBREAPER ? user_u32(s->args[1]) : s->args[1]);
}

GLOBAL int fill_capset(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct task_struct *task = current_task();
  set_parameter_count(s, SYSCALL_CAPSET_X_PARAMS);
  push_u64(s, s->result);
  push_u64(s, CAPABILITIES(task, cap_inheritable));
  push_u64(s, CAPABILITIES(task, cap_permitted));
  return push_u64(s, CAPABILITIES(task, cap_effective));
}

/* Two limits at an address of the process, or -1 twice without one. */
INLINE void push_limits(struct scratch *s, u64 from, u32 word) {
  push_u64(s, !from ? ~0ull : word == 4 ? user_u32(from) : user_u64(from));
  push_u64(s, !from ? ~0ull : word == 4 ? user_u32(from + 4) : user_u64(from + 8));
}

INLINE u8 resource_of(u64 resource) {
  return resource < 16 ? resource : 255;
}

/* getrlimit and setrlimit; prlimit has other limits beside them, and a process. */
GLOBAL int fill_limits(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 word = s->is_compat ? 4 : 8;
  set_parameter_count(s, SYSCALL_SETRLIMIT_X_PARAMS);
  push_u64(s, s->result);
  push_limits(s, s->args[1], word);
  return push_u8(s, resource_of(s->args[0]));
}

GLOBAL int fill_prlimit(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, SYSCALL_PRLIMIT_X_PARAMS);
  push_u64(s, s->result);
  push_limits(s, s->args[2], 8);
  push_limits(s, s->result < 0 ? 0 : s->args[3], 8);
  push_s32_as_s64(s, s->args[0]);
  return push_u8(s, resource_of(s->args[1]));
}

enum { MAP_ANONYMOUS = 0x20 };

/* The file of an executable mapping is noted: it is evidence that its code runs. */
GLOBAL int fill_mmap(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct mm_struct *mm = current_task()->mm;
  s64 fd = (s32)s->args[4];
  if ((s->args[2] & PROT_EXEC) && !(s->args[3] & MAP_ANONYMOUS) && (s->result >= 0 || s->result < -4095)) {
    note_descriptor(s, fd);
  }
  set_parameter_count(s, SYSCALL_MMAP_X_PARAMS);
  push_u64(s, s->result);
  push_u32(s, vm_size(mm));
  push_u32(s, vm_rss(mm));
  push_u32(s, vm_swap(mm));
  push_u64(s, s->args[0]);
  push_u64(s, s->args[1]);
  push_u32(s, scap_protection(s->args[2]));
  push_u32(s, scap_mmap_flags(s->args[3]));
  push_u64(s, fd);
  return push_u64(s, s->args[5]);
}

/* A system call without an event of its own. */
GLOBAL int fill_generic(struct scratch *s) {
  if (!s) {
    return 0;
  }
  set_parameter_count(s, GENERIC_X_PARAMS);
  push_u16(s, s->sc);
  return push_u16(s, s->native_nr);
}
