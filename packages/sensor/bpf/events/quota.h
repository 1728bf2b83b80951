/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Disk quotas. */
#include "event-types.h"
#include "../push.h"

enum {
  QUOTA_ON = 1 << 0,
  QUOTA_GET_FORMAT = 1 << 2,
  QUOTA_GET_INFO = 1 << 3,
  QUOTA_SET_INFO = 1 << 4,
  QUOTA_GET = 1 << 5,
  QUOTA_SET = 1 << 6,
  QUOTA_XFS_GET = 1 << 10,
  QUOTA_XFS_SET = 1 << 11,
};
enum { QUOTA_BLOCK_LIMITS = 1, QUOTA_SPACE = 2, QUOTA_INODE_LIMITS = 4, QUOTA_BLOCK_TIME = 16, QUOTA_INODE_TIME = 32 };

/* Commands are those of all file systems from 0x800001 on, and those of XFS from 0x5801 on. */
const u16 quota_commands[16] = {
    [1] = 1 << 7, [2] = QUOTA_ON, [3] = 1 << 1, [4] = QUOTA_GET_FORMAT, [5] = QUOTA_GET_INFO, [6] = QUOTA_SET_INFO,
    [7] = QUOTA_GET, [8] = QUOTA_SET,
};
const u16 quota_xfs_commands[16] = {
    [1] = 1 << 8, [2] = 1 << 9, [3] = QUOTA_XFS_GET, [4] = QUOTA_XFS_SET, [5] = 1 << 12, [6] = 1 << 13, [7] = 1 << 14,
};

INLINE u16 scap_quota_command(u32 command) {
  u32 kind = command >> 8, number = kind & 15;
  return (kind & ~15u) == 0x800000 ? quota_commands[number] : (kind & ~15u) == 0x5800 ? quota_xfs_commands[number] : 0;
}

INLINE u8 scap_quota_format(u32 format) {
  return format == 1 ? 2 : format == 2 ? 4 : format == 4 ? 8 : 1;
}

struct quota_limits {
  u64 block_hard, block_soft, space, inode_hard, inode_soft, inodes, block_time, inode_time;
  u32 valid, unused;
};

struct quota_info {
  u64 block_grace, inode_grace;
  u32 flags, valid;
};

INLINE void push_quota_limits(struct scratch *s, u16 command, u64 from) {
  struct quota_limits limits = {};
  if (command == QUOTA_GET || command == QUOTA_SET) {
    bpf_probe_read_user(&limits, sizeof(limits), (void *)from);
  }
  u32 valid = limits.valid;
  push_u64(s, valid & QUOTA_BLOCK_LIMITS ? limits.block_hard : 0);
  push_u64(s, valid & QUOTA_BLOCK_LIMITS ? limits.block_soft : 0);
  push_u64(s, valid & QUOTA_SPACE ? limits.space : 0);
  push_u64(s, valid & QUOTA_INODE_LIMITS ? limits.inode_hard : 0);
  push_u64(s, valid & QUOTA_INODE_LIMITS ? limits.inode_soft : 0);
  push_u64(s, valid & QUOTA_BLOCK_TIME ? limits.block_time : 0);
  push_u64(s, valid & QUOTA_INODE_TIME ? limits.inode_time : 0);
}

INLINE void push_quota_info(struct scratch *s, u16 command, u64 from) {
  struct quota_info info = {};
  if (command == QUOTA_GET_INFO || command == QUOTA_SET_INFO) {
    bpf_probe_read_user(&info, sizeof(info), (void *)from);
  }
  push_u64(s, info.valid & 1 ? info.block_grace : 0);
  push_u64(s, info.valid & 2 ? info.inode_grace : 0);
  push_u8(s, info.valid & 4 ? info.flags : 0);
}

GLOBAL int fill_quotactl(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 kind = s->args[0] & 0xff, id = s->args[2];
  u16 command = scap_quota_command(s->args[0]);
  u64 from = s->args[3];
  bool has_id = command & (QUOTA_GET | QUOTA_SET | QUOTA_XFS_GET | QUOTA_XFS_SET);
  set_parameter_count(s, SYSCALL_QUOTACTL_X_PARAMS);
  push_u64(s, s->result);
  push_user_text(s, s->args[1]);
  if (command == QUOTA_ON) {
    push_user_text(s, from);
  } else {
    push_empty(s);
  }
  push_quota_limits(s, command, from);
  push_quota_info(s, command, from);
  push_u8(s, command == QUOTA_GET_FORMAT ? scap_quota_format(user_u32(from)) : 1);
  push_u16(s, command);
  push_u8(s, kind == 0 ? 1 : kind == 1 ? 2 : 0);
  push_u32(s, has_id ? id : 0);
  return push_u8(s, command == QUOTA_ON ? scap_quota_format(id) : 1);
}
