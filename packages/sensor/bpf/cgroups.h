/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* The control groups of a task as scap has them: `controller=/path`, each ended by NUL. */
#include "push.h"
#include "path.h"

enum { MAX_CGROUP_DEPTH = 64 };

INLINE u64 parent_of(struct kernfs_node *node) {
  struct kernfs_node___plain *plain = (void *)node;
  if (FIELD_EXISTS(plain->parent)) {
    return (u64)READ(plain, parent);
  }
  return (u64)READ(node, __parent);
}

/* The names of cgroups come without their length. */
static long kernfs_step(u32 index, void *context) {
  struct scratch *s = scratch_of_cpu();
  if (!s) {
    return 1;
  }
  struct path_builder *path = &s->path;
  struct kernfs_node *node = (void *)path->dentry;
  u64 parent = parent_of(node);
  if (parent == 0) {
    return 1;
  }
  u64 name = (u64)READ(node, name);
  /* Not on the stack: with a name there, kernel 6.1 finds too much on it. */
  s64 length = bpf_probe_read_kernel_str(s->names.name, LONGEST_NAME + 1, (void *)name);
  path->dentry = parent;
  return prepend(path, name, length > 0 ? length - 1 : 0, true) ? 0 : 1;
}

GLOBAL int build_cgroup_path(struct scratch *s, u64 cgroup) {
  if (!s) {
    return 0;
  }
  struct path_builder *path = &s->path;
  path->dentry = (u64)READ((struct cgroup *)cgroup, kn);
  path->at = PATH_SIZE - 1;
  path->is_truncated = 0;
  path->text[PATH_SIZE - 1] = 0;
  bpf_loop(MAX_CGROUP_DEPTH, kernfs_step, 0, 0);
  if (path->at == PATH_SIZE - 1) {
    path->at = PATH_SIZE - 2;
    path->text[PATH_SIZE - 2] = '/';
  }
  return 0;
}

/* Appends text at the cursor without ending the parameter; `length` counts its NUL, which stays only if asked for. */
INLINE void append(struct scratch *s, const void *from, u32 length) {
  u32 at = s->cursor;
  OPAQUE(at);
  OPAQUE(length);
  length &= 2 * PATH_SIZE - 1;
  if (at < DATA_SIZE && length <= PATH_SIZE) {
    bpf_probe_read_kernel(s->data + at, length, from);
    s->cursor = at + length;
  }
}

INLINE void append_cgroup(struct scratch *s, struct task_struct *task, u32 subsystem, const char *name, u32 length) {
  struct css_set *set = task->cgroups;
  struct cgroup_subsys_state *state = 0;
  bpf_probe_read_kernel(&state, sizeof(state),
                        (void *)set + FIELD_OFFSET(struct css_set, subsys) + subsystem * sizeof(state));
  u64 cgroup = (u64)READ(state, cgroup);
  /* In the version 2 hierarchy all have the same one. */
  if (cgroup != s->cgroup) {
    build_cgroup_path(s, cgroup);
    s->cgroup = cgroup;
  }
  append(s, name, length);
  append(s, s->path.text + (s->path.at & (PATH_SIZE - 1)), PATH_SIZE - (s->path.at & (PATH_SIZE - 1)));
}

#define APPEND_CGROUP(s, task, id, text)                                                                            \
  if (ENUM_EXISTS(cgroup_subsys_id, id)) {                                                                          \
    append_cgroup(s, task, ENUM_VALUE(cgroup_subsys_id, id), text "=", sizeof(text));                               \
  }

INLINE void push_cgroups(struct scratch *s, struct task_struct *task) {
  u32 from = s->cursor;
  s->cgroup = 0;
  APPEND_CGROUP(s, task, cpuset_cgrp_id, "cpuset");
  APPEND_CGROUP(s, task, cpu_cgrp_id, "cpu");
  APPEND_CGROUP(s, task, cpuacct_cgrp_id, "cpuacct");
  APPEND_CGROUP(s, task, io_cgrp_id, "io");
  APPEND_CGROUP(s, task, memory_cgrp_id, "memory");
  u32 length = s->cursor - from;
  s->cursor = from;
  end_parameter(s, length);
}
