/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/*
 * The path of a file as the kernel knows it, up to the root of its mount namespace. It grows from its end, and what
 * it needs between two steps is in the scratch: 6.1 does not see what a callback of bpf_loop changes on the stack.
 */
#include "push.h"

enum { MAX_STEPS = PATH_SIZE, LONGEST_NAME = 255, SHORT_NAME = 64, NAMES_AT_ONCE = 8 };

/* Copies a short name by words, which are read before where they reach is put back. */
INLINE void copy_name(struct path_builder *path, u32 at, u32 length, u64 from) {
  u32 end = at + length;
  OPAQUE(end);
  u64 *behind = (u64 *)(path->text + (end & (PATH_SIZE - 1))), kept = *behind;
  for (u32 i = 0; i < SHORT_NAME; i += 8) {
    if (i >= length) {
      break;
    }
    u32 to = at + i;
    OPAQUE(to);
    *(u64 *)(path->text + (to & (PATH_SIZE - 1))) = word_at(from + i);
  }
  *behind = kept;
}

/* Puts a name, with or without a slash, before what is there; false when there is no room. */
INLINE bool prepend(struct path_builder *path, u64 text, u32 length, bool has_slash) {
  if (length > LONGEST_NAME) {
    length = LONGEST_NAME;
  }
  u32 at = path->at;
  if (at < length + has_slash) {
    path->is_truncated = 1;
    return false;
  }
  at -= length + has_slash;
  OPAQUE(at);
  at &= PATH_SIZE - 1;
  path->at = at;
  if (has_slash) {
    path->text[at] = '/';
    at++;
  }
  if (HAS_CASTS && length <= SHORT_NAME) {
    copy_name(path, at, length, text);
    return true;
  }
  OPAQUE(length);
  length &= 255;
  bpf_probe_read_kernel(path->text + at, length, (void *)text);
  return true;
}

INLINE bool prepend_name(struct path_builder *path, u64 dentry, bool has_slash) {
  u32 length = WORD_OF(struct dentry, dentry, d_name) >> 32;
  return prepend(path, WORD_OF(struct dentry, dentry, d_name.name), length, has_slash);
}

/* Takes a name in, or leaves a mount; true when the path is complete. */
INLINE bool take_name(struct path_builder *path) {
  u64 dentry = path->dentry;
  if (dentry == path->root) {
    u64 mount = path->mount, above = WORD_OF(struct mount, mount, mnt_parent);
    if (above == mount) {
      return true;
    }
    path->dentry = WORD_OF(struct mount, mount, mnt_mountpoint);
    path->mount = above;
    path->root = WORD_OF(struct mount, above, mnt.mnt_root);
    return false;
  }
  u64 parent = WORD_OF(struct dentry, dentry, d_parent);
  if (parent == dentry) {
    /* A file without a place, such as a memfd: its name stands alone. */
    if (path->at == PATH_SIZE - 1) {
      prepend_name(path, dentry, false);
      path->is_unplaced = 1;
    }
    return true;
  }
  path->dentry = parent;
  return !prepend_name(path, dentry, true);
}

static long walk_step(u32 index, void *context) {
  struct scratch *s = scratch_of_cpu();
  return !s || take_name(&s->path);
}

/* Nearly all paths are complete after one or two of these: returning from a function costs more than a name. */
GLOBAL int take_names(struct scratch *s) {
  for (u32 i = 0; i < NAMES_AT_ONCE; i++) {
    if (!s || take_name(&s->path)) {
      return true;
    }
  }
  return false;
}

/* `from`: address of a struct path in the kernel. */
GLOBAL int build_path(struct scratch *s, u64 from) {
  if (!s) {
    return 0;
  }
  struct path_builder *path = &s->path;
  u64 mount = WORD_OF(struct path, from, mnt);
  path->dentry = WORD_OF(struct path, from, dentry);
  path->mount = mount - FIELD_OFFSET(struct mount, mnt);
  path->root = WORD_OF(struct vfsmount, mount, mnt_root);
  path->at = PATH_SIZE - 1;
  path->is_truncated = 0;
  path->is_unplaced = 0;
  path->text[PATH_SIZE - 1] = 0;
  if (!take_names(s) && !take_names(s)) {
    bpf_loop(MAX_STEPS, walk_step, 0, 0);
  }
  if (path->is_truncated) {
    s->header.flags |= LANNER_TRUNCATED;
  } else if (path->at == PATH_SIZE - 1 && !path->is_unplaced) {
    path->at = PATH_SIZE - 2;
    path->text[PATH_SIZE - 2] = '/';
  }
  return 0;
}

/* The path that has been built last, with its NUL. */
GLOBAL int push_path(struct scratch *s) {
  if (!s) {
    return 0;
  }
  u32 at = CURSOR(s);
  u32 from = s->path.at;
  OPAQUE(from);
  from &= PATH_SIZE - 1;
  u32 length = PATH_SIZE - from;
  OPAQUE(length);
  length &= 2 * PATH_SIZE - 1;
  bpf_probe_read_kernel(s->data + at, length, s->path.text + from);
  end_parameter(s, length);
  return 0;
}
