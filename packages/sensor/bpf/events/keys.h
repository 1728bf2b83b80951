/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Keys of the kernel's key rings, and semaphores: calls whose command says what the other arguments are. */
#include "event-types.h"
#include "../flags.h"
#include "../push.h"

enum { KEY_NUMBER = 0, KEY_TEXT = 1, KEY_OPERATIONS = 64, KEY_ARGUMENTS = 4 };

/* By operation: how many arguments it has behind its number, and which of them are texts, as bits. */
struct key_operation {
  u8 count, texts;
};
const struct key_operation key_operations[KEY_OPERATIONS] = {
    [0] = {2}, [1] = {1, 1}, [2] = {3}, [3] = {1}, [4] = {3}, [5] = {2}, [6] = {3}, [7] = {1}, [8] = {2}, [9] = {2},
    [10] = {4, 2 | 4}, [11] = {3}, [12] = {4}, [13] = {3}, [14] = {1}, [15] = {2}, [16] = {1}, [17] = {3}, [19] = {4},
    [20] = {4}, [21] = {1}, [22] = {2}, [23] = {4}, [24] = {3, 4}, [25] = {4, 2}, [26] = {4, 2}, [27] = {4, 2},
    [28] = {4, 2}, [29] = {3, 2 | 4}, [30] = {4}, [31] = {2}, [32] = {3},
};

GLOBAL int push_key_argument(struct scratch *s, u64 value, u32 is_text) {
  if (!s) {
    return 0;
  }
  u32 at = CURSOR(s);
  s->data[at] = is_text ? KEY_TEXT : KEY_NUMBER;
  if (!is_text) {
    *(u64 *)(s->data + at + 1) = value;
    end_parameter(s, 9);
    return 0;
  }
  s64 length = value ? bpf_probe_read_user_str(s->data + at + 1, PATH_SIZE, (void *)value) : 0;
  end_parameter(s, length < 0 ? 1 : 1 + length);
  return 0;
}

GLOBAL int fill_keyctl(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 number = s->args[0];
  const struct key_operation *operation = &key_operations[number & (KEY_OPERATIONS - 1)];
  u32 count = number < KEY_OPERATIONS ? operation->count : 0;
  set_parameter_count(s, SYSCALL_KEYCTL_X_PARAMS);
  push_u64(s, s->result);
  push_u32(s, number);
  /* Unrolled: the verifier of 6.1 takes no loop that is entered in the middle of a turn. */
#pragma unroll
  for (u32 i = 0; i < KEY_ARGUMENTS; i++) {
    push_key_argument(s, i < count ? s->args[i + 1] : 0, i < count && (operation->texts >> i & 1));
  }
  return 0;
}

struct semaphore_operation {
  u16 number;
  s16 change;
  u16 flags;
};

/* The first two operations, of a call that has succeeded. */
GLOBAL int fill_semop(struct scratch *s) {
  if (!s) {
    return 0;
  }
  struct semaphore_operation operations[2] = {};
  u32 count = s->args[2];
  for (u32 i = 0; i < 2; i++) {
    if (s->result == 0 && i < count) {
      u64 from = s->args[1] + i * sizeof(operations[0]);
      bpf_probe_read_user(&operations[i], sizeof(operations[i]), (void *)from);
    }
  }
  set_parameter_count(s, SYSCALL_SEMOP_X_PARAMS);
  push_u64(s, s->result);
  push_u32(s, count);
  for (u32 i = 0; i < 2; i++) {
    push_u16(s, operations[i].number);
    push_u16(s, operations[i].change);
    push_u16(s, TRANSLATE(operation_flags, operations[i].flags));
  }
  return push_u32(s, s->args[0]);
}

/* IPC_VERSION: which structures a 32-bit process has; no part of the command. */
enum { SETVAL = 16, IPC_VERSION = 0x100 };

GLOBAL int fill_semctl(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 command = s->is_compat ? s->args[2] & ~IPC_VERSION : s->args[2];
  set_parameter_count(s, SYSCALL_SEMCTL_X_PARAMS);
  push_u64(s, s->result);
  push_u32(s, s->args[0]);
  push_u32(s, s->args[1]);
  push_u16(s, scap_semaphore_command(command));
  return push_u32(s, (u16)command == SETVAL ? s->args[3] : 0);
}
