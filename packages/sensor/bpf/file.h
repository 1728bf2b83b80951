/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* The open file behind a descriptor, and what is known of a file. */
#include "path.h"

enum { OVERLAY_MAGIC = 0x794c7630, FMODE_CREATED = 0x100000 };
enum { LAYER_NONE, LAYER_UPPER, LAYER_LOWER };

INLINE struct file *file_of_task(struct task_struct *task, s64 fd) {
  struct fdtable *table = task->files->fdt;
  if (fd < 0 || fd >= table->max_fds) {
    return 0;
  }
  return (void *)word_at((u64)table->fd + 8 * fd);
}

/* The descriptor's file of the current process; 0 when there is none. */
INLINE struct file *file_of(s64 fd) {
  return file_of_task(current_task(), fd);
}

/* A device number as user space writes it. */
INLINE u32 user_device(u32 device) {
  u32 major = device >> 20, minor = device & 0xfffff;
  return (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}

/* Which layer of an overlay file system the inode comes from. The upper dentry follows the inode in overlayfs's own. */
INLINE u32 layer_of(struct inode *inode, struct super_block *sb) {
  if (READ(sb, s_magic) != OVERLAY_MAGIC) {
    return LAYER_NONE;
  }
  u64 upper = 0;
  bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + TYPE_SIZE(struct inode));
  return upper ? LAYER_UPPER : LAYER_LOWER;
}

/*
 * Device, inode and path of the event's file, for the header. The path costs most, and comes when it is needed.
 * Gives the layer of an overlay file system that the file comes from.
 */
INLINE u32 note_file(struct scratch *s, struct file *file) {
  struct inode *inode = READ(file, f_inode);
  struct super_block *sb = READ(inode, i_sb);
  s->header.inode = READ(inode, i_ino);
  s->header.device = user_device(READ(sb, s_dev));
  s->noted_path = address_of(s, file) + FIELD_OFFSET(struct file, f_path);
  s->has_path = 1;
  return layer_of(inode, sb);
}

/* Builds the path of the file that has been noted, for who needs it before it is known whether the event is kept. */
INLINE void build_noted_path(struct scratch *s) {
  build_path(s, s->noted_path);
  s->noted_path = 0;
}

enum { S_IFMT = 0170000, S_IFREG = 0100000, S_IFDIR = 0040000 };

/* Notes the file behind a descriptor, if there is one. */
GLOBAL int note_descriptor(struct scratch *s, s64 fd) {
  struct file *file = file_of(fd);
  if (s && file) {
    note_file(s, file);
  }
  return 0;
}
