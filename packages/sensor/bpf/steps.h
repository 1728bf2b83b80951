/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Carrying out the rows of the table. */
#include "events/vector.h"
#include "memory.h"
#include "poll.h"
#include "syscall.h"
#include "table.h"

/* Bits of flags that scap knows where they are the kernel's own. */
INLINE u32 mask_of(u32 type) {
  switch (type) {
    case SYSCALL_UNLINKAT_2_X:
      return 0x200;
    case SYSCALL_LINKAT_2_X:
      return 0x1400;
    default:
      return 0xffffffff;
  }
}

/* MS_MGC_VAL, which old programs put into the upper half of the flags of mount. */
INLINE u32 without_magic(u32 type, u32 flags) {
  return type == SYSCALL_MOUNT_X && (flags & 0xffff0000) == 0xc0ed0000 ? flags & 0xffff : flags;
}

INLINE int push_number(struct scratch *s, u32 step, u64 value) {
  switch (step) {
    case FD:
      return push_s32_as_s64(s, value);
    case S32_OF:
    case U32_OF:
      return push_u32(s, value);
    case U64_OF:
      return push_u64(s, value);
    case U16_OF:
      return push_u16(s, value);
    case U8_OF:
      return push_u8(s, value);
    case ZERO64:
      return push_u64(s, 0);
    case ZERO32:
      return push_u32(s, 0);
    case ZERO8:
      return push_u8(s, 0);
    case VM_SIZE:
      return push_u32(s, vm_size(current_task()->mm));
    case VM_RSS:
      return push_u32(s, vm_rss(current_task()->mm));
    case VM_SWAP:
      return push_u32(s, vm_swap(current_task()->mm));
    default:
      return push_empty(s);
  }
}

INLINE int push_flags(struct scratch *s, u32 step, u64 value) {
  switch (step) {
    case BITS:
      return push_u32(s, without_magic(s->type, value) & mask_of(s->type));
    case MODE:
      return push_u32(s, value & 07777);
    case DESCRIPTOR_FLAGS16:
      return push_u16(s, scap_descriptor_flags(value));
    case DESCRIPTOR_FLAGS32:
      return push_u32(s, scap_descriptor_flags(value));
    case CLONE_FLAGS:
      return push_u32(s, scap_clone_flags(value));
    case PROTECTION:
      return push_u32(s, scap_protection(value));
    case FCHOWNAT:
      return push_u32(s, TRANSLATE(fchownat_flags, value));
    case MODULE_FLAGS:
      return push_u32(s, TRANSLATE(module_flags, value));
    case CLOSE_ON_EXEC_BIT:
      return push_u32(s, value & O_CLOEXEC ? 1 : 0);
    case NONBLOCK_BIT:
      return push_u32(s, value & O_NONBLOCK ? 1 : 0);
    case FUTEX:
      return push_u16(s, scap_futex_operation(value));
    case WHENCE:
      return push_u8(s, value <= SEEK_END ? value : 0);
    case SEMAPHORE_FLAGS:
      return push_u32(s, TRANSLATE(semaphore_flags, value));
    default:
      return push_u8(s, scap_fcntl_command(value));
  }
}

/* What stands in the memory of the process. */
INLINE int push_pointed(struct scratch *s, u32 step, u32 argument) {
  u64 from = argument < 6 ? s->args[argument] : 0, count = argument < 5 ? s->args[argument + 1] : 0;
  switch (step) {
    case VECTOR_IN:
      return push_vector(s, from, count, s->result);
    case VECTOR_OUT:
      return push_vector(s, from, count, s->result < 0 ? (s64)vector_size(s, from, count) : s->result);
    case VECTOR_SIZE:
      return push_u32(s, vector_size(s, from, count));
    case TIME_AT:
      return push_u64(s, time_at(s, from));
    case U32_AT:
      return push_u32(s, user_u32(from) & (s->form == SHORT_RESULTS ? 0xffff : 0xffffffff));
    default:
      return push_polled(s, from, count);
  }
}

GLOBAL int push_step(struct scratch *s, u32 step, u32 argument) {
  if (!s) {
    return 0;
  }
  u64 value = argument < 6 ? s->args[argument] : 0;
  if (step == RESULT) {
    return push_u64(s, s->result);
  }
  if (step == NOTHING) {
    return 0;
  }
  if (step == TRANSFERRED || step == RESULT32) {
    return push_u32(s, step == TRANSFERRED && s->result < 0 ? 0 : s->result);
  }
  if (step == TEXT || step == TEXT_OUT) {
    return step == TEXT_OUT && s->result < 0 ? push_empty(s) : push_user_text(s, value);
  }
  if (step == DATA_IN || step == DATA_OUT || step == DATA_SIZED) {
    s64 length = s->result;
    if (step == DATA_SIZED || (length < 0 && step == DATA_OUT)) {
      length = argument < 5 ? s->args[argument + 1] : 0;
    }
    return push_data(s, value, length);
  }
  if ((step >= VECTOR_IN && step <= VECTOR_SIZE) || (step >= TIME_AT && step <= POLLED)) {
    return push_pointed(s, step, argument);
  }
  if (step >= BITS && step <= SEMAPHORE_FLAGS) {
    return push_flags(s, step, value);
  }
  return push_number(s, step, value);
}

/* False when the table has no such event. */
GLOBAL int fill_row(struct scratch *s) {
  if (!s) {
    return 0;
  }
  const struct row *row = &rows[s->type & 511];
  if (row->steps[0].step == END && row->count == 0) {
    return 0;
  }
  set_parameter_count(s, row->count);
  for (u32 i = 0; i < MAX_STEPS_OF_ROW && row->steps[i].step != END; i++) {
    push_step(s, row->steps[i].step, row->steps[i].argument);
  }
  return 1;
}
