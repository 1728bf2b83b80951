/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/*
 * The path of a file as the kernel knows it, up to the root of its mount namespace. It grows from its end, and what
 * it needs between two steps is in the scratch: 6.1 does not see what a callback of bpf_loop changes on the stack.
 */
#include "push.h"

enum { MAX_STEPS = 2 * PATH_SIZE / 2, LONGEST_NAME = 255 };

/* The name of a dentry as it lies in memory. */
struct raw_name {
  u32 hash, length;
  u64 text;
};

/* A dentry's parent and name, which have always been neighbours; where they are not, they are read one by one. */
struct place {
  u64 parent;
  struct raw_name name;
};

INLINE void read_place(struct place *place, struct dentry *dentry) {
  u64 parent = FIELD_OFFSET(struct dentry, d_parent), name = FIELD_OFFSET(struct dentry, d_name);
  if (name == parent + sizeof(place->parent)) {
    bpf_probe_read_kernel(place, sizeof(*place), (void *)dentry + parent);
  } else {
    bpf_probe_read_kernel(&place->parent, sizeof(place->parent), (void *)dentry + parent);
    bpf_probe_read_kernel(&place->name, sizeof(place->name), (void *)dentry + name);
  }
}

/* Puts a name, with or without a slash, before what is there; false when there is no room. */
INLINE bool prepend(struct path_builder *path, struct raw_name *name, bool has_slash) {
  u32 length = name->length;
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
  OPAQUE(length);
  length &= 255;
  bpf_probe_read_kernel(path->text + at, length, (void *)name->text);
  return true;
}

static long walk_step(u32 index, void *context) {
  struct scratch *s = scratch_of_cpu();
  if (!s) {
    return 1;
  }
  struct path_builder *path = &s->path;
  struct dentry *dentry = (void *)path->dentry;
  if (path->dentry == path->root) {
    struct mount *mount = (void *)path->mount;
    struct mount *above = READ(mount, mnt_parent);
    if (above == mount) {
      return 1;
    }
    path->dentry = (u64)READ(mount, mnt_mountpoint);
    path->mount = (u64)above;
    path->root = (u64)READ(above, mnt.mnt_root);
    return 0;
  }
  struct place place = {};
  read_place(&place, dentry);
  if (place.parent == path->dentry) {
    /* A file without a place, such as a memfd: its name stands alone. */
    if (path->at == PATH_SIZE - 1) {
      prepend(path, &place.name, false);
      path->is_unplaced = 1;
    }
    return 1;
  }
  path->dentry = place.parent;
  return prepend(path, &place.name, true) ? 0 : 1;
}

/* `from`: address of a struct path in the kernel. */
GLOBAL int build_path(struct scratch *s, u64 from) {
  if (!s) {
    return 0;
  }
  struct {
    struct vfsmount *mount;
    u64 dentry;
  } place = {};
  struct path_builder *path = &s->path;
  /* Both members of struct path, in the order that they have always had. */
  bpf_probe_read_kernel(&place, sizeof(place), (void *)from);
  struct vfsmount *mount = place.mount;
  path->dentry = place.dentry;
  path->mount = (u64)mount - FIELD_OFFSET(struct mount, mnt);
  path->root = (u64)READ(mount, mnt_root);
  path->at = PATH_SIZE - 1;
  path->is_truncated = 0;
  path->is_unplaced = 0;
  path->text[PATH_SIZE - 1] = 0;
  bpf_loop(MAX_STEPS, walk_step, 0, 0);
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
